import Testing

@testable import TollgateCore

/// The timer that all limits share.
@Suite struct AlarmsTests {
    @Test func itRingsForEachAndNotBefore() async throws {
        let alarms = Alarms()
        let clock = ContinuousClock()
        let start = clock.now
        let rung = try await withThrowingTaskGroup(of: Int.self) { group in
            for length in [60, 20, 40] {
                group.addTask {
                    try await alarms.wait(for: .milliseconds(length))
                    #expect(clock.now - start >= .milliseconds(length))
                    return length
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(rung == [20, 40, 60])
        #expect(alarms.count == 0)
    }

    @Test func whoeverStopsWaitingLeavesNothingBehind() async throws {
        let alarms = Alarms()
        let tasks = (0..<1000).map { number in
            Task { try await alarms.wait(for: .seconds(1000 + number % 7)) }
        }
        while alarms.count < 1000 { await Task.yield() }
        for task in tasks { task.cancel() }
        for task in tasks { await #expect(throws: CancellationError.self) { try await task.value } }
        #expect(alarms.count == 0)
        // A shorter one is not held up by the longer ones.
        try await alarms.wait(for: .milliseconds(1))
    }

    @Test func aTaskThatIsCancelledAlreadyDoesNotWait() async throws {
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await Alarms.shared.wait(for: .seconds(1000))
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func absurdLengths() async throws {
        try await Alarms.shared.wait(for: .seconds(-5))
        let forever = Task { try await Alarms.shared.wait(for: .seconds(Int64.max)) }
        await Task.yield()
        forever.cancel()
        await #expect(throws: CancellationError.self) { try await forever.value }
    }
}
