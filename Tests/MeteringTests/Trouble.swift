import Foundation
import Testing
import TollgateMock
import TollgateMockServer

/// What goes wrong besides, while processes that record are killed.
enum Trouble: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case none
    /// The answer is lost, so that events are sent again, which the service has.
    case duplicates
    /// Half of the processes find nobody at the service's address.
    case down
    case slow
    case tooManyRequests
    case serverErrors
    /// The service takes some events of a batch, and not others.
    case partialFailures
    /// Each process finds the clock an hour behind, or ahead of, where the one before had it.
    case clockSetBack

    var testDescription: String { rawValue }

    /// Whose events are rejected as long as there is trouble.
    static let poor = "user_2"

    func begin(at mock: MockServer) throws {
        switch self {
        case .none, .down, .clockSetBack: break
        case .duplicates: mock.inject(.reset(.afterApplied), into: .stoa.batchCreateEvents, every: 2)
        case .slow: mock.inject(.delay(.real(.milliseconds(60))), into: .stoa.batchCreateEvents, every: 1)
        case .tooManyRequests: mock.inject(.status(429), into: .stoa.batchCreateEvents, every: 2)
        case .serverErrors: mock.inject(.status(500), into: .stoa.batchCreateEvents, every: 2)
        case .partialFailures: try mock.stoa.setBalance("0", of: Self.poor)
        }
    }

    func end(at mock: MockServer) throws {
        mock.removeFaults()
        try mock.stoa.setBalance("1000000", of: Self.poor)
    }

    /// What a process is told, by its number.
    func settings(of number: Int) -> [String: String] {
        let isOdd = !number.isMultiple(of: 2)
        switch self {
        case .down: return isOdd ? ["url": "http://127.0.0.1:1"] : [:]
        case .clockSetBack: return ["clock": isOdd ? "-3600" : "0"]
        default: return [:]
        }
    }

    /// By how much the clock is wrong for whoever sends what is left, in seconds.
    var lastShift: TimeInterval {
        switch self {
        // What was rejected waits for up to an hour before it is tried again.
        case .partialFailures: 3700
        case .clockSetBack: -7200
        default: 0
        }
    }
}
