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
                try check(example, (200..<300).contains(reply.status) ? types.success : types.error(reply.status), place)
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
    ]
}
