/// The format `application/x-www-form-urlencoded` of the WHATWG's URL standard.
enum FormText {
    static let mediaType = "application/x-www-form-urlencoded"

    /// An object as a form; nil if the value is none.
    ///
    /// Members of members and elements of arrays have their names in brackets: `payload[value]=7&tags[0]=a`. Null is an
    /// empty text.
    static func bytes(of value: some JSONConvertible) -> [UInt8]? {
        guard let members = try? JSONElement(parsing: value.jsonBytes()).object().members else { return nil }
        var bytes: [UInt8] = []
        for pair in members.flatMap({ $0.element.bracketed($0.name) }) {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
            append(pair.name, to: &bytes)
            bytes.append(UInt8(ascii: "="))
            append(pair.text, to: &bytes)
        }
        return bytes
    }

    /// An object as a form, as OpenAPI has it; nil if the value is none.
    ///
    /// A member with a style is written in that style, an array of scalars by repeating the name (`tags=a&tags=b`), and
    /// all else that is no scalar as JSON.
    static func bytes(of value: some JSONConvertible, styles: [String: QueryStyle]) -> [UInt8]? {
        guard let members = try? JSONElement(parsing: value.jsonBytes()).object().members else { return nil }
        var bytes: [UInt8] = []
        for member in members {
            for pair in pairs(of: member.element, name: member.name, style: styles[member.name]) {
                if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
                bytes += pair.utf8
            }
        }
        return bytes
    }

    private static func pairs(of json: JSONElement, name: String, style: QueryStyle?) -> [String] {
        if let style { return ParameterText(json: json).pairs(name: name, style: style) }
        let isObject = (try? json.object()) != nil
        let isNested = (try? json.elements().contains { $0.scalarText == nil }) ?? false
        guard isObject || isNested else { return ParameterText(json: json).pairs(name: name, style: .repeated) }
        let text = (try? JSONValue(json: json))?.jsonText() ?? ""
        return ["\(name.percentEncoded)=\(text.percentEncoded)"]
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"):
                bytes.append(byte)
            case UInt8(ascii: " "): bytes.append(UInt8(ascii: "+"))
            default: bytes.append(percentEncoded: byte)
            }
        }
    }
}

extension [UInt8] {
    /// Appends `%2F` for a slash.
    mutating func append(percentEncoded byte: UInt8) {
        append(UInt8(ascii: "%"))
        append(HexDigits.uppercase(byte >> 4))
        append(HexDigits.uppercase(byte & 15))
    }
}
