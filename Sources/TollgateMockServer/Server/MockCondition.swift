import Foundation
import HTTPTypes
import TollgateCore

/// What an exchange has to be like to count.
public enum MockCondition: Sendable, Hashable {
    /// A value in the request's body, by JSON pointer: `.body("/payload/model", "gpt-4o")`. A form is an object of its
    /// texts; numbers are compared by their value.
    case body(String, JSONValue)
    /// A header field of the request.
    case header(String, String)
    /// A query parameter of the request.
    case query(String, String)
    /// The status of the answer.
    case status(Int)

    /// What an exchange has instead; nil if it is as it has to be.
    package func difference(of exchange: MockExchange) -> String? {
        switch self {
        case .body(let pointer, let wanted):
            guard let body = exchange.json else { return "the body is no JSON" }
            let found = body.value(at: pointer)
            if found.map({ Self.equal($0, wanted) }) == true { return nil }
            return "body \(pointer) is \(found.map(Self.text) ?? "missing")"
        case .header(let name, let wanted):
            let values = HTTPField.Name(name).map { exchange.headers[values: $0] } ?? []
            if values.contains(wanted) { return nil }
            return "header \(name) is \(values.isEmpty ? "missing" : values.joined(separator: ", "))"
        case .query(let name, let wanted):
            let query = exchange.target.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
            let values = PercentEncoding.items(of: query).filter { $0.name == name }.map(\.value)
            if values.contains(wanted) { return nil }
            return "query \(name) is \(values.isEmpty ? "missing" : values.joined(separator: ", "))"
        case .status(let wanted):
            if exchange.status == wanted { return nil }
            return "status is \(exchange.status.map(String.init) ?? "missing")"
        }
    }

    private static func text(_ value: JSONValue) -> String {
        String(decoding: value.jsonBytes(), as: UTF8.self)
    }

    /// Whether two values are the same; numbers by their value, since `1.0` is 1.
    private static func equal(_ one: JSONValue, _ other: JSONValue) -> Bool {
        switch (one, other) {
        case (.number(let one), .number(let other)):
            one == other || (one.decimal != nil && one.decimal == other.decimal)
        case (.array(let one), .array(let other)):
            one.count == other.count && zip(one, other).allSatisfy { equal($0, $1) }
        case (.object(let one), .object(let other)):
            one.count == other.count && one.allSatisfy { name, value in other[name].map { equal(value, $0) } == true }
        default: one == other
        }
    }
}

extension MockCondition: CustomStringConvertible {
    /// `body /payload/model is "gpt-4o"`
    public var description: String {
        switch self {
        case .body(let pointer, let value): "body \(pointer) is \(Self.text(value))"
        case .header(let name, let value): "header \(name) is \(value)"
        case .query(let name, let value): "query \(name) is \(value)"
        case .status(let status): "status is \(status)"
        }
    }
}

extension MockExchange {
    /// The request's body; a form is an object of its texts. Nil for anything else.
    fileprivate var json: JSONValue? {
        guard let type = headers[.contentType].map({ MediaType($0) }), type.form == .urlEncoded else {
            return try? JSONValue(jsonBytes: body)
        }
        var tree = FormTree()
        for item in PercentEncoding.items(of: String(decoding: body, as: UTF8.self)[...]) {
            guard tree.add(.text(item.value), named: item.name) else { return nil }
        }
        return TextReader(schemas: MockSchemas()).value(of: tree, Schema(.bool(true)))
    }
}

extension JSONValue {
    /// The value that a JSON pointer leads to (RFC 6901).
    fileprivate func value(at pointer: String) -> JSONValue? {
        var value = self
        for part in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let name = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
            switch value {
            case .object(let members):
                guard let member = members[name] else { return nil }
                value = member
            case .array(let elements):
                guard let index = Int(name), elements.indices.contains(index) else { return nil }
                value = elements[index]
            default: return nil
            }
        }
        return value
    }
}
