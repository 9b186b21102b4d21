import TollgateCore

#if canImport(Darwin)
    /// The transport that the services' clients use unless they are given another one.
    public typealias DefaultTransport = URLSessionTransport
#else
    /// The transport that the services' clients use unless they are given another one.
    public typealias DefaultTransport = AsyncHTTPTransport
#endif

extension HTTPTransport where Self == DefaultTransport {
    /// URLSession on Apple platforms, AsyncHTTPClient elsewhere. All users share its connections.
    public static var `default`: DefaultTransport { .shared }
}
