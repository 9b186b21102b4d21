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

/// An argument as text for a path, a query or a header field.
struct ParameterText {
    private enum Form {
        case scalar(String)
        case array([String])
        case object([(key: String, value: String)])
    }

    private let json: JSONElement?
    private let form: Form

    /// Takes the text from the value's JSON form; `encoding` says whether to percent-encode it.
    init(_ value: some JSONConvertible, encoding: Bool = true) {
        func text(_ value: JSONElement) -> String {
            let text = value.scalarText ?? (try? JSONValue(json: value))?.jsonText() ?? ""
            return encoding ? text.percentEncoded : text
        }
        let json = try? JSONElement(parsing: value.jsonBytes())
        self.json = json
        if let elements = try? json?.elements() {
            form = .array(elements.map(text))
        } else if let members = try? json?.object().members {
            form = .object(members.map { (encoding ? $0.name.percentEncoded : $0.name, text($0.element)) })
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
    var percentEncoded: String {
        guard !utf8.allSatisfy(\.isUnreserved) else { return self }
        var bytes: [UInt8] = []
        for byte in utf8 {
            if byte.isUnreserved {
                bytes.append(byte)
            } else {
                bytes.append(percentEncoded: byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
