import Foundation
import TollgateCore

/// Something that passed between a client and a service, and is not as the service's description says.
///
/// It never holds values: what passes may be secret.
public struct ContractViolation: Sendable, Hashable {
    /// Who broke the contract: the client with its request, or the service with its response.
    public enum Side: String, Sendable {
        case request, response
    }

    /// What of the message is wrong.
    public enum Part: String, Sendable {
        /// No description describes the operation.
        case operation
        case path, query, header, cookie, body
        /// An event of a stream.
        case event
        case status
        case contentType = "content_type"
    }

    /// Counted from 1.
    public internal(set) var number = 0
    /// When it was seen.
    public internal(set) var time = Date(timeIntervalSince1970: 0)
    /// Nil if no description describes the operation.
    public let operation: MockOperation?
    public let method: String
    /// Without the query.
    public let path: String
    public let side: Side
    /// Of the response; nil if there is none yet.
    public let status: Int?
    public let part: Part
    /// A JSON pointer into the body or the event; for a parameter, its name after a slash.
    public let pointer: String
    /// What is wrong, as the rest of a sentence that begins with the place.
    public let message: String
    /// Where the description says otherwise.
    public let place: SpecPlace?
}

extension ContractViolation: CustomStringConvertible {
    /// As compilers complain: `spec/stoa/usage.yaml:41: stoa.createEvent: response 200: body /status is required`.
    public var description: String {
        let place = place.map { "\($0.file)\($0.line.map { ":\($0)" } ?? ""): " } ?? ""
        let name = operation?.key ?? "\(method) \(path)"
        let status = status.map { " \($0)" } ?? ""
        let pointer = pointer.isEmpty ? "" : " \(pointer)"
        return "\(place)\(name): \(side.rawValue)\(status): \(part.rawValue)\(pointer) \(message)"
    }

    /// As it is reported, an object with `number`, `time`, `operation`, `method`, `path`, `side`, `status`, `in`,
    /// `pointer`, `message` and `spec` (`file`, `line`, `pointer`).
    public var json: JSONValue {
        let members: [String: JSONValue?] = [
            "number": .number(JSONNumber(number)),
            "time": (try? JSONValue(jsonBytes: time.jsonBytes())) ?? .null,
            "operation": operation.map { .string($0.key) } ?? .null,
            "method": .string(method),
            "path": .string(path),
            "side": .string(side.rawValue),
            "status": status.map { .number(JSONNumber($0)) },
            "in": .string(part.rawValue),
            "pointer": .string(pointer),
            "message": .string(message),
            "spec": place.map { place in
                let members: [String: JSONValue?] = [
                    "file": .string(place.file), "line": place.line.map { .number(JSONNumber($0)) },
                    "pointer": .string(place.pointer),
                ]
                return .object(members.compactMapValues { $0 })
            },
        ]
        return .object(members.compactMapValues { $0 })
    }
}
