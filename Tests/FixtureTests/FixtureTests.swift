import Foundation
import Testing
import Tollgate
import TollgateMock

/// Exchanges recorded from the official Python clients: our models read them and write the same again.
@Suite struct FixtureTests {
    @Test(arguments: Fixture.all)
    func readsAndWritesTheSame(_ fixture: Fixture) throws {
        let types = try #require(WireTypes.types(of: fixture.operation), "no operation \(fixture.operation.key)")
        if var body = fixture.requestBody, fixture.isValidRequest, let request = types.request {
            if let member = types.streamMember, case .object(var members) = body {
                members[member] = nil
                body = .object(members)
            }
            try check(body, request, "request")
        }
        guard (200..<300).contains(fixture.status) else {
            let error = try #require(types.error(fixture.status), "\(fixture.path): \(fixture.status)")
            try check(fixture.responseBody, error, "response")
            return
        }
        if let events = fixture.events {
            let event = try #require(types.event, "\(fixture.operation.key) answers no events")
            for (index, body) in events.enumerated() { try check(body, event, "event \(index)") }
        } else if let success = types.success {
            try check(fixture.responseBody, success, "response")
        }
    }

    private func check(_ body: JSONValue, _ roundTrip: RoundTrip, _ side: String) throws {
        let written = try JSONValue(jsonBytes: roundTrip.run(body.jsonBytes()))
        let differences = Difference.between(body, written)
        #expect(differences == [], "\(side) as \(roundTrip.name)")
    }

    /// A member that the client sends as null and the service takes as absent is the same either way, and so are two
    /// spellings of one instant.
    @Test func everyOperationHasAFixtureOfSuccess() {
        let recorded = Set(Fixture.all.filter { (200..<300).contains($0.status) }.map(\.operation.key))
        // The levers are the mock's own; nobody else's client calls them.
        let described = WireTypes.all.keys.filter { !$0.hasPrefix("mock.") }
        #expect(Set(described).subtracting(recorded) == [])
    }

    @Test func fixturesHoldNoSecret() throws {
        let mock = MockServer.inProcess()
        let secrets = [
            mock.stoa.apiKey, mock.stoa.registrationSecret, mock.stoa.connectSecret, mock.vluna.serviceKeySecret,
            "SVC-AUTH keyId", "eyJhbGciOi",
        ]
        for fixture in Fixture.all {
            for secret in secrets { #expect(!fixture.text.contains(secret), "\(fixture.path)") }
        }
    }

    @Test func allTheFieldsOfAFixtureAreThere() {
        for fixture in Fixture.all {
            #expect(!fixture.client.isEmpty, "\(fixture.path) does not say where it was recorded")
        }
    }
}

struct Fixture: Sendable, CustomTestStringConvertible {
    /// Within `Tests/Fixtures`.
    var path: String
    var text: String
    var operation: MockOperation
    var client: String
    var requestBody: JSONValue?
    var status: Int
    var responseBody: JSONValue
    /// Whether the answer is a stream of events.
    var isStream: Bool

    /// The data of the events that a stream consists of, as far as it is JSON; nil for an answer that is no stream.
    var events: [JSONValue]? {
        guard isStream, case .string(let text) = responseBody else { return nil }
        return text.split(separator: "\n").filter { $0.hasPrefix("data:") }
            .compactMap { try? JSONValue(jsonText: String($0.dropFirst("data:".count))) }
    }

    var testDescription: String { path }

    /// A request that was refused for its shape is not one that our models can say.
    var isValidRequest: Bool { status != 400 && status != 422 }

    static let all: [Fixture] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures")
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
        return paths.filter { $0.hasSuffix(".json") && !$0.hasPrefix("metering/") }.sorted().compactMap { path in
            guard let data = try? Data(contentsOf: folder.appending(path: path)),
                let value = try? JSONValue(jsonBytes: Array(data))
            else {
                Issue.record("\(path) is no JSON")
                return nil
            }
            return Fixture(path, value, text: String(decoding: data, as: UTF8.self))
        }
    }()

    private init?(_ path: String, _ value: JSONValue, text: String) {
        guard let recorded = value["recorded"], case .string(let key)? = recorded["operation"],
            case .string(let client)? = recorded["client"], let response = value["response"],
            case .number(let status)? = response["status"], let body = response["body"]
        else {
            Issue.record("\(path) lacks a member")
            return nil
        }
        self.path = path
        self.text = text
        self.client = client
        operation = MockOperation(key)
        let form = value["request"]?["headers"]?["content-type"]?.string ?? ""
        requestBody = form.contains("json") ? value["request"]?["body"] : nil
        if requestBody == .null { requestBody = nil }
        isStream = response["headers"]?["content-type"]?.string?.hasPrefix("text/event-stream") == true
        self.status = status.int ?? 0
        responseBody = body
    }
}

/// Where two JSON values say different things.
enum Difference {
    static func between(_ expected: JSONValue, _ written: JSONValue, at path: String = "$") -> [String] {
        if expected == written || isSameInstant(expected, written) || isSameUUID(expected, written) { return [] }
        switch (expected, written) {
        case (.object(let left), .object(let right)):
            return Set(left.keys).union(right.keys).sorted().flatMap { key -> [String] in
                // A member that is left out says the same as its default in the description.
                if left[key] == nil, let value = defaults[key], right[key] == value { return [] }
                let (one, other) = (left[key] ?? .null, right[key] ?? .null)
                return between(one, other, at: "\(path).\(key)")
            }
        case (.array(let left), .array(let right)) where left.count == right.count:
            return zip(left, right).enumerated().flatMap { between($1.0, $1.1, at: "\(path)[\($0)]") }
        default:
            return ["\(path): recorded \(expected.jsonText()), written \(written.jsonText())"]
        }
    }

    private static let defaults: [String: JSONValue] = [
        "dry_run": .bool(false), "merge_advice": .string("by_pricing_fingerprint"),
        "cache_ttl": .string("5m"), "quota": 0, "quantity": 1, "conflict": .bool(false), "active": .bool(true),
        "on_ledger": .bool(false),
        "periodic_accounting": .bool(false), "eligibility_kind": .string("manual"), "status": .string("active"),
    ]

    private static func isSameInstant(_ one: JSONValue, _ other: JSONValue) -> Bool {
        guard let first = try? Date(jsonBytes: one.jsonBytes()), let second = try? Date(jsonBytes: other.jsonBytes())
        else { return false }
        return first == second
    }

    private static func isSameUUID(_ one: JSONValue, _ other: JSONValue) -> Bool {
        guard case .string(let first) = one, case .string(let second) = other, let id = UUID(uuidString: first) else {
            return false
        }
        return id == UUID(uuidString: second)
    }
}
