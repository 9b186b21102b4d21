/// A string, a number or a Boolean: the values of schemas that allow several scalar types.
public enum JSONScalar: Sendable, Hashable {
    case string(String)
    case number(JSONNumber)
    case bool(Bool)
}

extension JSONScalar: JSONConvertible {
    public init(json: JSONElement) throws(JSONError) {
        switch json.kind {
        case .string: self = .string(try json.string())
        case .number: self = .number(try json.number())
        case .bool: self = .bool(try json.bool())
        case .null: throw json.error(.null)
        case .array, .object:
            throw json.error(.wrongType(expected: "a string, number or boolean", found: json.kind))
        }
    }

    public func writeValue(to json: inout JSONWriter) {
        switch self {
        case .string(let value): json.writeValue(value)
        case .number(let value): json.writeValue(value)
        case .bool(let value): json.writeValue(value)
        }
    }
}

extension JSONScalar: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .number(JSONNumber(value)) }
    public init(floatLiteral value: Double) { self = .number(JSONNumber(floatLiteral: value)) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}
