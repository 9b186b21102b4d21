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
    /// For messages: no query, and the names of path parameters in place of their values.
    let url: String
    let idempotencyKey: String?

    /// - Throws: ``InvalidRequest``, ``ConfigurationError``.
    init<Success>(_ request: APIRequest<Success>, client: APIClient) throws {
        let endpoint = request.endpoint
        let base = try client.base.get()
        if let problem = request.problem ?? Self.missingParameter(in: request.path) {
            throw InvalidRequest(operation: endpoint.id, problem: problem)
        }
        operation = endpoint.id
        body = request.body
        reception = endpoint.reception
        errors = endpoint.errors
        url = "\(base.scheme)://\(base.authority)\(base.prefix)\(endpoint.path)"
        idempotencyKey = endpoint.idempotencyKey.map { _ in client.idempotencyKey ?? UUID().uuidString.lowercased() }

        var headers = client.headers
        if headers[.userAgent] == nil { headers[.userAgent] = Library.userAgent }
        for field in request.headers { headers[field.name] = field.value }
        if let name = endpoint.idempotencyKey { headers[name] = idempotencyKey }
        let query = request.query.isEmpty ? "" : "?\(request.query)"
        head = HTTPRequest(
            method: endpoint.method, scheme: base.scheme, authority: base.authority,
            path: base.prefix + request.path + query, headerFields: headers)
    }

    /// Whether sending it twice does no more than sending it once.
    var isRepeatable: Bool {
        idempotencyKey != nil || [.get, .head, .put, .delete, .options, .trace, .query].contains(head.method)
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
        authority = parts.port.map { "\(host):\($0)" } ?? host
        var path = parts.percentEncodedPath
        while path.last == "/" { path.removeLast() }
        prefix = path
    }
}
