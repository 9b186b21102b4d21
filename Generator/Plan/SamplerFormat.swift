/// The formats of texts that clients take apart: what one looks like, and what is none.
enum SampleFormat {
    /// A text of a format; another variant is another text. Nil for formats that say nothing here.
    static func text(_ format: String, variant: Int) -> String? {
        let two = variant % 60 < 10 ? "0\(variant % 60)" : "\(variant % 60)"
        let day = variant % 28 + 1 < 10 ? "0\(variant % 28 + 1)" : "\(variant % 28 + 1)"
        switch format {
        case "date-time", "datetime": return "2026-01-02T03:04:\(two)Z"
        case "date": return "2026-01-\(day)"
        case "time": return "03:04:\(two)Z"
        case "partial-time": return "03:04:\(two)"
        case "duration": return "PT\(variant + 1)H"
        case "uuid":
            let digits = String(variant + 1, radix: 16)
            return "00000000-0000-4000-8000-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
        case "uri", "url", "iri": return "https://example.com/\(variant + 1)"
        case "uri-reference", "iri-reference", "json-pointer": return "/\(variant + 1)"
        case "uri-template": return "/\(variant + 1)/{id}"
        case "email", "idn-email": return "user\(variant + 1)@example.com"
        case "hostname", "idn-hostname": return "host\(variant + 1).example.com"
        case "ipv4", "ip": return "192.0.2.\(variant % 254 + 1)"
        case "ipv6": return "2001:db8::\(String(variant + 1, radix: 16))"
        case "byte", "base64": return ["AAEC", "AwQF", "BgcI", "CQoL"][variant % 4]
        case "decimal": return "\(variant + 1).50"
        case "int32", "int64", "integer", "uint32", "uint64": return "\(variant + 1)"
        case "regex": return "^a*$"
        default: return nil
        }
    }

    static func accepts(_ text: String, _ format: String) -> Bool {
        switch format {
        case "date-time": return dateTime.fits(text) ?? true && isDate(text.prefix(10))
        case "date": return date.fits(text) ?? true && isDate(text[...])
        case "uuid": return uuid.fits(text) ?? true
        case "uri", "url": return uri.fits(text) ?? true
        case "email": return email.fits(text) ?? true
        case "ipv4": return ipv4.fits(text) ?? true
        case "byte": return base64.fits(text) ?? true && text.utf8.count % 4 == 0
        default: return true
        }
    }

    /// Whether the month has the day.
    private static func isDate(_ text: Substring) -> Bool {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, 1...12 ~= parts[1], parts[2] >= 1 else { return false }
        let isLeap = parts[0] % 4 == 0 && (parts[0] % 100 != 0 || parts[0] % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return parts[2] <= days[parts[1] - 1]
    }

    private static let date = pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    private static let dateTime = pattern(
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)([.][0-9]+)?"
            + "([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$")
    private static let uuid = pattern("^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$")
    private static let uri = pattern("^[A-Za-z][A-Za-z0-9+.-]*:[!-;=?-Z_a-z~\\[\\]@%]+$")
    private static let email = pattern("^[^@\\s]+@[^@\\s]+$")
    private static let ipv4 = pattern("^((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\\.(?!$)|$)){4}$")
    private static let base64 = pattern("^[A-Za-z0-9+/]*={0,2}$")

    private static func pattern(_ text: String) -> SamplePattern {
        guard let pattern = SamplePattern(text) else { preconditionFailure("\(text) is no expression") }
        return pattern
    }
}
