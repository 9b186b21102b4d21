import Foundation
import Synchronization
import Testing
import TollgateAIKit
import TollgateBackend
import TollgateCore
import TollgateMock
import TollgateTogo

/// Quotas by the mock's clock. The stores on disk pass the contract in the metering tests.
@Suite struct QuotaTests {
    private let clock: MockClock
    private let quotas: Quotas
    private let start = Date(timeIntervalSince1970: 1_767_323_045)  // 2026-01-02T03:04:05Z

    init() {
        clock = MockServer.inProcess().clock
        clock.set(start)
        quotas = Quotas(time: clock)
    }

    private func use(_ tokens: Int, of subject: String = "key", within limits: [Quota], atMost: Int64 = 1) async throws
    {
        try await quotas.withReservation(for: subject, within: limits, tokens: atMost) { $0.report(tokens: tokens) }
    }

    private func exceeded(
        _ limits: [Quota], of subject: String = "key", tokens: Int64 = 1
    ) async throws -> QuotaExceeded? {
        do {
            try await use(0, of: subject, within: limits, atMost: tokens)
            return nil
        } catch let error as QuotaExceeded {
            return error
        }
    }

    @Test func eachPeriodCountsAnewInItsTime() async throws {
        let limits: [Quota] = [
            .requests(2, per: .minute), .requests(4, per: .day), .tokens(600, per: .month), .tokens(1000, per: .ever),
        ]
        for _ in 0..<2 { try await use(100, within: limits) }
        let minute = try #require(try await exceeded(limits))
        #expect(minute.quota == .requests(2, per: .minute) && minute.used == 2 && minute.isRate)
        #expect(minute.retryAfter == .seconds(55))

        clock.advance(by: .seconds(55))
        for _ in 0..<2 { try await use(100, within: limits) }
        clock.advance(by: .seconds(60))
        let day = try #require(try await exceeded(limits))
        #expect(day.quota == .requests(4, per: .day) && day.isRate)
        #expect(clock.now.addingTimeInterval((day.retryAfter ?? .zero) / .seconds(1)) == Date("2026-01-03T00:00:00Z"))

        clock.advance(by: .seconds(86_400))
        for _ in 0..<2 { try await use(100, within: limits) }
        clock.advance(by: .seconds(60))
        let month = try #require(try await exceeded(limits))
        #expect(month.quota == .tokens(600, per: .month) && month.used == 600 && !month.isRate)

        clock.set(try #require(Date("2026-02-01T00:00:00Z")))
        for _ in 0..<2 { try await use(200, within: limits) }
        clock.advance(by: .seconds(60))
        let ever = try #require(try await exceeded(limits))
        #expect(ever.quota == .tokens(1000, per: .ever) && ever.retryAfter == nil && !ever.isRate)
        #expect(try await exceeded(limits, of: "another") == nil)
    }

    @Test func whatIsNotReportedCountsAsReserved() async throws {
        let limits: [Quota] = [.tokens(1000, per: .day)]
        func used() async throws -> Int64? { try await quotas.status(of: "key", within: limits).first?.used }
        try await quotas.withReservation(for: "key", within: limits, tokens: 300) { _ in }
        #expect(try await used() == 300)
        try await quotas.withReservation(for: "key", within: limits, tokens: 300) { use async throws in
            #expect(try await used() == 600)
            use.report(tokens: 40)
            use.report(tokens: 2)
        }
        #expect(try await used() == 342)
        await #expect(throws: CancellationError.self) {
            try await quotas.withReservation(for: "key", within: limits, tokens: 300) { use in
                use.report(tokens: 8)
                throw CancellationError()
            }
        }
        #expect(try await used() == 350)
        // More than was reserved is counted, too.
        try await use(5000, within: limits, atMost: 10)
        #expect(try await used() == 5350)
        #expect(try await quotas.status(of: "key", within: limits).first?.remaining == 0)
    }

    @Test func aReservationThatNobodySettledLapses() async throws {
        let limits: [Quota] = [.tokens(1000, per: .month)]
        let lost = try await quotas.reserve(for: "key", within: limits, tokens: 1000)
        #expect(try await exceeded(limits) != nil)
        clock.advance(by: .seconds(601))
        #expect(try await exceeded(limits, tokens: 1000) == nil)
        // It was only slow: what it used counts after all, once.
        lost.report(tokens: 700)
        for _ in 0..<2 { await quotas.settle(lost) }
        #expect(try await quotas.status(of: "key", within: limits).first?.used == 700)
    }

