import Foundation
import TollgateCore
import TollgateTransport

/// A request that a service sends to a webhook, as bytes that its signature fits.
public protocol MockSignedWebhook: Sendable {
    /// What the service calls the event: the same in every copy of it.
    var id: String { get }
    /// What happened, as the service names it: `balance.low`.
    var type: String { get }
    var body: [UInt8] { get }
    /// All that the service sends, the signature included.
    var headers: HTTPFields { get }
}

extension MockSignedWebhook {
    /// Sends the request, once more each time.
    /// - Parameters:
    ///   - url: Where the webhook is.
    ///   - transport: How to get there.
    /// - Returns: The status that the webhook answered.
    /// - Throws: What the transport throws.
    @discardableResult
    public func send(to url: URL, through transport: any HTTPTransport = .default) async throws -> Int {
        let request = HTTPRequest(
            method: .post, scheme: url.scheme, authority: url.authority, path: url.target, headerFields: headers)
        let reply = try await transport.send(
            request, body: HTTPBody(body), timeouts: HTTPTimeouts(response: .seconds(30)))
        _ = try await reply.body.collect(upTo: 1 << 20)
        return reply.head.status.code
    }
}

extension URL {
    /// Host and port.
    fileprivate var authority: String? {
        host(percentEncoded: true).map { host in port.map { "\(host):\($0)" } ?? host }
    }

    /// Path and query.
    fileprivate var target: String {
        let path = path(percentEncoded: true)
        return (path.isEmpty ? "/" : path) + (query(percentEncoded: true).map { "?\($0)" } ?? "")
    }
}
