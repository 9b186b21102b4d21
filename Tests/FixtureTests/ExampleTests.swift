import Foundation
import HTTPTypes
import Testing
import Tollgate

@testable import TollgateMock

/// What the descriptions give as examples: our models read every documented answer, errors included, and write it again.
@Suite struct ExampleTests {
    @Test(arguments: DescribedService.all)
    func everyDocumentedAnswerIsReadAndWrittenAgain(_ service: DescribedService) throws {
        for route in service.routes.routes {
            let types = try #require(WireTypes.types(of: route.operation), "no operation \(route.operation.key)")
            for reply in route.replies {
                let place = "\(route.method) \(route.path) \(reply.status)"
                for (index, event) in reply.events.enumerated() {
                    try check(event, types.event, "\(place), event \(index)")
                }
                guard let example = reply.example, reply.contentType?.hasSuffix("json") == true else { continue }
                try check(
                    example, (200..<300).contains(reply.status) ? types.success : types.error(reply.status), place)
            }
        }
    }

    @Test(arguments: DescribedService.all)
    func everyOperationDocumentsItsErrors(_ service: DescribedService) {
        for route in service.routes.routes {
            let errors = route.replies.filter { $0.status >= 400 }
            #expect(!errors.isEmpty, "\(route.operation.key) documents no error")
            #expect(errors.allSatisfy { $0.example != nil }, "\(route.operation.key) has an error without an example")
        }
    }

    @Test func theMockTakesEveryRecordedRequest() throws {
        var router = Router()
        for (index, service) in DescribedService.all.enumerated() {
            for route in service.routes.routes { router.add(route, service: index) }
        }
        var count = 0
        for fixture in Fixture.all where (200..<300).contains(fixture.status) {
            guard let request = try fixture.request() else { continue }
            guard case .match(let match) = router.find(method: request.method, path: request.path) else {
                Issue.record("\(fixture.path) has no route")
                continue
            }
            #expect(match.target.route.operation == fixture.operation)
            let service = DescribedService.all[match.target.service]
            let call = MockCall(
                request: request, route: match.target.route, pathParameters: match.parameters,
                schemas: service.schemas, now: .distantPast)
            do {
                _ = try call.content()
                count += 1
            } catch {
                Issue.record("\(fixture.path): \(error)")
            }
        }
        #expect(count > 200)
    }

    /// Every recorded request, answered once with each error that its operation documents.
    @Test func everyDocumentedErrorIsAnsweredAndRead() throws {
        let mock = MockServer.inProcess()
        var answered: Set<String> = []
        for fixture in Fixture.all where (200..<300).contains(fixture.status) {
            guard let request = try fixture.request(), let types = WireTypes.types(of: fixture.operation) else {
                continue
            }
            let statuses = Set(DescribedService.errors(of: fixture.operation))
            for status in statuses.sorted() where answered.insert("\(fixture.operation.key) \(status)").inserted {
                mock.inject(.status(status), into: fixture.operation)
                guard case .reply(let reply) = mock.handler.handle(request), case .whole(let bytes) = reply.body else {
                    Issue.record("\(fixture.path) \(status): no answer")
                    continue
                }
                #expect(reply.status == status, "\(fixture.path)")
                let body = String(decoding: bytes, as: UTF8.self)
                try check(body, types.error(status), "\(fixture.operation.key) \(status)")
            }
        }
        #expect(answered.count > 500)
    }

    private func check(_ example: String, _ roundTrip: RoundTrip?, _ place: String) throws {
        let roundTrip = try #require(roundTrip, "no type for \(place)")
        let value = try JSONValue(jsonText: example)
        do {
            let written = try JSONValue(jsonBytes: roundTrip.run(value.jsonBytes()))
            let differences = Difference.between(value, written)
            #expect(differences == [], "\(place) as \(roundTrip.name)")
        } catch {
            Issue.record("\(place) as \(roundTrip.name): \(error)")
        }
    }
}

/// The routes of one service, and the checks that its requests have to pass.
struct DescribedService: Sendable, CustomTestStringConvertible {
    let name: String
    let routes: MockRoutes
    let schemas: MockSchemas

    var testDescription: String { name }

    /// The statuses of the errors that an operation documents.
    static func errors(of operation: MockOperation) -> [Int] {
        all.flatMap(\.routes.routes).filter { $0.operation == operation }
            .flatMap { $0.replies.map(\.status).filter { $0 >= 400 } }
    }

    static let all = [
        Self(name: "stoa", routes: .stoa(), schemas: .stoa()),
        Self(name: "vluna", routes: .vluna(), schemas: .vluna()),
        Self(name: "togo", routes: .togo(), schemas: .togo()),
        Self(name: "aikit", routes: .aikit(), schemas: .aikit()),
        Self(name: "stripe", routes: .stripe(), schemas: .stripe()),
        Self(name: "openai", routes: .openai(), schemas: .openai()),
        Self(name: "anthropic", routes: .anthropic(), schemas: .anthropic()),
        Self(name: "openrouter", routes: .openrouter(), schemas: .openrouter()),
        Self(name: "elevenlabs", routes: .elevenlabs(), schemas: .elevenlabs()),
        Self(name: "deepgram", routes: .deepgram(), schemas: .deepgram()),
        Self(name: "mock", routes: .mock(), schemas: .mock()),
    ]
}

extension Fixture {
    /// The request as it was recorded; nil if its body is no JSON, because then it is not kept whole.
    func request() throws -> MockRequest? {
        let recorded = try #require(JSONValue(jsonText: text)["request"])
        let hasBody = recorded["body"] != .null && recorded["body"] != nil
        guard requestBody != nil || !hasBody else { return nil }
        var components = URLComponents()
        components.path = try #require(recorded["path"]?.string)
        if case .object(let query)? = recorded["query"], !query.isEmpty {
            components.queryItems = query.flatMap { name, values -> [URLQueryItem] in
                guard case .array(let texts) = values else { return [] }
                return texts.map { URLQueryItem(name: name, value: $0.string) }
            }
        }
        var headers: HTTPFields = [:]
        if case .object(let fields)? = recorded["headers"] {
            for (name, value) in fields {
                if let name = HTTPField.Name(name) { headers[name] = value.string }
            }
        }
        let method = try #require(HTTPRequest.Method(recorded["method"]?.string ?? ""))
        return MockRequest(
            head: HTTPRequest(
                method: method, scheme: "http", authority: "mock", path: components.string, headerFields: headers),
            body: requestBody.map { Self.unredacted($0).jsonBytes() } ?? [])
    }

    /// The body with something of the right form in the place of what was redacted: a signature of zeros.
    private static func unredacted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string("<redacted>"): .string(String(repeating: "0", count: 64))
        case .array(let items): .array(items.map(unredacted))
        case .object(let members): .object(members.mapValues(unredacted))
        default: value
        }
    }
}
