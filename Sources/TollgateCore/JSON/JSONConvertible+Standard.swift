import Foundation

extension String: JSONConvertible {
    @inlinable public init(json: JSONElement) throws(JSONError) { self = try json.string() }
    @inlinable public func writeValue(to json: inout JSONWriter) { json.writeString(self) }
}

extension Bool: JSONConvertible {
    @inlinable public init(json: JSONElement) throws(JSONError) { self = try json.bool() }
    @inlinable public func writeValue(to json: inout JSONWriter) { json.writeLiteral(self ? "true" : "false") }
}

extension Int: JSONConvertible {
    @inlinable public init(json: JSONElement) throws(JSONError) { self = try json.int() }
    @inlinable public func writeValue(to json: inout JSONWriter) { json.writeInteger(Int64(self)) }
}

extension Int64: JSONConvertible {
    @inlinable public init(json: JSONElement) throws(JSONError) { self = try json.int64() }
    @inlinable public func writeValue(to json: inout JSONWriter) { json.writeInteger(self) }
}

extension UInt64: JSONConvertible {
    public init(json: JSONElement) throws(JSONError) { self = try json.uint64() }
    public func writeValue(to json: inout JSONWriter) { json.writeRaw(String(self)) }
}

extension Double: JSONConvertible {
    @inlinable public init(json: JSONElement) throws(JSONError) { self = try json.double() }

    /// Writes the shortest text that reads back as the same number; null for NaN and infinity.
    public func writeValue(to json: inout JSONWriter) {
        if isFinite { json.writeRaw(NumberText.text(of: self)) } else { json.writeNull() }
    }
}

extension Decimal: JSONConvertible {
    public init(json: JSONElement) throws(JSONError) { self = try json.decimal() }

    /// Writes all digits; null for NaN.
    public func writeValue(to json: inout JSONWriter) {
        if isFinite { json.writeRaw(NumberText.text(of: self)) } else { json.writeNull() }
    }
}

extension Date: JSONConvertible {
    public init(json: JSONElement) throws(JSONError) { self = try json.date() }

    /// Writes RFC 3339 in UTC, to the microsecond; null outside the years 0 to 9999.
    public func writeValue(to json: inout JSONWriter) {
        guard let moment = TimestampText.Moment(self) else { return json.writeNull() }
        json.writeField(limit: TimestampText.limit) { TimestampText.put(moment, to: &$0) }
    }
}

extension UUID: JSONConvertible {
    public init(json: JSONElement) throws(JSONError) { self = try json.uuid() }

    /// Writes lower case, as RFC 9562 says.
    public func writeValue(to json: inout JSONWriter) {
        json.writeField(limit: UUIDText.limit) { UUIDText.put(self, to: &$0) }
    }
}

extension URL: JSONConvertible {
    public init(json: JSONElement) throws(JSONError) { self = try json.url() }
    public func writeValue(to json: inout JSONWriter) { json.writeString(absoluteString) }
}

extension Data: JSONConvertible {
    public init(json: JSONElement) throws(JSONError) { self = try json.base64() }

    /// Writes base64 in the standard alphabet, with padding.
    public func writeValue(to json: inout JSONWriter) { json.writeString(base64EncodedString()) }
}

// MARK: - Containers

extension Optional: JSONConvertible where Wrapped: JSONConvertible {
    public init(json: JSONElement) throws(JSONError) {
        self = json.isNull ? nil : try Wrapped(json: json)
    }

    public func writeValue(to json: inout JSONWriter) {
        if let self { self.writeValue(to: &json) } else { json.writeNull() }
    }
}

extension Array: JSONConvertible where Element: JSONConvertible {
    @_specialize(where Element == String)
    @_specialize(where Element == Int)
    @_specialize(where Element == Double)
    @_specialize(where Element == JSONValue)
    public init(json: JSONElement) throws(JSONError) {
        var elements = try json.elements()
        // Elements may be much larger here than there: a document must not reserve more than it can fill.
        let capacity = Swift.min(elements.count, 4_096)
        var failure: JSONError?
        // Filled in place: what is not specialised looks up several types for each `append`. Only a buffer of no elements
        // may have no address, and then nothing is put into it.
        self.init(unsafeUninitializedCapacity: capacity) { buffer, count in
            do throws(JSONError) {
                while count < capacity, let element = elements.next() {
                    (buffer.baseAddress.unsafelyUnwrapped + count).initialize(to: try Element(json: element))
                    count += 1
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        while let element = elements.next() {
            append(try Element(json: element))
        }
    }

    @_specialize(where Element == String)
    @_specialize(where Element == Int)
    @_specialize(where Element == Double)
    @_specialize(where Element == JSONValue)
    public func writeValue(to json: inout JSONWriter) {
        json.beginArray()
        withUnsafeBufferPointer { elements in
            for index in 0..<elements.count {
                elements[index].writeValue(to: &json)
            }
        }
        json.endArray()
    }
}

extension Array where Element: JSONModel {
    /// Reads a list of objects. This is compiled for each model, as little else of the reader is: most time goes here.
    @inlinable
    @inline(never)
    init(models json: JSONElement) throws(JSONError) {
        self = []
        var elements = try json.elements()
        // Elements may be much larger here than there: a document must not reserve more than it can fill.
        reserveCapacity(Swift.min(elements.count, 4_096))
        while let element = elements.next() {
            var object = try element.object()
            append(try Element(json: &object))
            try object.finish()
        }
    }
}

extension Dictionary: JSONConvertible where Key == String, Value: JSONConvertible {
    @_specialize(where Key == String, Value == String)
    @_specialize(where Key == String, Value == JSONValue)
    public init(json: JSONElement) throws(JSONError) {
        var object = try json.object()
        self = object.remaining()
        try object.finish()
    }

    /// Writes the members sorted by name, so that equal dictionaries give equal bytes.
    @_specialize(where Key == String, Value == String)
    @_specialize(where Key == String, Value == JSONValue)
    public func writeValue(to json: inout JSONWriter) {
        json.beginObject()
        json.write(remaining: self)
        json.endObject()
    }
}
