import Foundation
import HTTPTypes

/// A call ready to be sent: everything that is the same on each try.
struct PreparedCall: Sendable {
    let operation: String
    /// The request without the credential's proof.
    let head: HTTPRequest
    let body: HTTPBody
    let reception: Reception
    let errors: [DocumentedError]
    let successes: ClosedRange<Int>
    /// Proves who is calling; nil for nobody.
    let credential: (any Credential)?
    /// The path with the names of path parameters in place of their values, and without a query.
    let path: String
    let idempotencyKey: String?
    private let base: BaseURL

    /// - Throws: ``InvalidRequest``, ``ConfigurationError``.
    init<Success>(_ request: APIRequest<Success>, client: APIClient) throws {
        let endpoint = request.endpoint
        let base = try Self.base(of: endpoint.server, for: client)
        if let problem = request.problem ?? Self.missingParameter(in: request.path) {
            throw InvalidRequest(operation: endpoint.id, problem: problem)
        }
        operation = endpoint.id
        body = request.body
        reception = endpoint.reception
        errors = endpoint.errors
        successes = endpoint.successes
        credential = endpoint.sendsCredential ? client.credential : nil
        path = base.prefix + endpoint.path
        self.base = base
        idempotencyKey = endpoint.idempotencyKey.map { _ in client.idempotencyKey ?? UUID.randomText() }

        var headers = client.headers
        if headers[.userAgent] == nil { headers[.userAgent] = Library.userAgent }
        for field in request.headers { headers[field.name] = field.value }
        if let name = endpoint.idempotencyKey { headers[name] = idempotencyKey }
        let query = request.query.isEmpty ? "" : "?\(request.query)"
        head = HTTPRequest(
            method: endpoint.method, scheme: base.scheme, authority: base.authority,
            path: base.prefix + request.path + query, headerFields: headers)
    }

    /// For messages: no query, and the names of path parameters in place of their values.
    var url: String { "\(base.scheme)://\(base.authority)\(path)" }

    var observed: ObservedCall {
        var isStream = false
        if case .streamed = reception { isStream = true }
        return ObservedCall(
            operation: operation, method: head.method, scheme: base.scheme, host: base.host, port: base.port,
            path: path, bodyLength: body.length, isStream: isStream)
    }

    /// Whether sending it twice does no more than sending it once.
    var isRepeatable: Bool {
        idempotencyKey != nil || [.get, .head, .put, .delete, .options, .trace, .query].contains(head.method)
    }

    /// The operation's own server, or the client's.
    private static func base(of server: ServerOverride?, for client: APIClient) throws(ConfigurationError) -> BaseURL {
        guard let server, client.baseURL == server.unless else { return try client.base.get() }
        guard let url = URL(string: server.url) else {
            throw ConfigurationError("The operation's own server, \(server.url), is no URL.")
        }
        return try BaseURL(url)
    }

    /// Values in the path are percent-encoded, so that a brace is one of the template's.
    private static func missingParameter(in path: String) -> String? {
        guard let open = path.firstIndex(of: "{") else { return nil }
        let name = path[path.index(after: open)...].prefix { $0 != "}" }
        return "the path parameter \"\(name)\" is missing"
    }
}

/// The parts of a client's base URL.
struct BaseURL: Sendable {
    let scheme: String
    let authority: String
    let host: String
    /// The scheme's own if the URL names none.
    let port: Int
    /// Percent-encoded, without a slash at the end.
    let prefix: String

    static func parsed(_ url: URL) -> Result<BaseURL, ConfigurationError> {
        Result { () throws(ConfigurationError) in try BaseURL(url) }
    }

    init(_ url: URL) throws(ConfigurationError) {
        guard let parts = URLComponents(url: url, resolvingAgainstBaseURL: true),
            let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https",
            let host = parts.percentEncodedHost, !host.isEmpty
        else {
            throw ConfigurationError("The base URL must begin with https:// or http:// and a host.")
        }
        guard parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil else {
            throw ConfigurationError("The base URL of \(host) must not have a user name, a query or a fragment.")
        }
        self.scheme = scheme
        self.host = host
        authority = parts.port.map { "\(host):\($0)" } ?? host
        port = parts.port ?? (scheme == "http" ? 80 : 443)
        var path = parts.percentEncodedPath
        while path.last == "/" { path.removeLast() }
        prefix = path
    }
}

extension UUID {
    /// A random one (version 4) in lower-case letters. As good as `UUID()`, which on Linux opens a file each time.
    package static func randomText() -> String {
        var generator = SystemRandomNumberGenerator()
        return text(of: generator.next(), generator.next())
    }

    /// Writes 128 bits as a UUID of version 4.
    static func text(of high: UInt64, _ low: UInt64) -> String {
        let high = high & ~0xF000 | 0x4000
        let low = low & ~(0b11 << 62) | 0b10 << 62
        return String(unsafeUninitializedCapacity: 36) { text in
            var position = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    text[position] = UInt8(ascii: "-")
                    position += 1
                }
                let half = index < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - index % 16 * 4)) & 0xF
                text[position] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                position += 1
            }
            return position
        }
    }
}
