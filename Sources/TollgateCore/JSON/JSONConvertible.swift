/// A value with one JSON form.
///
/// A conforming type says how it is read and written; that makes it `Codable` as well, with any coder.
public protocol JSONConvertible: Codable, Sendable {
    /// Reads the value.
    /// - Throws: ``JSONError`` if the element has another kind or is out of range.
    init(json: JSONElement) throws(JSONError)

    /// Writes exactly one value.
    func writeValue(to json: inout JSONWriter)
}

extension JSONConvertible {
    /// Reads a whole document.
    /// - Throws: ``JSONError`` if the bytes are not JSON, or not this value.
    public init(jsonBytes: [UInt8]) throws(JSONError) {
        try self.init(json: JSONElement(parsing: jsonBytes))
    }

    /// Reads a whole document.
    /// - Throws: ``JSONError`` if the text is not JSON, or not this value.
    public init(jsonText: String) throws(JSONError) {
        try self.init(json: JSONElement(parsing: Array(jsonText.utf8)))
    }

    /// The value as compact JSON in UTF-8.
    public func jsonBytes() -> [UInt8] {
        var writer = JSONWriter()
        writeValue(to: &writer)
        return writer.finish()
    }

    /// The value as compact JSON.
    public func jsonText() -> String {
        String(decoding: jsonBytes(), as: UTF8.self)
    }
}

/// An object with named members: reads and writes the members; braces, `Codable` and whole documents come from here.
public protocol JSONModel: JSONConvertible {
    /// Reads the members. What is wrong with those that are not required comes out of ``JSONObject/finish()``, which who
    /// opened the object calls: for the whole value that is ``JSONConvertible/init(json:)``.
    /// - Throws: ``JSONError`` if a required member is missing or has another kind.
    init(json: inout JSONObject) throws(JSONError)

    /// Writes the members, without the braces around them.
    func write(to json: inout JSONWriter)
}

// Not inlinable, as little here is: what is not copied into each caller compiles quickly and stays small there.
extension JSONModel {
    @_semantics("optimize.sil.specialize.generic.never")
    public init(json: JSONElement) throws(JSONError) {
        var object = try json.object()
        try self.init(json: &object)
        try object.finish()
    }

    @_semantics("optimize.sil.specialize.generic.never")
    public func writeValue(to json: inout JSONWriter) {
        json.beginObject()
        write(to: &json)
        json.endObject()
    }
}

/// A union whose variant is named by another member of the object that holds it.
///
/// That member (the discriminator) is not stored in Swift: it is derived from the variant.
public protocol JSONSiblingUnion: Sendable {
    /// Reads the variant that the discriminator names; an unknown name becomes the `unrecognized` case.
    /// - Throws: ``JSONError`` if the element is not what the variant needs.
    init(discriminator: String, json: JSONElement) throws(JSONError)

    /// The name of the variant, as it stands in the JSON.
    var discriminator: String { get }

    /// Writes the variant as one value.
    func writeValue(to json: inout JSONWriter)
}
