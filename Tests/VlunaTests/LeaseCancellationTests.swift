import Foundation
import Synchronization
import TestSupport
import Testing
import TollgateCore
import TollgateMock
import TollgateVluna

/// Work under a lease that is cancelled at its first step, at its second, and so on.
@Suite struct LeaseCancellationTests {
    private static let feature = "openai.gpt5.2"

    @Test(.timeLimit(.minutes(10)), arguments: LeaseTests.Front.allCases, [false, true])
    func canBeCancelledAtEveryAwait(_ front: LeaseTests.Front, _ isFaulty: Bool) async throws {
        try await front.with { mock, acme in
            var ended = (cancelled: 0, charged: 0)
            for step in 1...500 {
                mock.removeFaults()
                if isFaulty {
                    mock.inject(.status(503), into: .vluna.authorize)
                    mock.inject(.reset(.afterApplied), into: .vluna.commit)
                    mock.inject(.reset(.beforeApplied), into: .vluna.cancel)
                }
                let before = (ledger: mock.vluna.ledger.count, cancels: mock.leasesGivenBack())
                let hasBegun = Flag()
                let executor = SteppingExecutor()
                let result = await executor.run(cancellingAt: step) {
                    try await acme.gate.withLease(featureCode: Self.feature) { lease in
                        hasBegun.set()
                        lease.report(quantityMinor: 1_000)
                        try await acme.client.time.sleep(for: .milliseconds(1))
                    }
                }
                let charged = mock.vluna.ledger.count - before.ledger
                let cancelled = mock.leasesGivenBack() - before.cancels
                switch result {
                case .success:
                    ended.charged += 1
                    #expect(charged == 1 && cancelled == 0, "step \(step)")
                case .failure(is CancellationError):
                    ended.cancelled += 1
                    // What was begun is over when the call is: given back, and not charged.
                    #expect(charged == 0, "step \(step)")
                    if hasBegun.isSet { #expect(cancelled == 1, "step \(step)") }
                case .failure(let error): Issue.record("cancelled at step \(step): \(error)")
                }
                #expect(mock.vluna.ledger.allSatisfy { $0.isCharged })
                guard executor.steps >= step else { break }
            }
            #expect(ended.cancelled > 5 && ended.charged > 1)
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: LeaseTests.Front.allCases)
    func aCommitGoesOnWhenTheTaskIsCancelled(_ front: LeaseTests.Front) async throws {
        try await front.with { mock, acme in
            let held = HeldTransport(acme.client.transport, path: "/gate/commits")
            var acme = acme
            acme.client.transport = held
            let task = Task { [acme] in
                try await acme.gate.withLease(featureCode: Self.feature) { lease in
                    lease.report(quantityMinor: 1_000)
                    return "done"
                }
            }
            await held.arrival()
            task.cancel()
            held.release()
            let text = try await task.value
            #expect(text == "done")
            #expect(mock.vluna.ledger.map(\.isCharged) == [true])
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: LeaseTests.Front.allCases, ["/gate/commits", "/gate/cancel"])
    func notForEver(_ front: LeaseTests.Front, _ path: String) async throws {
        try await front.with { mock, acme in
            let held = HeldTransport(acme.client.transport, path: path)
            var hangs = acme.with(timeout: nil)
            hangs.client.transport = held
            let task = Task { [hangs] in
                try await hangs.gate.withLease(featureCode: Self.feature) { lease in
                    lease.report(quantityMinor: 1_000)
                    if path == "/gate/cancel" { throw LeaseTests.Unexpected("the body's own") }
                }
            }
            await held.arrival()
            let start = mock.clock.now
            task.cancel()
            let result = try #require(await mock.passingTime { await task.result })
            #expect(mock.clock.now.timeIntervalSince(start) >= 10)
            switch result {
            case .failure(let error as Vluna.CommitFailed):
                #expect(path == "/gate/commits" && error.mayHaveBeenCharged)
            case .failure(is LeaseTests.Unexpected): #expect(path == "/gate/cancel")
            default: Issue.record("ended with \(result)")
            }
            #expect(mock.vluna.ledger.isEmpty)
        }
    }
}

private final class Flag: Sendable {
    private let state = Mutex(false)

    var isSet: Bool { state.withLock { $0 } }

    func set() { state.withLock { $0 = true } }
}

extension MockServer {
    /// Runs the body while somebody else moves the clock on.
    fileprivate func passingTime<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await body() }
            group.addTask {
                while !Task.isCancelled {
                    self.clock.advance(by: .milliseconds(100))
                    await Task.yield()
                }
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}

/// Holds back the requests for one path.
private final class HeldTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let path: String
    private let (arrivals, arrived) = AsyncStream<Void>.makeStream()
    private let (releases, released) = AsyncStream<Void>.makeStream()

    init(_ base: any HTTPTransport, path: String) {
        self.base = base
        self.path = path
    }

    /// Waits until a request is there.
    func arrival() async {
        for await _ in arrivals { return }
    }

    func release() {
        released.finish()
    }

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        if request.path?.hasSuffix(path) == true {
            arrived.yield()
            for await _ in releases {}
            try Task.checkCancellation()
        }
        return try await base.send(request, body: body, timeouts: timeouts)
    }
}
