import Foundation
import HTTPTypes
import TollgateCore

/// Where a request differs from a recorded one.
struct ExchangeDifference: Sendable, Hashable, CustomStringConvertible {
    /// A JSON pointer into the fixture: `/request/body/user_id`.
    let pointer: String
    /// Nil for what was not recorded.
    let recorded: JSONValue?
    /// Nil for what was not sent. Without secrets.
    let sent: JSONValue?

    var description: String {
        switch (recorded, sent) {
        case (let recorded?, let sent?): "\(pointer): recorded \(recorded), sent \(sent)"
        case (let recorded?, nil): "\(pointer): recorded \(recorded), not sent"
        case (nil, let sent?): "\(pointer): sent \(sent), not recorded"
        case (nil, nil): pointer
        }
    }

    var json: JSONValue {
        let members: [String: JSONValue?] = ["at": .string(pointer), "recorded": recorded, "sent": sent]
        return .object(members.compactMapValues { $0 })
    }
}

/// Compares a request with a recorded one. Redacted values match anything.
struct ExchangeComparison {
    /// The most differences that are told.
    private static let limit = 50

    private let fixture: MockFixture
    private let request: MockRequest
    private let redacted: Set<String>
    private(set) var differences: [ExchangeDifference] = []

    /// Whether the paths are the same.
    private(set) var isSamePath = true

    /// What two requests of one kind may say differently: who asks, and what is made anew for each try.
    private static let irrelevant: Set = [
        "accept", "authorization", "content-digest", "idempotency-key", "stripe-signature", "user-agent",
        "x-request-id",
    ]

    /// What counts also if it was not recorded.
    private static let relevant: Set = [
        "anthropic-version", "content-type", "x-billing-account-id", "x-principal-id", "x-realm-admin", "x-realm-id",
    ]

    init(_ fixture: MockFixture, _ request: MockRequest) {
        self.fixture = fixture
        self.request = request
        redacted = Set(fixture.redacted)
        compareTarget()
        compareHeaders()
        compareBodies()
    }

    private func isRedacted(_ pointer: String, _ recorded: JSONValue?) -> Bool {
        redacted.contains(pointer) || recorded?.text?.contains("<redacted>") == true
    }

    private mutating func add(_ pointer: String, _ recorded: JSONValue?, _ sent: JSONValue?) {
        guard differences.count < Self.limit else { return }
        let name = SpecPlace.names(in: pointer).last { Int($0) == nil } ?? ""
        let shown = sent.flatMap { Redaction().json(.object([name: $0])).value.members.first?.value }
        differences.append(ExchangeDifference(pointer: pointer, recorded: recorded, sent: shown))
    }

    // MARK: - Target and header fields

    private mutating func compareTarget() {
        let recorded = fixture.request
        if recorded.method != request.method {
            add("/request/method", .string(recorded.method), .string(request.method))
        }
        if recorded.path != request.path, !redacted.contains("/request/path") {
            isSamePath = false
            add("/request/path", .string(recorded.path), .string(String(request.path)))
        }
        var sent: [String: [JSONValue]] = [:]
        for item in request.queryItems { sent[item.name, default: []].append(.string(item.value)) }
        compare(
            .object(recorded.query.mapValues { .array($0.map { .string($0) }) }),
            .object(sent.mapValues { .array($0) }), at: "/request/query")
    }

    private mutating func compareHeaders() {
        let recorded = fixture.request.headers
        let sent = Set(request.headers.map(\.name.canonicalName))
        let names = Set(recorded.keys).union(sent.intersection(Self.relevant)).subtracting(Self.irrelevant)
        for name in names.sorted() {
            let value = HTTPField.Name(name).flatMap { request.headers[$0] }
            if let one = recorded[name], let other = value, isSame(one, other, ofField: name) { continue }
            let pointer = "/request/headers/\(SpecPlace.escaped(name))"
            if value != nil, isRedacted(pointer, recorded[name].map { .string($0) }) { continue }
            add(pointer, recorded[name].map { .string($0) }, value.map { .string($0) })
        }
    }

