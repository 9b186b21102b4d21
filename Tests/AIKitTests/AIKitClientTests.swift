import Configuration
import Foundation
import Synchronization
import Testing
import TollgateAIKit

@Suite struct AIKitClientTests {
    private static let summary = #"""
        {"tokens_used":84200,"requests":1430,"period_start":"2024-11-01T00:00:00Z","period_end":"2024-11-30T23:59:59Z",
        "rate_limit_remaining":{"per_minute":42,"per_day":3570}}
        """#

    private func kit(_ recorder: Recorder) throws -> AIKit {
        AIKit(apiKey: "key-1", baseURL: try #require(URL(string: "https://app.example.com")), transport: recorder)
    }

    @Test func asksForAPeriod() async throws {
        let recorder = Recorder(body: Self.summary)
        let usage = try await kit(recorder).usage.get(period: .last30Days)
        #expect(usage.tokensUsed == 84_200)
        #expect(usage.requests == 1430)
        #expect(usage.periodEnd == Date(timeIntervalSince1970: 1_733_011_199))
        #expect(usage.rateLimitRemaining.perDay == 3570)
        let sent = try #require(recorder.sent.first)
        #expect(sent.path == "/v1/usage?period=last_30_days")
        #expect(sent.headerFields[.apiKey] == "key-1")
    }

    @Test func asksForDays() async throws {
        let recorder = Recorder(body: Self.summary)
        let first = try #require(CalendarDate(year: 2024, month: 11, day: 1))
        let last = try #require(CalendarDate(year: 2024, month: 11, day: 30))
        _ = try await kit(recorder).usage.get(start: first, end: last)
        #expect(recorder.sent.first?.path == "/v1/usage?start=2024-11-01&end=2024-11-30")
    }

    @Test(arguments: [
        (#"{"detail":"Give either."}"#, "Give either."),
        (#"{"detail":[{"type":"missing","loc":["query","end",0],"msg":"Field required","input":null}]}"#, nil),
    ])
    func failuresAreTyped(_ body: String, _ text: String?) async throws {
        let kit = try kit(Recorder(status: 422, body: body))
        let error = await #expect(throws: AIKit.Failure.self) { try await kit.usage.get() }
        #expect(error?.status == 422)
        switch try #require(error).detail {
        case .text(let said): #expect(said == text)
        case .violations(let violations):
            #expect(text == nil)
            #expect(violations.first?.location == ["query", "end", 0])
            #expect(violations.first?.message == "Field required")
        case .unrecognized(let value): Issue.record("not understood: \(value)")
        }
    }

    @Test func hidesTheKey() throws {
        let kit = try kit(Recorder(body: Self.summary))
        var dumped = ""
        dump(kit, to: &dumped)
        #expect(!"\(kit)\(dumped)".contains("key-1"))
    }

    @Test func namesWhatIsMissing() throws {
        for (variables, name) in [
            (["AI_KIT_BASE_URL": "https://app.example.com"], "AI_KIT_API_KEY"),
            (["AI_KIT_API_KEY": "key-1"], "AI_KIT_BASE_URL"),
            (["AI_KIT_API_KEY": "key-1", "AI_KIT_BASE_URL": "here"], "AI_KIT_BASE_URL"),
        ] {
            let provider = EnvironmentVariablesProvider(environmentVariables: variables)
            let error = #expect(throws: ConfigurationError.self) {
                try AIKit(configuration: ConfigReader(provider: provider))
            }
            #expect(error?.description.hasPrefix(name) == true)
        }
    }
}

/// A transport that keeps what is sent, and gives the same answer to everything.
private final class Recorder: HTTPTransport {
    private let kept = Mutex<[HTTPRequest]>([])
    private let answer: (status: Int, body: String)

    init(status: Int = 200, body: String) {
        answer = (status, body)
    }

    var sent: [HTTPRequest] { kept.withLock { $0 } }

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        kept.withLock { $0.append(request) }
        return HTTPReply(head: HTTPResponse(status: .init(code: answer.status)), body: HTTPBody(answer.body))
    }
}
