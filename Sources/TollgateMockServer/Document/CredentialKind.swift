import Foundation
import HTTPTypes

/// How a security scheme lets a caller show who it is.
enum CredentialKind: Sendable {
    case basic
    case header(String)
    case query(String)
    case cookie(String)
    /// A scheme of HTTP authentication: `Bearer`.
    case scheme(String)
    /// Nothing in the request shows it, as with certificates.
    case unseen

    init(_ kind: String, _ field: String) {
        switch kind {
        case "basic": self = .basic
        case "header": self = .header(field)
        case "query": self = .query(field)
        case "cookie": self = .cookie(field)
        case "unseen": self = .unseen
        default: self = .scheme(kind)
        }
    }

    /// Whether a request has a credential of the kind, whatever it says.
    func isThere(in request: MockRequest) -> Bool {
        switch self {
        case .unseen: true
        case .header(let name): HTTPField.Name(name).flatMap { request.headers[$0] }.map { !$0.isEmpty } ?? false
        case .query(let name): request.queryItems.contains { $0.name == name && !$0.value.isEmpty }
        case .cookie(let name):
            request.headers[values: .cookie].contains { cookies in
                cookies.split(separator: ";").contains { $0.trimming(" ").hasPrefix("\(name)=") }
            }
        case .basic:
            credential(after: "Basic", in: request).flatMap { Data(base64Encoded: $0) }?.contains(0x3A) ?? false
        case .scheme(let name): credential(after: name, in: request) != nil
        }
    }

    /// What `WWW-Authenticate` says; nil for what is no scheme of HTTP authentication.
    var challenge: String? {
        switch self {
        case .basic: "Basic"
        case .scheme(let name): name
        case .header, .query, .cookie, .unseen: nil
        }
    }

    private func credential(after scheme: String, in request: MockRequest) -> String? {
        for value in request.headers[values: .authorization] {
            let parts = value.split(separator: " ", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == scheme.lowercased() { return String(parts[1]) }
        }
        return nil
    }
}
