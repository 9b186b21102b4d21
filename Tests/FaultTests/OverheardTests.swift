import Logging
import Overheard
import Testing
import TollgateCore
import TollgateMock
import TollgateStoa

/// Every run of the tests is overheard, and searched for secrets when it ends. Here it is seen that nothing escapes it.
@Suite struct OverheardTests {
    @Test func aSecretIsFoundWhereverItIs() throws {
        let transcript = try Transcript(secrets: ["sk-planted-1", "planted-second"])
        transcript.note(.log, "nothing here")
        transcript.note(.span, "POST /v1/events sk-planted-1")
        transcript.note(.metric, "planted-second at its beginning, sk-planted")
        transcript.note(.error, "used later: third-planted")
        #expect(try transcript.leaks() == ["POST /v1/events [secret]", "[secret] at its beginning, sk-planted"])
        transcript.expectNever(["third-planted"])
        #expect(try transcript.leaks().last == "used later: [secret]")
        #expect(transcript.counts == [.log: 1, .span: 1, .metric: 1, .error: 1])
    }

    /// What is said by any client, logger, and error of the process, however it was made.
    @Test func everythingIsHeard() async throws {
        let before = Overheard.transcript.counts
        let secrets = Overheard.transcript.secretCount
        let mock = MockServer.inProcess()
        mock.inject(.status(400), into: .everything, .next(1))
        let stoa = Stoa(apiKey: "a-key-that-is-used-here", baseURL: mock.stoa.baseURL, transport: mock.transport)
        let error = await #expect(throws: (any Error).self) { try await stoa.identify(userID: "u", email: "a@b.c") }
        #expect(error is any APIError)
        #expect(throws: ConfigurationError.self) { try Self.fail() }
        Logger(label: "any").warning("said by any logger")
        let after = Overheard.transcript.counts
        for kind in Transcript.Kind.allCases where kind != .metric {
            #expect(after[kind, default: 0] >= before[kind, default: 0] + 2, "\(kind)")
        }
        #expect(after[.metric, default: 0] > 0)
        #expect(Overheard.transcript.secretCount > secrets)
    }

    private static func fail() throws(ConfigurationError) {
        throw ConfigurationError("nothing is set up")
    }
}
