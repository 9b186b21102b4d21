import Foundation

/// One value of a parsed document: its kind is known, its contents are read when asked for.
///
/// Cheap to copy; it keeps the document alive.
public struct JSONElement: Sendable {
    @usableFromInline let document: JSONDocument
    @usableFromInline let index: Int

    @inlinable
    init(_ document: JSONDocument, _ index: Int) {
        self.document = document
        self.index = index
    }

    /// Parses a document: RFC 8259, UTF-8 (a byte order mark is skipped), at most 512 levels deep.
    /// - Throws: ``JSONError`` with ``JSONError/Reason/syntax(_:offset:line:column:)`` if the bytes are not JSON.
    @inlinable
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        self.init(try JSONDocument(parsing: bytes), 0)
    }

    /// What stands here.
    public var kind: JSONKind { document.tokens[index].publicKind }

    /// Whether null stands here.
    public var isNull: Bool { document.tokens[index].isKind(.null) }

    /// Where the value stands in its document: `$.data.items[3]`.
    public var path: String { document.path(to: index) }

    /// An error about this value, for types that read themselves from it.
    public func error(_ reason: JSONError.Reason) -> JSONError {
        JSONError(reason, at: .element(document, index))
    }

    // MARK: - Scalars

    /// - Throws: ``JSONError`` if this is not a string.
    public func string() throws(JSONError) -> String { try document.readString(index) }

    /// - Throws: ``JSONError`` if this is not a boolean.
    public func bool() throws(JSONError) -> Bool { try document.readBool(index) }

    /// Reads a number without fraction; `1.0` and `1e3` are such numbers.
    /// - Throws: ``JSONError`` if this is not a number, has a fraction, or is out of range.
    public func int() throws(JSONError) -> Int { try document.readInt(index) }

    /// Reads a number without fraction; `1.0` and `1e3` are such numbers.
    /// - Throws: ``JSONError`` if this is not a number, has a fraction, or is out of range.
    public func int64() throws(JSONError) -> Int64 { try document.readInt64(index) }

    /// Reads a number without fraction that is not negative; `1.0` and `1e3` are such numbers.
    /// - Throws: ``JSONError`` if this is not a number, has a fraction, or is out of range.
    public func uint64() throws(JSONError) -> UInt64 { try document.readUInt64(index) }

    /// Reads a number as the nearest `Double`.
    /// - Throws: ``JSONError`` if this is not a number, or larger than the largest `Double`.
    public func double() throws(JSONError) -> Double { try document.readDouble(index) }

    /// Reads a number exactly.
    /// - Throws: ``JSONError`` if this is not a number, or needs more than 38 digits.
    public func decimal() throws(JSONError) -> Decimal { try document.readDecimal(index) }

    /// Reads a number as it is written.
    /// - Throws: ``JSONError`` if this is not a number.
    public func number() throws(JSONError) -> JSONNumber { try document.readNumber(index) }

    /// Reads an RFC 3339 time; it is exact to the microsecond.
    /// - Throws: ``JSONError`` if this is not a string with such a time.
    public func date() throws(JSONError) -> Date { try document.readDate(index) }

    /// Reads `yyyy-mm-dd`.
    /// - Throws: ``JSONError`` if this is not a string with such a date.
    public func calendarDate() throws(JSONError) -> CalendarDate { try document.readCalendarDate(index) }

    /// Reads a UUID, in either case of letters.
    /// - Throws: ``JSONError`` if this is not a string with a UUID.
    public func uuid() throws(JSONError) -> UUID { try document.readUUID(index) }

    /// Reads a URL; characters that may not stand in one are percent-encoded.
    /// - Throws: ``JSONError`` if this is not a string with a URL.
    public func url() throws(JSONError) -> URL { try document.readURL(index) }

    /// Reads base64 in the standard alphabet, with or without padding.
    /// - Throws: ``JSONError`` if this is not a string in base64.
    public func base64() throws(JSONError) -> Data { try document.readBase64(index) }

    /// Reads an integer that is written in a string: `"12345"`.
    /// - Throws: ``JSONError`` if this is not a string with an integer, or out of range.
    public func int64InString() throws(JSONError) -> Int64 { try document.readInt64InString(index) }

    /// Reads a decimal number that is written in a string: `"0.10"`.
    /// - Throws: ``JSONError`` if this is not a string with a number, or needs more than 38 digits.
    public func decimalInString() throws(JSONError) -> Decimal { try document.readDecimalInString(index) }

    // MARK: - Everything else

    /// Reads the value as the type that the context asks for.
    /// - Throws: ``JSONError`` if it is not such a value.
    public func value<Value: JSONConvertible>(as type: Value.Type = Value.self) throws(JSONError) -> Value {
        try Value(json: self)
    }

    /// The value as the given type, or nil if it is not such a value: for unions that can only be told apart by trying.
    public func matching<Value: JSONConvertible>(_ type: Value.Type) -> Value? {
        try? Value(json: self)
    }

    /// The elements of an array.
    /// - Throws: ``JSONError`` if this is not an array.
    @inlinable
    public func elements() throws(JSONError) -> JSONElements {
        try JSONElements(self)
    }

    /// The member with this name; nil if there is none, or if this is not an object.
    public subscript(name: String) -> JSONElement? {
        guard document.tokens[index].isKind(.object) else { return nil }
        return document.member(name, of: index).map { JSONElement(document, $0) }
    }

    /// Whether this is an object with a member of each of these names.
    public func contains(_ names: StaticString...) -> Bool {
        guard kind == .object, var object = try? object() else { return false }
        return names.allSatisfy { object.element(ifThere: $0) != nil }
    }

    /// The member that tells the variants of a union apart.
    /// - Throws: ``JSONError`` if this is not an object with a string of this name.
    public func discriminator(_ name: StaticString) throws(JSONError) -> String {
        var object = try object()
        return try object.string(name)
    }
}

/// The elements of an array, in order.
public struct JSONElements: Sequence, IteratorProtocol, Sendable {
    @usableFromInline let document: JSONDocument
    @usableFromInline var position: Int
    @usableFromInline let end: Int
    /// How many elements the array has.
    public let count: Int

    @usableFromInline
    init(_ element: JSONElement) throws(JSONError) {
        document = element.document
        try document.require(.array, at: element.index)
        let array = document.tokens[element.index]
        position = element.index + 1
        end = element.index + array.stride
        count = Int(array.detail)
    }

    public mutating func next() -> JSONElement? {
        guard position < end else { return nil }
        defer { position += document.tokens[position].stride }
        return JSONElement(document, position)
    }
}
