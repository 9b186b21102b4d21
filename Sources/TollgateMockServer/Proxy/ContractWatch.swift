import Foundation
import HTTPTypes
import Synchronization
import TollgateCore

/// Looks on while requests and responses pass, and keeps what is not as the descriptions say.
final class ContractWatch: Sendable {
    /// How many violations are kept, the newest ones. All are counted and reported.
    static let limit = 1_000
    /// How many unknown operations are told apart.
    private static let unknownLimit = 10_000

    private let book: ContractBook
    private let report: @Sendable (ContractViolation) -> Void
    private let state = Mutex(State())

    private struct State {
        var kept: [ContractViolation] = []
        var count = 0
        var unknown: Set<String> = []
    }

    init(_ book: ContractBook, report: @escaping @Sendable (ContractViolation) -> Void) {
        self.book = book
        self.report = report
    }

    var violations: [ContractViolation] { state.withLock { $0.kept } }

    /// How many there were, also those that are not kept any more.
    var count: Int { state.withLock { $0.count } }

    /// Checks a request, before it is passed on.
    /// - Returns: What its response is to be checked with; nil if nothing is known about the operation.
    func check(_ request: MockRequest) -> ContractCheck? {
        guard let entry = book.entry(method: request.method, path: request.path) else {
            add(unknown(request))
            return nil
        }
        let check = ContractCheck(entry, request, at: Date())
        add(check.ofRequest)
        return check
    }

    func add(_ violations: [ContractViolation]) {
        for violation in violations {
            let numbered = state.withLock { state in
                state.count += 1
                var violation = violation
                violation.number = state.count
                violation.time = Date()
                state.kept.append(violation)
                if state.kept.count > Self.limit { state.kept.removeFirst() }
                return violation
            }
            report(numbered)
        }
    }

    private func unknown(_ request: MockRequest) -> [ContractViolation] {
        let isNew = state.withLock { state in
            state.unknown.count < Self.unknownLimit
                && state.unknown.insert("\(request.method) \(request.path)").inserted
        }
        guard isNew else { return [] }
        return [
            ContractViolation(
                operation: nil, method: request.method, path: String(request.path), side: .request, status: nil,
                part: .operation, pointer: "", message: "is not described", place: nil)
        ]
    }

    /// What has been seen, for `GET /_tollgate/violations`.
    var reply: MockReply {
        let (kept, count) = state.withLock { ($0.kept, $0.count) }
        let json: JSONValue = [
            "count": .number(JSONNumber(count)), "violations": .array(kept.map(\.json)),
        ]
        return MockReply(json: json)
    }
}
