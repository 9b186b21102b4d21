/// How an array or an object is written in a query. Names, values and keys are percent-encoded in each style.
public enum QueryStyle: Sendable, Hashable {
    /// `tag=a&tag=b`; an object's members become parameters of their own. OpenAPI: `form`, exploded.
    case repeated
    /// `tag=a,b`. OpenAPI: `form`, not exploded.
    case commas
    /// `tag=a%20b`. OpenAPI: `spaceDelimited`.
    case spaces
    /// `tag=a%7Cb`. OpenAPI: `pipeDelimited`.
    case pipes
    /// `filter[status]=open`; what is nested deeper has more brackets. OpenAPI: `deepObject`.
    case deepObject

    fileprivate var separator: String {
        switch self {
        case .repeated, .commas, .deepObject: ","
        case .spaces: "%20"
        case .pipes: "%7C"
        }
    }
}

/// How an array or an object is written in a path (RFC 6570). Names, values and keys are percent-encoded in each style.
public enum PathStyle: Sendable, Hashable {
    /// `a,b`; an object is `key,value`. OpenAPI: `simple`, not exploded.
    case simple
    /// `a,b`; an object is `key=value`. OpenAPI: `simple`, exploded.
    case simpleExploded
    /// `.a,b`; an object is `.key,value`. OpenAPI: `label`, not exploded.
    case label
    /// `.a.b`; an object is `.key=value`. OpenAPI: `label`, exploded.
    case labelExploded
    /// `;tag=a,b`; an object is `;tag=key,value`. OpenAPI: `matrix`, not exploded.
    case matrix
    /// `;tag=a;tag=b`; an object is `;key=value`. OpenAPI: `matrix`, exploded.
    case matrixExploded
}

/// Which characters of an argument are percent-encoded.
enum ParameterEncoding {
    /// None, as in a header field.
    case none
    /// All but those that mean nothing in an address.
    case unreserved
    /// As ``unreserved``, but for characters that may stand in a query and end nothing there.
    case reserved

    func callAsFunction(_ text: String) -> String {
        switch self {
        case .none: text
        case .unreserved: text.percentEncoded
        case .reserved: text.percentEncoded { $0.isUnreserved || $0.isHarmlessInQuery }
        }
    }
}

/// An argument as text for a path, a query or a header field.
struct ParameterText {
    private enum Form {
        case scalar(String)
        case array([String])
        case object([(key: String, value: String)])
    }

    private let json: JSONElement?
    private let form: Form

    /// Takes the text from the value's JSON form.
    init(_ value: some JSONConvertible, encoding: ParameterEncoding = .unreserved) {
        self.init(json: try? JSONElement(parsing: value.jsonBytes()), encoding: encoding)
    }

    init(json: JSONElement?, encoding: ParameterEncoding = .unreserved) {
        func text(_ value: JSONElement) -> String {
            encoding(value.scalarText ?? (try? JSONValue(json: value))?.jsonText() ?? "")
        }
        self.json = json
        if let elements = try? json?.elements() {
            form = .array(elements.map(text))
        } else if let members = try? json?.object().members {
            form = .object(members.map { (encoding($0.name), text($0.element)) })
        } else {
            form = .scalar(json.map(text) ?? "")
        }
    }

    /// The whole in one piece: `a,b` for an array, `key,value` for an object.
    func joined(by separator: String) -> String {
        switch form {
        case .scalar(let text): text
        case .array(let texts): texts.joined(separator: separator)
        case .object(let members): members.flatMap { [$0.key, $0.value] }.joined(separator: separator)
        }
    }

    /// `key=value` for each member of an object; anything else as ``joined(by:)``.
    func exploded(by separator: String) -> String {
        guard case .object(let members) = form else { return joined(by: separator) }
        return members.map { "\($0.key)=\($0.value)" }.joined(separator: separator)
    }

    /// What stands in a path for the parameter.
    func path(_ name: String, style: PathStyle) -> String {
        switch style {
        case .simple: return joined(by: ",")
        case .simpleExploded: return exploded(by: ",")
        case .label: return "." + joined(by: ",")
        case .labelExploded: return "." + exploded(by: ".")
        case .matrix: return ";\(name.percentEncoded)=\(joined(by: ","))"
        case .matrixExploded:
            let name = name.percentEncoded
            switch form {
            case .scalar(let text): return ";\(name)=\(text)"
            case .array(let texts): return texts.map { ";\(name)=\($0)" }.joined()
            case .object(let members): return members.map { ";\($0.key)=\($0.value)" }.joined()
            }
        }
    }

    /// `name=value`, once or several times. An empty array yields nothing.
    func pairs(name: String, style: QueryStyle) -> [String] {
        let plainName = name
        let name = name.percentEncoded
        switch (form, style) {
        case (.array(let texts), .repeated), (.array(let texts), .deepObject):
            return texts.map { "\(name)=\($0)" }
        case (.object(let members), .repeated):
            return members.map { "\($0.key)=\($0.value)" }
        case (.object, .deepObject):
            let pairs = json?.bracketed(plainName) ?? []
            return pairs.map { "\($0.name.percentEncoded)=\($0.text.percentEncoded)" }
        case (.array(let texts), _) where texts.isEmpty:
            return []
        default:
            return ["\(name)=\(joined(by: style.separator))"]
        }
    }
}

extension String {
    /// With every byte percent-encoded that is not unreserved (RFC 3986: letters, digits, `-`, `.`, `_`, `~`).
    var percentEncoded: String { percentEncoded { $0.isUnreserved } }

    /// With every byte percent-encoded that is not to be kept.
    func percentEncoded(keeping isKept: (UInt8) -> Bool) -> String {
        guard !utf8.allSatisfy(isKept) else { return self }
        var bytes: [UInt8] = []
        for byte in utf8 {
            if isKept(byte) {
                bytes.append(byte)
            } else {
                bytes.append(percentEncoded: byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Reserved, and yet neither the end of a parameter nor that of the query: `:`, `/`, `?`, `@`, `!`, `$`, `'`, `(`,
    /// `)`, `*`, `,`, `;`.
    var isHarmlessInQuery: Bool { ":/?@!$'()*,;".utf8.contains(self) }
}
