import Foundation
import Synchronization
import TollgateCore
import TollgateMock
import TollgateStoa
import TollgateTransport

/// How a client reaches the mock.
enum Front: CaseIterable, Sendable {
    case inProcess
    case socket
}

/// A mock whose clock stands still, a client of it that lives by that clock, and a record of the client's waits.
struct Stage: Sendable {
    let mock: MockServer
    let time: RecordedTime
    let stoa: Stoa

    /// 2026-01-02T03:04:05Z.
    static let start = Date(timeIntervalSince1970: 1_767_323_045)

    init(_ front: Front, jump: Duration = .zero, url: ((URL) -> URL)? = nil) async throws {
        mock = front == .socket ? try await MockServer.start() : MockServer.inProcess()
        mock.clock.set(Self.start)
        time = RecordedTime(mock.clock, jump: jump)
        let transport: any HTTPTransport = front == .socket ? DefaultTransport.shared : mock.transport
        let place = url?(mock.stoa.baseURL) ?? mock.stoa.baseURL
        var stoa = Stoa(apiKey: mock.stoa.apiKey, baseURL: place, transport: transport)
        stoa.client.time = time
        stoa.client.bodyLimit = 50_000
        stoa.client.retry.jitter = .none
        self.stoa = stoa
    }

    /// Makes a call that may be sent twice, or one that may not.
    func call(repeatable: Bool) async throws {
        if repeatable {
            _ = try await stoa.install.publicKey()
        } else {
            try await stoa.identify(userID: "u", email: "a@b.c")
        }
    }

    /// Runs the body while somebody else moves the mock's clock on.
    func passingTime<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await body() }
            group.addTask {
                while !Task.isCancelled {
                    mock.clock.advance(by: .milliseconds(100))
                    await Task.yield()
                }
                return nil
            }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}

/// The mock's time, and a record of who waited how long between tries.
final class RecordedTime: TimeSource {
    private let clock: MockClock
    private let jump: Duration
    private let state = Mutex((waits: [Duration](), offset: Duration.zero))

    /// - Parameters:
    ///   - clock: The mock's clock.
    ///   - jump: How far the time of day jumps at the beginning of each wait.
    init(_ clock: MockClock, jump: Duration = .zero) {
        self.clock = clock
        self.jump = jump
    }

    var waits: [Duration] { state.withLock { $0.waits } }

    var now: Date { clock.now.addingTimeInterval(state.withLock { $0.offset } / .seconds(1)) }

    var uptime: Duration { clock.uptime }

    func sleep(for duration: Duration) async throws {
        state.withLock { state in
            state.waits.append(duration)
            state.offset += jump
        }
        try await clock.sleep(for: duration)
    }

    func expire(after limit: Duration) async throws {
        try await clock.expire(after: limit)
    }
}

extension FaultCase {
    /// Makes the trouble, and a call.
    /// - Parameters:
    ///   - repeatable: Which of the two calls.
    ///   - front: How the client reaches the mock.
    /// - Returns: How the call failed, nil if it succeeded, and whether the service did what it was asked.
    /// - Throws: What no call should end with.
    func run(repeatable: Bool, _ front: Front) async throws -> (outcome: Outcome?, wasApplied: Bool) {
        let stage = try await stage(front)
        var takesTime = false
        switch trouble {
        case .fault(let fault, let needsTime):
            stage.mock.inject(fault, into: .everything, .always)
            takesTime = needsTime
        case .jumps(let fault, _): stage.mock.inject(fault, into: .everything, .always)
        case .nobodyListens, .noSuchHost, .noTLS: break
        }
        var failure: (any Error)?
        do {
            let call = { @Sendable in try await stage.call(repeatable: repeatable) }
            if takesTime { try await stage.passingTime(call) } else { try await call() }
        } catch {
            failure = error
        }
        let wasApplied = stage.mock.stoa.balance(of: "u") != nil
        await stage.mock.stop()
        return (try failure.map { try Outcome($0, waits: stage.time.waits) }, wasApplied)
    }

    private func stage(_ front: Front) async throws -> Stage {
        switch trouble {
        case .fault: try await Stage(front)
        case .jumps(_, let jump): try await Stage(front, jump: jump)
        // The first port belongs to a service that nobody has run for decades, and no test may take it.
        case .nobodyListens: try await Stage(front) { Self.changed($0) { $0.port = 1 } }
        case .noSuchHost: try await Stage(front) { Self.changed($0) { $0.host = "nobody.invalid" } }
        case .noTLS: try await Stage(front) { Self.changed($0) { $0.scheme = "https" } }
        }
    }

    private static func changed(_ url: URL, _ change: (inout URLComponents) -> Void) -> URL {
        var parts = URLComponents(url: url, resolvingAgainstBaseURL: false) ?? URLComponents()
        change(&parts)
        return parts.url ?? url
    }
}

extension FaultCase.Outcome {
    /// - Throws: The error itself, if it is none that a call should end with.
    init(_ error: any Error, waits: [Duration]) throws {
        let call = try callSummary(of: error)
        tries = call.tries
        self.waits = waits.map { $0 / .seconds(1) }
        mayHaveBeenApplied = call.mayHaveBeenApplied
        switch error {
        case let failure as any APIError:
            self.error = "\(String(reflecting: type(of: failure)).drop { $0 != "." }.dropFirst()) \(failure.status)"
            if case .tooLong = (failure as? UnexpectedResponse)?.reason { self.error += ", too long" }
        case let failure as ConnectionError: self.error = "ConnectionError \(failure.kind)"
        case let failure as TimeoutError: self.error = "TimeoutError \(failure.limit)"
        default: self.error = "\(type(of: error))"
        }
    }
}

/// What an error says of its call.
/// - Throws: The error itself, if it is none that a call should end with, or contradicts itself.
func callSummary(of error: any Error) throws -> CallSummary {
    switch error {
    case let failure as any APIError: return failure.response.call
    case let failure as DecodingFailure: return failure.call
    case let failure as ConnectionError where failure.mayHaveBeenApplied == failure.call.mayHaveBeenApplied:
        return failure.call
    case let failure as TimeoutError where failure.mayHaveBeenApplied == failure.call.mayHaveBeenApplied:
        return failure.call
    default: throw error
    }
}
