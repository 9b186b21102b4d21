/// Any JSON. Numbers keep their digits; members have no order, and of a repeated name the last counts.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// What this is.
    public var kind: JSONKind {
        switch self {
        case .null: .null
        case .bool: .bool
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    /// Whether this is null.
    public var isNull: Bool { self == .null }

    /// The string; nil if this is something else.
    public var string: String? { if case .string(let value) = self { value } else { nil } }

    /// The boolean; nil if this is something else.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The number; nil if this is something else.
    public var number: JSONNumber? { if case .number(let value) = self { value } else { nil } }

    /// The elements; nil if this is no array.
    public var array: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

    /// The members; nil if this is no object.
    public var object: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }

    /// The member of this name; nil if there is none, or if this is not an object.
    public subscript(name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// The element at this position; nil if there is none, or if this is not an array.
    public subscript(position: Int) -> JSONValue? {
        if case .array(let elements) = self, elements.indices.contains(position) { elements[position] } else { nil }
    }
}

extension JSONValue: JSONConvertible {
    public init(json: JSONElement) throws(JSONError) {
        switch json.kind {
        case .null: self = .null
        case .bool: self = .bool(try json.bool())
        case .number: self = .number(try json.number())
        case .string: self = .string(try json.string())
        case .array: self = .array(try json.value())
        case .object: self = .object(try json.value())
        }
    }

    public func writeValue(to json: inout JSONWriter) {
        switch self {
        case .null: json.writeNull()
        case .bool(let value): value.writeValue(to: &json)
        case .number(let value): value.writeValue(to: &json)
        case .string(let value): value.writeValue(to: &json)
        case .array(let elements): elements.writeValue(to: &json)
        case .object(let members): members.writeValue(to: &json)
        }
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(nilLiteral: ()) { self = .null }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int64) { self = .number(JSONNumber(value)) }
    public init(floatLiteral value: Double) { self = .number(JSONNumber(floatLiteral: value)) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// Of a repeated name, the last counts.
    public init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(Dictionary(members) { _, last in last })
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value as compact JSON.
    public var description: String { jsonText() }
}
