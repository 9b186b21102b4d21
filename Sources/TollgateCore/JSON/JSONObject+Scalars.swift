import Foundation

// Each pair: the required member, and the optional one, which is nil if the member is missing or null.
// The types are those of the methods of the same name on ``JSONElement``.
extension JSONObject {
    /// Reads a required member as ``JSONElement/string()`` does.
    public mutating func string(_ name: StaticString) throws(JSONError) -> String {
        try document.readString(require(name))
    }

    /// Reads an optional member as ``JSONElement/string()`` does.
    public mutating func string(ifPresent name: StaticString) throws(JSONError) -> String? {
        guard let value = present(name) else { return nil }
        return try document.readString(value)
    }

    /// Reads a required member as ``JSONElement/bool()`` does.
    public mutating func bool(_ name: StaticString) throws(JSONError) -> Bool {
        try document.readBool(require(name))
    }

    /// Reads an optional member as ``JSONElement/bool()`` does.
    public mutating func bool(ifPresent name: StaticString) throws(JSONError) -> Bool? {
        guard let value = present(name) else { return nil }
        return try document.readBool(value)
    }

    /// Reads a required member as ``JSONElement/int()`` does.
    public mutating func int(_ name: StaticString) throws(JSONError) -> Int {
        try document.readInt(require(name))
    }

    /// Reads an optional member as ``JSONElement/int()`` does.
    public mutating func int(ifPresent name: StaticString) throws(JSONError) -> Int? {
        guard let value = present(name) else { return nil }
        return try document.readInt(value)
    }

    /// Reads a required member as ``JSONElement/int64()`` does.
    public mutating func int64(_ name: StaticString) throws(JSONError) -> Int64 {
        try document.readInt64(require(name))
    }

    /// Reads an optional member as ``JSONElement/int64()`` does.
    public mutating func int64(ifPresent name: StaticString) throws(JSONError) -> Int64? {
        guard let value = present(name) else { return nil }
        return try document.readInt64(value)
    }

    /// Reads a required member as ``JSONElement/double()`` does.
    public mutating func double(_ name: StaticString) throws(JSONError) -> Double {
        try document.readDouble(require(name))
    }

    /// Reads an optional member as ``JSONElement/double()`` does.
    public mutating func double(ifPresent name: StaticString) throws(JSONError) -> Double? {
        guard let value = present(name) else { return nil }
        return try document.readDouble(value)
    }

    /// Reads a required member as ``JSONElement/decimal()`` does.
    public mutating func decimal(_ name: StaticString) throws(JSONError) -> Decimal {
        try document.readDecimal(require(name))
    }

    /// Reads an optional member as ``JSONElement/decimal()`` does.
    public mutating func decimal(ifPresent name: StaticString) throws(JSONError) -> Decimal? {
        guard let value = present(name) else { return nil }
        return try document.readDecimal(value)
    }

    /// Reads a required member as ``JSONElement/number()`` does.
    public mutating func number(_ name: StaticString) throws(JSONError) -> JSONNumber {
        try document.readNumber(require(name))
    }

    /// Reads an optional member as ``JSONElement/number()`` does.
    public mutating func number(ifPresent name: StaticString) throws(JSONError) -> JSONNumber? {
        guard let value = present(name) else { return nil }
        return try document.readNumber(value)
    }

    /// Reads a required member as ``JSONElement/date()`` does.
    public mutating func date(_ name: StaticString) throws(JSONError) -> Date {
        let value = try require(name)
        return noted(try moment(at: value), name, at: value)
    }

    /// Reads an optional member as ``JSONElement/date()`` does.
    public mutating func date(ifPresent name: StaticString) throws(JSONError) -> Date? {
        guard let value = present(name) else { return nil }
        return noted(try moment(at: value), name, at: value)
    }

    /// Reads a required member as ``JSONElement/calendarDate()`` does.
    public mutating func calendarDate(_ name: StaticString) throws(JSONError) -> CalendarDate {
        try document.readCalendarDate(require(name))
    }

    /// Reads an optional member as ``JSONElement/calendarDate()`` does.
    public mutating func calendarDate(ifPresent name: StaticString) throws(JSONError) -> CalendarDate? {
        guard let value = present(name) else { return nil }
        return try document.readCalendarDate(value)
    }

    /// Reads a required member as ``JSONElement/uuid()`` does.
    public mutating func uuid(_ name: StaticString) throws(JSONError) -> UUID {
        let value = try require(name)
        return noted(try document.readUUID(value), name, at: value)
    }

    /// Reads an optional member as ``JSONElement/uuid()`` does.
    public mutating func uuid(ifPresent name: StaticString) throws(JSONError) -> UUID? {
        guard let value = present(name) else { return nil }
        return noted(try document.readUUID(value), name, at: value)
    }

    /// Reads a required member as ``JSONElement/url()`` does.
    public mutating func url(_ name: StaticString) throws(JSONError) -> URL {
        let value = try require(name)
        return noted(try document.readURL(value), name, at: value)
    }

    /// Reads an optional member as ``JSONElement/url()`` does.
    public mutating func url(ifPresent name: StaticString) throws(JSONError) -> URL? {
        guard let value = present(name) else { return nil }
        return noted(try document.readURL(value), name, at: value)
    }

    /// Reads a required member as ``JSONElement/base64()`` does.
    public mutating func base64(_ name: StaticString) throws(JSONError) -> Data {
        let value = try require(name)
        return noted(try document.readBase64(value), name, at: value)
    }

    /// Reads an optional member as ``JSONElement/base64()`` does.
    public mutating func base64(ifPresent name: StaticString) throws(JSONError) -> Data? {
        guard let value = present(name) else { return nil }
        return noted(try document.readBase64(value), name, at: value)
    }
}

// MARK: - Members that always have one value

extension JSONObject {
    /// Checks a member that can only be this text. One that is missing says nothing else, and is accepted.
    /// - Throws: ``JSONError`` if it is another value.
    public mutating func constant(_ name: StaticString, _ value: StaticString) throws(JSONError) {
        guard let index = present(name) else { return noteMissing(value.description, name) }
        if try document.readString(index) != value.description { throw otherValue("\"\(value)\"", at: index) }
    }

    /// Checks a member that can only be this boolean. One that is missing says nothing else, and is accepted.
    /// - Throws: ``JSONError`` if it is another value.
    public mutating func constant(_ name: StaticString, _ value: Bool) throws(JSONError) {
        guard let index = present(name) else { return noteMissing(value, name) }
        if try document.readBool(index) != value { throw otherValue("\(value)", at: index) }
    }

    /// Checks a member that can only be this number. One that is missing says nothing else, and is accepted.
    /// - Throws: ``JSONError`` if it is another value.
    public mutating func constant(_ name: StaticString, _ value: Int) throws(JSONError) {
        guard let index = present(name) else { return noteMissing(value, name) }
        if try document.readInt(index) != value { throw otherValue("\(value)", at: index) }
    }

    private mutating func noteMissing(_ value: some JSONConvertible, _ name: StaticString) {
        if notes != nil { _ = substituted(value, for: name) }
    }

    private func otherValue(_ expected: String, at index: Int) -> JSONError {
        document.error(.otherValue(expected: expected), at: index)
    }
}
