import TestSupport
import Testing
import TollgateCore
import TollgateMock
import TollgateProviders
import TollgateStoa

/// A call that is cancelled at its first step, one at its second, and so on, until a call is over before.
@Suite struct CancellationTests {
    enum Kind: CaseIterable {
        case get, post, stream

        func call(_ stage: Stage) async throws {
            switch self {
            case .get: try await stage.call(repeatable: true)
            case .post: try await stage.call(repeatable: false)
            case .stream:
                let access = stage.mock.providers.openAI
                var openAI = OpenAI(
                    apiKey: access.apiKey, baseURL: access.baseURL, transport: stage.stoa.client.transport)
                openAI.client.time = stage.time
                for try await _ in try await openAI.chat.completions.stream(model: "gpt-4o", messages: [.user("Hi")]) {}
            }
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: Front.allCases, Kind.allCases)
    func aCallCanBeCancelledAtEveryAwait(_ front: Front, _ kind: Kind) async throws {
        let stage = try await Stage(front)
        var cancelled = 0
        for step in 1...500 {
            stage.mock.removeFaults()
            stage.mock.inject(.status(503), into: .everything, .next(1))
            let executor = SteppingExecutor()
            let result = await executor.run(cancellingAt: step) { try await kind.call(stage) }
            switch result {
            case .failure(is CancellationError): cancelled += 1
            case .failure(let error): Issue.record("cancelled at step \(step): \(error)")
            case .success: break
            }
            // Nothing goes on for long after it was cancelled.
            #expect(executor.steps < step + 60)
            guard executor.steps >= step else { break }
        }
        await stage.mock.stop()
        #expect(cancelled > 5, "there were steps at which it could be cancelled")
    }
}
