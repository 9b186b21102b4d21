/// An enumeration that may grow: a raw value that this version does not know is kept and written back unchanged.
///
/// A conforming type says how a case and its raw value correspond; the raw value is what stands in the JSON.
public protocol OpenEnum: RawRepresentable, Hashable, JSONConvertible, Codable
where RawValue: JSONConvertible & Hashable & Codable {
    /// The case for a raw value; an unknown one becomes the `unrecognized` case.
    init(rawValue: RawValue)
}

extension OpenEnum {
    @_semantics("optimize.sil.specialize.generic.never")
    public init(json: JSONElement) throws(JSONError) {
        self.init(rawValue: try RawValue(json: json))
    }

    @_semantics("optimize.sil.specialize.generic.never")
    public func writeValue(to json: inout JSONWriter) {
        rawValue.writeValue(to: &json)
    }
}
