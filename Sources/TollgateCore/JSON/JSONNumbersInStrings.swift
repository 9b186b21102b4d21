import Foundation

// Numbers that are written in strings, because the reader at the other end may hold numbers as binary fractions.

// MARK: - Reading

extension JSONObject {
    /// Reads a required member as ``JSONElement/int64InString()`` does.
    public mutating func int64InString(_ name: StaticString) throws(JSONError) -> Int64 {
        let value = try require(name)
        return noted(try document.readInt64InString(value), inString: name, at: value)
    }

    /// Reads an optional member as ``JSONElement/int64InString()`` does.
    public mutating func int64InString(ifPresent name: StaticString) -> Int64? {
        guard let value = present(name) else { return nil }
        do throws(JSONError) {
            return noted(try document.readInt64InString(value), inString: name, at: value)
        } catch {
            return failed(error)
        }
    }

    /// Reads a required member as ``JSONElement/decimalInString()`` does.
    public mutating func decimalInString(_ name: StaticString) throws(JSONError) -> Decimal {
        let value = try require(name)
        return noted(try document.readDecimalInString(value), inString: name, at: value)
    }

    /// Reads an optional member as ``JSONElement/decimalInString()`` does.
    public mutating func decimalInString(ifPresent name: StaticString) -> Decimal? {
        guard let value = present(name) else { return nil }
        do throws(JSONError) {
            return noted(try document.readDecimalInString(value), inString: name, at: value)
        } catch {
            return failed(error)
        }
    }

    /// Reads a member as ``JSONElement/int64InString()`` does, if it is neither missing nor null.
    public mutating func patchInt64InString(_ name: StaticString) -> Patch<Int64> {
        patch(name) { element throws(JSONError) in try element.int64InString() }
    }

    /// Reads a member as ``JSONElement/decimalInString()`` does, if it is neither missing nor null.
    public mutating func patchDecimalInString(_ name: StaticString) -> Patch<Decimal> {
        patch(name) { element throws(JSONError) in try element.decimalInString() }
    }
}

// MARK: - Writing

extension JSONWriter {
    /// Writes a number as a string: `"12345"`.
    public mutating func write(_ name: StaticString, inString value: Int64) {
        writeName(name)
        writeQuotedInteger(value)
    }

    /// Writes a number as a string, or nothing if it is nil.
    public mutating func write(_ name: StaticString, inString value: Int64?) {
        if let value { write(name, inString: value) }
    }

    /// Writes a number as a string: `"0.1"`.
    public mutating func write(_ name: StaticString, inString value: Decimal) {
        writeName(name)
        writeValue(inString: value)
    }

    /// Writes a number as a string, or nothing if it is nil.
    public mutating func write(_ name: StaticString, inString value: Decimal?) {
        if let value { write(name, inString: value) }
    }

    /// Writes a number as a string; nil is written as null.
    public mutating func write(_ name: StaticString, nullableInString value: Int64?) {
        writeName(name)
        if let value { writeValue(inString: value) } else { writeNull() }
    }

    /// Writes a number as a string; nil is written as null.
    public mutating func write(_ name: StaticString, nullableInString value: Decimal?) {
        writeName(name)
        if let value { writeValue(inString: value) } else { writeNull() }
    }

    /// Writes a number as a string, as the patch says: not at all, null, or the value.
    public mutating func write(_ name: StaticString, patchInString patch: Patch<Int64>) {
        if patch != .absent { write(name, nullableInString: patch.value) }
    }

    /// Writes a number as a string, as the patch says: not at all, null, or the value.
    public mutating func write(_ name: StaticString, patchInString patch: Patch<Decimal>) {
        if patch != .absent { write(name, nullableInString: patch.value) }
    }

    /// Writes a number as a string: `"12345"`.
    public mutating func writeValue(inString value: Int64) {
        writeQuotedInteger(value)
    }

    /// Writes a number as a string: `"0.1"`.
    public mutating func writeValue(inString value: Decimal) {
        if value.isFinite { writeString(NumberText.text(of: value)) } else { writeNull() }
    }
}