    private func isSame(_ one: String, _ other: String, ofField name: String) -> Bool {
        // A boundary is made anew for each body, and a character set says nothing new.
        one == other || (name == "content-type" && MediaType(one).name == MediaType(other).name)
    }

    // MARK: - Bodies

    private mutating func compareBodies() {
        let recorded = fixture.request
        let type = MediaType(request.headers[.contentType] ?? recorded.headers["content-type"] ?? "")
        if request.body.isEmpty || (recorded.body == .null && recorded.bytes == nil) {
            let sent = request.body.isEmpty ? nil : JSONValue.string("<\(request.body.count) bytes>")
            if (recorded.body != .null || recorded.bytes != nil) || sent != nil {
                add("/request/body", recorded.body == .null ? nil : recorded.body, sent)
            }
            return
        }
        switch type.form {
        case .json:
            if let sent = try? JSONValue(jsonBytes: request.body) {
                compare(recorded.body, sent, at: "/request/body")
                return
            }
        case .urlEncoded:
            compare(form(recorded.body.text ?? ""), form(String(decoding: request.body, as: UTF8.self)))
            return
        case .multipart:
            let boundary = recorded.headers["content-type"].flatMap { MediaType($0)["boundary"] }
            if let one = parts(recorded.bytes ?? Array((recorded.body.text ?? "").utf8), boundary: boundary),
                let other = parts(request.body, boundary: type["boundary"])
            {
                compare(one, other)
                return
            }
        case .bytes: break
        }
        guard !isRedacted("/request/body", recorded.body) else { return }
        if (recorded.bytes ?? Array((recorded.body.text ?? "").utf8)) != request.body {
            add("/request/body", recorded.body, .string("<\(request.body.count) bytes>"))
        }
    }

    /// Where a form holds something redacted, it is not said which of its values.
    private mutating func compare(_ recorded: JSONValue, _ sent: JSONValue) {
        guard isRedacted("/request/body", fixture.request.body) else {
            compare(recorded, sent, at: "/request/body")
            return
        }
        let names = Set(recorded.members.keys).symmetricDifference(sent.members.keys)
        for name in names.sorted() {
            add("/request/body/\(SpecPlace.escaped(name))", recorded[name], sent[name])
        }
    }

    private func form(_ text: String) -> JSONValue {
        var members: [String: [JSONValue]] = [:]
        for item in PercentEncoding.items(of: text[...]) { members[item.name, default: []].append(.string(item.value)) }
        return .object(members.mapValues { .array($0) })
    }

    private func parts(_ body: [UInt8], boundary: String?) -> JSONValue? {
        guard let boundary, let parts = try? MultipartReader(body, boundary: boundary).parts() else { return nil }
        var members: [String: [JSONValue]] = [:]
        for part in parts {
            members[part.name, default: []].append(.string(String(decoding: part.bytes, as: UTF8.self)))
        }
        return .object(members.mapValues { .array($0) })
    }

    private mutating func compare(_ recorded: JSONValue?, _ sent: JSONValue?, at pointer: String) {
        if recorded == sent || (sent != nil && isRedacted(pointer, recorded)) { return }
        if case .object(let one)? = recorded, case .object(let other)? = sent {
            for name in Set(one.keys).union(other.keys).sorted() {
                compare(one[name], other[name], at: "\(pointer)/\(SpecPlace.escaped(name))")
            }
        } else if case .array(let one)? = recorded, case .array(let other)? = sent {
            for index in 0..<max(one.count, other.count) {
                compare(
                    index < one.count ? one[index] : nil, index < other.count ? other[index] : nil,
                    at: "\(pointer)/\(index)")
            }
        } else {
            add(pointer, recorded, sent)
        }
    }
}
