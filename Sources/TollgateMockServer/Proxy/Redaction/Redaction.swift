import Foundation
import HTTPTypes
import TollgateCore

/// Takes secrets and personal data out of what was recorded, by names and by forms.
final class Redaction: Sendable {
    private let standIns = StandIns()

    /// Something without what may not stand in a fixture.
    struct Redacted<Value> {
        var value: Value
        /// Where stand-ins are, as JSON pointers.
        var pointers: [String] = []
    }

    // MARK: - Header fields

    /// What is kept of a request's header fields, beside the parameters that a description names.
    private static let requestFields: Set = [
        "accept", "anthropic-beta", "anthropic-version", "authorization", "content-digest", "content-type",
        "idempotency-key", "openai-organization", "openai-project", "stripe-signature", "stripe-version",
        "x-billing-account-id", "x-principal-id", "x-realm-admin", "x-realm-id", "x-request-id",
    ]

    /// What is kept of a response's header fields.
    private static let responseFields: Set = [
        "content-type", "idempotent-replayed", "location", "request-id", "retry-after", "retry-after-ms",
        "www-authenticate", "x-request-id",
    ]

    private static let credentialFields: Set = [
        "authorization", "cookie", "proxy-authorization", "set-cookie", "stripe-signature", "x-api-key", "xi-api-key",
    ]

    func requestHeaders(_ fields: HTTPFields, parameters: Set<String>) -> Redacted<[String: JSONValue]> {
        headers(fields, keeping: Self.requestFields.union(parameters.map { $0.lowercased() }))
    }

    func responseHeaders(_ fields: HTTPFields) -> Redacted<[String: JSONValue]> {
        headers(fields, keeping: Self.responseFields)
    }

    private func headers(_ fields: HTTPFields, keeping names: Set<String>) -> Redacted<[String: JSONValue]> {
        var result = Redacted<[String: JSONValue]>(value: [:])
        for field in fields where names.contains(field.name.canonicalName) {
            let name = field.name.canonicalName
            let value = redact(field.value, ofField: name)
            if value != field.value { result.pointers.append("/headers/\(SpecPlace.escaped(name))") }
            let earlier = result.value[name]?.text.map { "\($0), " } ?? ""
            result.value[name] = .string(earlier + value)
        }
        return result
    }

    /// Finds the credentials of a request, so that none is missed where the service repeats it.
    func remember(_ request: MockRequest) {
        for field in request.headers where isCredential(field.name.canonicalName) {
            let parts = field.value.split(separator: " ", maxSplits: 1)
            let value = String(parts.last ?? "")
            standIns.remember(secret: value)
            if parts.first?.lowercased() == "basic", let data = Data(base64Encoded: value) {
                for part in String(decoding: data, as: UTF8.self).split(separator: ":", maxSplits: 1) {
                    standIns.remember(secret: String(part))
                }
            }
            for item in value.split(whereSeparator: { ", ;".contains($0) }) {
                guard let sign = item.firstIndex(of: "=") else { continue }
                let part = item[item.index(after: sign)...].trimming("\"")
                if part.utf8.count >= 16 { standIns.remember(secret: String(part)) }
            }
        }
        for item in request.queryItems where RedactionNames.isSecret(item.name) {
            standIns.remember(secret: item.value)
        }
    }

    private func isCredential(_ name: String) -> Bool {
        Self.credentialFields.contains(name) || RedactionNames.isSecret(name)
    }

    private func redact(_ value: String, ofField name: String) -> String {
        guard isCredential(name) else { return text(value) }
        let parts = value.split(separator: " ", maxSplits: 1)
        // The scheme is no secret: `Bearer x`.
        if name == "authorization", parts.count == 2 {
            return "\(parts[0]) \(standIns.text(for: String(parts[1]), .secret))"
        }
        return standIns.text(for: value, .secret)
    }

    // MARK: - Texts

