import Foundation

/// What is secret or personal wherever it stands in a text, by its form.
enum RedactionFormats {
    private struct Rule: Sendable {
        let expression: NSRegularExpression
        let kind: StandIns.Kind
        /// Which part of what fits is replaced.
        let group: Int
        let isMeant: @Sendable (String) -> Bool
    }

    /// The text with stand-ins for what it should not say.
    static func redact(_ text: String, with standIns: StandIns) -> String {
        var text = text
        for secret in standIns.secrets where text.contains(secret) {
            text = text.replacing(secret, with: standIns.text(for: secret, .secret))
        }
        for rule in rules { text = apply(rule, to: text, standIns) }
        return redactQueries(in: text, standIns)
    }

    /// Credentials that URLs have in their queries: `https://example.com/?token=x`.
    private static func redactQueries(in text: String, _ standIns: StandIns) -> String {
        text.replacing(/([?&])([A-Za-z0-9_.\-]+)=([^&#\s"'<>]+)/) { match in
            let (whole, mark, name, value) = match.output
            guard RedactionNames.isSecret(String(name)) else { return String(whole) }
            return "\(mark)\(name)=\(standIns.text(for: String(value), .secret))"
        }
    }

    private static func apply(_ rule: Rule, to text: String, _ standIns: StandIns) -> String {
        let whole = NSRange(text.startIndex..., in: text)
        var result = text
        // From behind, so that the places of the others do not change.
        for match in rule.expression.matches(in: text, range: whole).reversed() {
            guard let range = Range(match.range(at: rule.group), in: text), rule.isMeant(String(text[range])) else {
                continue
            }
            let standIn = standIns.text(for: String(text[range]), rule.kind)
            guard let place = Range(match.range(at: rule.group), in: result) else { continue }
            result.replaceSubrange(place, with: standIn)
        }
        return result
    }

    private static func rule(
        _ pattern: String, _ kind: StandIns.Kind, group: Int = 0,
        _ isMeant: @escaping @Sendable (String) -> Bool = { _ in true }
    ) -> Rule? {
        (try? NSRegularExpression(pattern: pattern)).map {
            Rule(expression: $0, kind: kind, group: group, isMeant: isMeant)
        }
    }

    /// Those that are parts of others come after them.
    private static let rules: [Rule] = [
        rule(#"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----"#, .secret),
        rule(#"\beyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]*"#, .secret),
        rule(#"(?i)\b(?:bearer|basic|token)\s+([A-Za-z0-9._~+/=-]{8,})"#, .secret, group: 1) { !isWord($0) },
        rule(#"(?<![A-Za-z0-9])(?:sk|rk|whsec|togo|aikit|vlk|xi)[_-][A-Za-z0-9_-]{6,}"#, .secret) { !isWord($0) },
        rule(#"(?<![A-Za-z0-9])stoa_(?:app|reg|connect|install)_[A-Za-z0-9_-]{4,}"#, .secret),
        rule(#"(?<![A-Za-z0-9])[A-Za-z0-9]+_[A-Za-z0-9]+_secret_[A-Za-z0-9]+"#, .secret),
        rule(#"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"#, .secret),
        rule(#"\bAIza[0-9A-Za-z_-]{35}"#, .secret),
        rule(#"\bgh[pousr]_[A-Za-z0-9]{20,}"#, .secret),
        rule(#"\bxox[abprs]-[A-Za-z0-9-]{10,}"#, .secret),
        rule(#"(?<=://)[^/\s:@"]+:[^/\s@"]+(?=@)"#, .secret),
        rule(#"(?<![A-Za-z0-9._%+/-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"#, .email) {
            !$0.hasSuffix("@example.com")
        },
        rule(#"(?<![\d.-])\d(?:[ -]?\d){12,18}(?![\d.-])"#, .card, isCard),
        rule(#"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"#, .ip, isForeignAddress),
        rule(#"(?<![0-9A-Fa-f:.])(?:[0-9A-Fa-f]{1,4}:){2,7}(?::?[0-9A-Fa-f]{1,4}){1,6}(?![0-9A-Fa-f:.])"#, .ip) {
            isForeignAddress($0)
        },
    ].compactMap { $0 }

    /// Whether a text is words rather than a key: `token authorization`, `sk-learning`.
    private static func isWord(_ text: String) -> Bool {
        text.allSatisfy { $0.isLowercase || "-_.".contains($0) } && !text.contains("test") && text.count < 24
    }

    /// Whether digits are the number of a payment card: the beginning of one, and the right check digit.
    static func isCard(_ text: String) -> Bool {
        let digits = text.compactMap(\.wholeNumberValue)
        let starts = ["4", "5", "2", "34", "37", "6", "35", "30", "36", "38", "39"]
        guard starts.contains(where: { text.hasPrefix($0) }) else { return false }
        let sum = digits.reversed().enumerated().reduce(0) { sum, item in
            let value = item.offset.isMultiple(of: 2) ? item.element : item.element * 2
            return sum + (value > 9 ? value - 9 : value)
        }
        return sum.isMultiple(of: 10) && (digits.count >= 15 || text.hasPrefix("4") || text.hasPrefix("3"))
    }

    /// Whether an address says where somebody is: not that of this machine, and none of those that belong to nobody.
    private static func isForeignAddress(_ text: String) -> Bool {
        let numbers = text.split(separator: ".").compactMap { Int($0) }
        if numbers.count == 4, !text.contains(":") {
            guard numbers.allSatisfy({ $0 <= 255 }) else { return false }
            return !["127.", "0.", "192.0.2.", "255."].contains { text.hasPrefix($0) }
        }
        var address = in6_addr()
        return inet_pton(AF_INET6, text, &address) == 1 && text != "::1" && !text.hasPrefix("2001:db8:")
    }
}
