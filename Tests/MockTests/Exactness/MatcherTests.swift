import Foundation
import Testing
import TollgateCore

@testable import TollgateMock
@testable import TollgateMockServer

/// Whether a request is as described is found by ``Matcher``, quickly; what is wrong with it by ``SchemaChecker``, in
/// words. Both must say the same of whatever is sent.
@Suite struct MatcherTests {
    /// How many changed bodies are compared; `TOLLGATE_MATCHER_BODIES=1000000` makes it a long run.
    private static let count =
        ProcessInfo.processInfo.environment["TOLLGATE_MATCHER_BODIES"].flatMap { Int($0) } ?? 30_000

    private struct Subject {
        let operation: String
        let body: JSONValue
        let schema: Schema
        let schemas: MockSchemas
        let matcher: Matcher
    }

    /// The recorded bodies of all operations, each with the description of that operation's body.
    private func subjects() throws -> [Subject] {
        let requests = Dictionary(grouping: try RecordedRequest.all(), by: \.operation)
        return MockServer.inProcess().handler.services.all.flatMap { service in
            service.routes.routes.flatMap { route -> [Subject] in
                let bodies = (requests[route.operation.key] ?? []).compactMap { try? JSONValue(jsonBytes: $0.body) }
                return route.bodies.filter { $0.contentType == "application/json" }.flatMap { description in
                    let schema = description.schema.schema
                    let matcher = Matcher(schema, service.schemas)
                    return bodies.map { body in
                        Subject(
                            operation: route.operation.key, body: body, schema: schema, schemas: service.schemas,
                            matcher: matcher)
                    }
                }
            }
        }
    }

    @Test func bothSayTheSame() throws {
        let subjects = try subjects()
        #expect(Set(subjects.map(\.operation)).count > 40)
        var random = SeededGenerator(seed: 5, stream: "matcher")
        var (accepted, refused) = (0, 0)
        for number in 0..<Self.count {
            let subject = subjects[number % subjects.count]
            var body = subject.body
            for _ in 0..<(number / subjects.count % 4) { body = changed(body, &random) }
            var checker = SchemaChecker(subject.schemas)
            checker.check(body, subject.schema)
            let isFine = checker.violations.isEmpty
            if isFine { accepted += 1 } else { refused += 1 }
            #expect(
                subject.matcher.fits(body) == isFine, "\(subject.operation): \(body.jsonText()) \(checker.violations)")
        }
        #expect(accepted > Self.count / 10 && refused > Self.count / 10, "\(accepted) accepted, \(refused) refused")
    }

    // MARK: - Changes

    /// Values that are at the edge of what descriptions ask for.
    private static let edges: [JSONValue] = [
        .null, .bool(true), .bool(false), "", " ", "a", "x@y.z", "2026-01-02T03:04:05Z", "2026-13-02T03:04:05Z",
        "2026-01-02", "018f0000-0000-7000-8000-000000000001", "018F0000-0000-7000-8000-00000000000", "12", "-1", "1.5",
        "https://a.example/b", "é", .string(String(repeating: "x", count: 300)), 0, 1, -1, 1.5, .number(1e300),
        .number(JSONNumber(floatLiteral: .leastNonzeroMagnitude)), .number(9_223_372_036_854_775_807), .number(0.10),
        .array([]), .object([:]),
        .array(["a", "a"]), .array([.null]), .object(["": ""]),
    ]

    /// A value in which one thing is another: a member is gone, is new or has another value, an item comes twice.
    private func changed(_ value: JSONValue, _ random: inout SeededGenerator) -> JSONValue {
        switch value {
        case .object(var members) where !members.isEmpty && random.next() % 6 != 0:
            let name = members.keys.sorted()[Int(random.next() % UInt64(members.count))]
            switch random.next() % 8 {
            case 0: members[name] = nil
            case 1: members["unknown_\(random.next() % 3)"] = edge(&random)
            default: members[name] = members[name].map { changed($0, &random) }
            }
            return .object(members)
        case .array(var elements) where !elements.isEmpty && random.next() % 6 != 0:
            let index = Int(random.next() % UInt64(elements.count))
            switch random.next() % 6 {
            case 0: elements.remove(at: index)
            case 1: elements.append(elements[index])
            default: elements[index] = changed(elements[index], &random)
            }
            return .array(elements)
        case .string(let text) where random.next() % 2 == 0:
            return .string(random.next() % 2 == 0 ? text + text : String(text.dropLast()))
        default:
            return edge(&random)
        }
    }

    private func edge(_ random: inout SeededGenerator) -> JSONValue {
        Self.edges[Int(random.next() % UInt64(Self.edges.count))]
    }
}