    @Test func whatEndsInTheNextWindowCountsInItsOwn() async throws {
        let limits: [Quota] = [.tokens(1000, per: .minute), .tokens(5000, per: .day)]
        let long = try await quotas.reserve(for: "key", within: limits, tokens: 900)
        clock.advance(by: .seconds(60))
        try await use(100, within: limits, atMost: 1000)
        long.report(tokens: 40)
        await quotas.settle(long)
        #expect(try await quotas.status(of: "key", within: limits).map(\.used) == [100, 140])
    }

    @Test func aMonthThatIsPaidBeginsAnew() async throws {
        let limits: [Quota] = [.tokens(100, per: .month), .requests(3, per: .day)]
        try await use(100, within: limits)
        #expect(try await exceeded(limits)?.quota.period == .month)
        try await quotas.restart(.month, of: "key")
        let running = try await quotas.reserve(for: "key", within: limits, tokens: 60)
        try await quotas.restart(.month, of: "key")
        #expect(try await quotas.status(of: "key", within: limits).map(\.used) == [60, 2])
        running.report(tokens: 10)
        await quotas.settle(running)
        #expect(try await quotas.status(of: "key", within: limits).map(\.used) == [10, 2])
    }

    @Test func aClockThatIsSetBackGivesNothingTwice() async throws {
        let limits: [Quota] = [.requests(1, per: .day)]
        clock.set(try #require(Date("2026-01-03T00:10:00Z")))
        try await use(1, within: limits)
        clock.advance(by: .seconds(-3600))
        #expect(try await exceeded(limits) != nil)
        // A counter that is years ahead came from a broken clock, and holds nobody up.
        clock.advance(by: .seconds(-3 * 365 * 86_400))
        #expect(try await exceeded(limits) == nil)
    }

    @Test func showsWhatTheAIKitShows() async throws {
        let limits: [Quota] = [.requests(60, per: .minute), .requests(3600, per: .day), .tokens(10, per: .day)]
        for _ in 0..<18 { try await use(0, within: limits) }
        let remaining = AIKit.RateLimitRemaining(try await quotas.status(of: "key", within: limits))
        #expect(remaining.perMinute == 42 && remaining.perDay == 3582)
    }

    @Test func aKeyHasTheQuotaThatItWasMadeWith() async throws {
        let (key, _) = TogoBilling.APIKey.generate(userID: "u_1", name: "ci", quota: 1_000_000)
        #expect(key.quotas == [.tokens(1_000_000, per: .ever)])
        let (free, _) = TogoBilling.APIKey.generate(userID: "u_1", name: "ci")
        #expect(free.quotas.isEmpty)
        try await use(1_000_000, of: key.id, within: key.quotas)
        #expect(try await exceeded(key.quotas, of: key.id) != nil)
    }

    @Test func requestsAtTheSameTimeDoNotGetTheSameRoom() async throws {
        let limits: [Quota] = [.tokens(1000, per: .day), .requests(1_000_000, per: .minute)]
        let most = Counter()
        let granted = Counter()
        let reported = Counter()
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<400 {
                group.addTask {
                    do {
                        try await quotas.withReservation(for: "key", within: limits, tokens: 30) { use in
                            granted.add()
                            let used = try await quotas.status(of: "key", within: limits)[0].used
                            most.raise(to: Int(used))
                            await Task.yield()
                            reported.add(index % 31)
                            use.report(tokens: index % 31)
                        }
                    } catch {
                        #expect(error is QuotaExceeded)
                    }
                }
            }
        }
        let used = try await quotas.status(of: "key", within: limits)[0].used
        #expect(granted.value >= 33)
        #expect(most.value <= 1000 && used == reported.value)
    }
}

extension Date {
    fileprivate init?(_ text: String) {
        guard let date = try? Date(text, strategy: .iso8601) else { return nil }
        self = date
    }
}

/// A number that several tasks count.
final class Counter: Sendable {
    private let number = Mutex(0)

    var value: Int { number.withLock { $0 } }

    func add(_ count: Int = 1) { number.withLock { $0 += count } }

    func raise(to count: Int) { number.withLock { $0 = max($0, count) } }
}
