import TollgateCore

/// Why a request is refused before any simulation sees it. Each service says it in its own words.
package enum MockProblem: Error, Sendable {
    /// There is nothing at this path.
    case notFound
    case methodNotAllowed(allowed: [String])
    case bodyTooLarge(limit: Int)
    case bodyMissing
    case wrongContentType(accepted: [String])
    case notJSON(JSONError)
    /// A form that cannot be read. What is wrong, as the rest of a sentence that begins with "The request body".
    case malformed(String)
    case invalid([Violation])
    /// A test wants this status.
    case fault(status: Int)
}

extension MockProblem {
    /// The status that fits the problem, unless a service uses others.
    package var status: Int {
        switch self {
        case .notFound: 404
        case .methodNotAllowed: 405
        case .bodyTooLarge: 413
        case .wrongContentType: 415
        case .bodyMissing, .notJSON, .malformed, .invalid: 400
        case .fault(let status): status
        }
    }

    /// A sentence for people.
    package var message: String {
        switch self {
        case .notFound:
            "There is nothing at this path."
        case .methodNotAllowed(let allowed):
            "This path takes \(allowed.joined(separator: ", "))."
        case .bodyTooLarge(let limit):
            "The request body is longer than \(limit) bytes."
        case .bodyMissing:
            "The request needs a body."
        case .wrongContentType(let accepted):
            "The content type must be \(accepted.joined(separator: " or "))."
        case .notJSON(let error):
            "The request body is \(error)."
        case .malformed(let complaint):
            "The request body \(complaint)."
        case .invalid(let violations):
            "The request has \(violations.count) violation\(violations.count == 1 ? "" : "s")."
        case .fault(let status):
            "The mock server was told to answer \(status)."
        }
    }

    package var violations: [Violation] {
        if case .invalid(let violations) = self { violations } else { [] }
    }
}

// MARK: - Problem details

extension MockProblem {
    /// The answer in the form of RFC 9457, for services without an error shape of their own.
    package var reply: MockReply {
        let details: [String: JSONValue] = [
            "type": "about:blank",
            "title": .string(message),
            "status": .number(JSONNumber(status)),
            "violations": violations.isEmpty ? nil : .array(violations.map(\.json)),
        ].compactMapValues { $0 }
        var reply = MockReply(status: status, json: JSONValue.object(details))
        reply.headers[.contentType] = "application/problem+json"
        addHeaders(to: &reply)
        return reply
    }

    /// Adds the header fields that the status asks for.
    package func addHeaders(to reply: inout MockReply) {
        switch self {
        case .methodNotAllowed(let allowed):
            reply.headers[.allow] = allowed.joined(separator: ", ")
        default:
            break
        }
    }
}

extension Violation {
    fileprivate var json: JSONValue {
        ["in": .string(source.rawValue), "pointer": .string(pointer), "message": .string(message)]
    }
}
