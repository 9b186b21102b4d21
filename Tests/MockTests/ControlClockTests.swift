import Foundation
import Testing
import TollgateMockClient

@testable import TollgateMock

@Suite struct ControlClockTests {
    @Test func theClockIsSetStoppedAndMovedInProcess() async throws {
        let mock = MockServer.inProcess()
        mock.clock.set(.start)
        #expect(mock.clock.isFrozen)
        mock.clock.advance(by: .seconds(90))
        #expect(mock.clock.now == Date.start.addingTimeInterval(90))
        mock.clock.resume()
        #expect(!mock.clock.isFrozen)
        #expect(mock.clock.now >= Date.start.addingTimeInterval(90))
    }

    @Test func theClockIsSetStoppedAndMovedOverHTTP() async throws {
        try await withMock { mock, levers in
            let set = try await levers.clock.set(time: .start)
            #expect(set.time == .start && set.frozen)
            #expect(mock.clock.now == .start)
            let later = try await levers.clock.advance(seconds: 3600.5)
            #expect(later.time == Date.start.addingTimeInterval(3600.5) && later.frozen)
            let running = try await levers.clock.set(frozen: false)
            #expect(!running.frozen && running.time >= later.time)
            #expect(try await levers.clock.get().time >= running.time)
        }
    }

    @Test func whoeverWaitsForATimeIsWoken() async throws {
        let mock = MockServer.frozen()
        async let waited: Void = mock.clock.expire(after: .seconds(86_400))
        while mock.clock.now < Date.start.addingTimeInterval(86_400) {
            await Task.yield()
            mock.clock.advance(by: .seconds(20_000))
        }
        try await waited
    }

    @Test func negativeTimeIsRefusedWithItsPlace() async throws {
        let mock = MockServer.frozen()
        let answer = try await mock.send(.post, "/_tollgate/clock/advance", #"{"seconds": -1}"#)
        #expect(answer.status == 400)
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(mock.clock.now == .start)
    }
}
