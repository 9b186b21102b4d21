import Foundation
import Testing
import TollgateCore

@testable import TollgateMock

@Suite struct ClockTests {
    @Test func followsTheMachineUntilItIsMoved() {
        let clock = MockClock()
        let before = Date()
        let now = clock.now
        #expect(before <= now && now <= Date())
        clock.advance(by: .seconds(3_600))
        #expect(clock.now >= before + 3_600)
    }

    @Test func standsStillWhenSet() {
        let clock = MockClock()
        clock.set(.start)
        #expect(clock.now == .start)
        clock.advance(by: .milliseconds(1_500))
        #expect(clock.now == .start + 1.5)
        clock.resume()
        #expect(clock.now >= .start + 1.5 && clock.now < .start + 60)
        clock.freeze()
        let frozen = clock.now
        #expect(clock.now == frozen)
    }

    @Test func aClientsWaitMovesTheClockOn() async throws {
        let clock = MockClock()
        clock.set(.start)
        try await clock.sleep(for: .seconds(30))
        #expect(clock.now == .start + 30)
    }

    @Test func aLimitRunsOutWhenTheTimeHasCome() async throws {
        let clock = MockClock()
        clock.set(.start)
        try await withThrowingTaskGroup { group in
            group.addTask { try await clock.expire(after: .seconds(10)) }
            group.addTask {
                while !Task.isCancelled {
                    clock.advance(by: .seconds(1))
                    await Task.yield()
                }
            }
            try await group.next()
            group.cancelAll()
        }
        #expect(clock.now >= .start + 10)
    }

    @Test func waitingForALimitCanBeCancelled() async {
        let clock = MockClock()
        clock.set(.start)
        let task = Task { try await clock.expire(after: .seconds(10)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