    /// A text without what has the form of a secret or of personal data.
    func text(_ text: String) -> String {
        RedactionFormats.redact(text, with: standIns)
    }

    /// Names and values of a query, with all values under a name.
    func query(_ items: [(name: String, value: String)]) -> Redacted<[String: [String]]> {
        var result = Redacted<[String: [String]]>(value: [:])
        for item in items {
            let kind = RedactionNames.kind(of: item.name, among: items.map(\.name))
            let value = kind.map { standIns.text(for: item.value, $0) } ?? text(item.value)
            let position = result.value[item.name, default: []].count
            result.value[item.name, default: []].append(value)
            guard value != item.value else { continue }
            result.pointers.append("/query/\(SpecPlace.escaped(item.name))/\(position)")
        }
        return result
    }

    // MARK: - JSON

    /// Takes secrets and personal data out of a JSON value.
    /// - Parameters:
    ///   - value: What was sent.
    ///   - fits: Whether a value is valid at a place.
    /// - Returns: The value with stand-ins.
    func json(
        _ value: JSONValue, fits: (_ pointer: String, JSONValue) -> Fitness = { _, _ in .valid }
    ) -> Redacted<JSONValue> {
        var pointers: [String] = []
        let redacted = json(value, at: "", kind: nil, fits, &pointers)
        return Redacted(value: redacted, pointers: pointers)
    }

    /// What a schema says about a stand-in.
    enum Fitness {
        case valid, invalid
        /// It names all the values that there are; none of them can be a secret.
        case vocabulary
    }

    private func json(
        _ value: JSONValue, at pointer: String, kind: StandIns.Kind?, _ fits: (String, JSONValue) -> Fitness,
        _ pointers: inout [String]
    ) -> JSONValue {
        switch value {
        case .object(let members):
            var result: [String: JSONValue] = [:]
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                let own = RedactionNames.kind(of: name, among: members.keys)
                // A name may be personal as well: a table by email address.
                let shown = text(name)
                let place = "\(pointer)/\(SpecPlace.escaped(shown))"
                result[shown] = json(member, at: place, kind: own ?? kind, fits, &pointers)
            }
            return .object(result)
        case .array(let elements):
            return .array(
                elements.enumerated().map { json($1, at: "\(pointer)/\($0)", kind: kind, fits, &pointers) })
        case .string(let string):
            let redacted = redact(string, at: pointer, kind: kind, fits)
            if redacted != string { pointers.append(pointer) }
            return .string(redacted)
        case .number(let number):
            guard let redacted = redact(number, kind: kind) else { return value }
            pointers.append(pointer)
            return .number(redacted)
        case .null, .bool:
            return value
        }
    }

    private func redact(
        _ string: String, at pointer: String, kind: StandIns.Kind?, _ fits: (String, JSONValue) -> Fitness
    ) -> String {
        guard let kind, !string.isEmpty else {
            let redacted = text(string)
            if redacted == string || fits(pointer, .string(redacted)) == .valid { return redacted }
            return standIns.text(for: string, .secret) { fits(pointer, .string($0)) == .valid }
        }
        if fits(pointer, .string(string)) == .vocabulary { return string }
        if kind == .secret { standIns.remember(secret: string) }
        return standIns.text(for: string, kind) { fits(pointer, .string($0)) == .valid }
    }

    /// A number that is a card's, or that stands under a name that says so.
    private func redact(_ number: JSONNumber, kind: StandIns.Kind?) -> JSONNumber? {
        let digits = number.description
        guard let count = number.int.map({ String($0).count }), number.int ?? 0 >= 0 else { return nil }
        let isCard = count >= 13 && RedactionFormats.isCard(digits)
        guard isCard || kind == .secret || kind == .card || kind == .phone else { return nil }
        // As many digits as there were.
        let position = Int(standIns.text(for: digits, .card)) ?? 0
        var power = 1
        for _ in 1..<count { power *= 10 }
        return JSONNumber(power + position % max(power, 2))
    }
}
