import Foundation

// Each pair: the required member, and the optional one, which is nil if the member is missing or null. What is wrong with
// an optional one comes out of ``finish()``. The types are those of the methods of the same name on ``JSONElement``.
extension JSONObject {
    /// Reads a required member as ``JSONElement/string()`` does.
    public mutating func string(_ name: StaticString) throws(JSONError) -> String {
        try document.readString(require(name))
    }

    /// Reads an optional member as ``JSONElement/string()`` does.
    public mutating func string(ifPresent name: StaticString) -> String? {
        scalar(name, JSONDocument.readString)
    }

    /// Reads a required member as ``JSONElement/bool()`` does.
    public mutating func bool(_ name: StaticString) throws(JSONError) -> Bool {
        try document.readBool(require(name))
    }

    /// Reads an optional member as ``JSONElement/bool()`` does.
    public mutating func bool(ifPresent name: StaticString) -> Bool? {
        scalar(name, JSONDocument.readBool)
    }

    /// Reads a required member as ``JSONElement/int()`` does.
    public mutating func int(_ name: StaticString) throws(JSONError) -> Int {
        try document.readInt(require(name))
    }

    /// Reads an optional member as ``JSONElement/int()`` does.
    public mutating func int(ifPresent name: StaticString) -> Int? {
        scalar(name, JSONDocument.readInt)
    }

    /// Reads a required member as ``JSONElement/int64()`` does.
    public mutating func int64(_ name: StaticString) throws(JSONError) -> Int64 {
        try document.readInt64(require(name))
    }

    /// Reads an optional member as ``JSONElement/int64()`` does.
    public mutating func int64(ifPresent name: StaticString) -> Int64? {
        scalar(name, JSONDocument.readInt64)
    }

    /// Reads a required member as ``JSONElement/double()`` does.
    public mutating func double(_ name: StaticString) throws(JSONError) -> Double {
        try document.readDouble(require(name))
    }

    /// Reads an optional member as ``JSONElement/double()`` does.
    public mutating func double(ifPresent name: StaticString) -> Double? {
        scalar(name, JSONDocument.readDouble)
    }

    /// Reads a required member as ``JSONElement/decimal()`` does.
    public mutating func decimal(_ name: StaticString) throws(JSONError) -> Decimal {
        try document.readDecimal(require(name))
    }

    /// Reads an optional member as ``JSONElement/decimal()`` does.
    public mutating func decimal(ifPresent name: StaticString) -> Decimal? {
        scalar(name, JSONDocument.readDecimal)
    }

    /// Reads a required member as ``JSONElement/number()`` does.
    public mutating func number(_ name: StaticString) throws(JSONError) -> JSONNumber {
        try document.readNumber(require(name))
    }

    /// Reads an optional member as ``JSONElement/number()`` does.
    public mutating func number(ifPresent name: StaticString) -> JSONNumber? {
        scalar(name, JSONDocument.readNumber)
    }

    /// Reads a required member as ``JSONElement/date()`` does.
    public mutating func date(_ name: StaticString) throws(JSONError) -> Date {
        let value = try require(name)
        return noted(try moment(at: value), name, at: value)
    }

    /// Reads an optional member as ``JSONElement/date()`` does.
    public mutating func date(ifPresent name: StaticString) -> Date? {
        guard let value = present(name) else { return nil }
        do throws(JSONError) {
            return noted(try moment(at: value), name, at: value)
        } catch {
            return failed(error)
        }
    }

    /// Reads a required member as ``JSONElement/calendarDate()`` does.
    public mutating func calendarDate(_ name: StaticString) throws(JSONError) -> CalendarDate {
        try document.readCalendarDate(require(name))
    }

    /// Reads an optional member as ``JSONElement/calendarDate()`` does.
    public mutating func calendarDate(ifPresent name: StaticString) -> CalendarDate? {
        scalar(name, JSONDocument.readCalendarDate)
    }

    /// Reads a required member as ``JSONElement/uuid()`` does.
    public mutating func uuid(_ name: StaticString) throws(JSONError) -> UUID {
        let value = try require(name)
        return noted(try document.readUUID(value), name, at: value)
    }

    /// Reads an optional member as ``JSONElement/uuid()`` does.
    public mutating func uuid(ifPresent name: StaticString) -> UUID? {
        exactScalar(name, JSONDocument.readUUID)
    }

    /// Reads a required member as ``JSONElement/url()`` does.
    public mutating func url(_ name: StaticString) throws(JSONError) -> URL {
        let value = try require(name)
        return noted(try document.readURL(value), name, at: value)
    }

    /// Reads an optional member as ``JSONElement/url()`` does.
    public mutating func url(ifPresent name: StaticString) -> URL? {
        exactScalar(name, JSONDocument.readURL)
    }

    /// Reads a required member as ``JSONElement/base64()`` does.
    public mutating func base64(_ name: StaticString) throws(JSONError) -> Data {
        let value = try require(name)
        return noted(try document.readBase64(value), name, at: value)
    }

    /// Reads an optional member as ``JSONElement/base64()`` does.
    public mutating func base64(ifPresent name: StaticString) -> Data? {
        exactScalar(name, JSONDocument.readBase64)
    }
}

extension JSONObject {
    /// Reads a scalar that is there and not null.
    @inline(__always)
    private mutating func scalar<Value>(
        _ name: StaticString, _ read: (JSONDocument) -> (Int) throws(JSONError) -> Value
    ) -> Value? {
        guard let value = present(name) else { return nil }
        do throws(JSONError) {
            return try read(document)(value)
        } catch {
            return failed(error)
        }
    }

    /// The same for a scalar that may be written in more ways than ours.
    @inline(__always)
    private mutating func exactScalar<Value: JSONConvertible>(
        _ name: StaticString, _ read: (JSONDocument) -> (Int) throws(JSONError) -> Value
    ) -> Value? {
        guard let value = present(name) else { return nil }
        do throws(JSONError) {
            return noted(try read(document)(value), name, at: value)
        } catch {
            return failed(error)
        }
    }
}

// MARK: - Members that always have one value

extension JSONObject {
    /// Checks a member that can only be this text. One that is missing says nothing else, and is accepted.
    public mutating func constant(_ name: StaticString, _ value: StaticString) {
        constant(name, value.description, "\"\(value)\"", JSONDocument.readString)
    }

    /// Checks a member that can only be this boolean. One that is missing says nothing else, and is accepted.
    public mutating func constant(_ name: StaticString, _ value: Bool) {
        constant(name, value, "\(value)", JSONDocument.readBool)
    }

    /// Checks a member that can only be this number. One that is missing says nothing else, and is accepted.
    public mutating func constant(_ name: StaticString, _ value: Int) {
        constant(name, value, "\(value)", JSONDocument.readInt)
    }

    private mutating func constant<Value: JSONConvertible & Equatable>(
        _ name: StaticString, _ value: Value, _ text: @autoclosure () -> String,
        _ read: (JSONDocument) -> (Int) throws(JSONError) -> Value
    ) {
        guard let index = present(name) else {
            if notes != nil { _ = substituted(value, for: name) }
            return
        }
        do throws(JSONError) {
            if try read(document)(index) != value {
                fail(document.error(.otherValue(expected: text()), at: index))
            }
        } catch {
            fail(error)
        }
    }
}
