import Foundation
import TollgateMetering

/// An outbox that tells of each call before it is made and when it is done.
struct ProbedOutbox: Outbox {
    enum Call: Sendable {
        case append, claim, settle, replace, counts
    }

    let base: any Outbox
    /// What it throws the caller gets to see, as if the outbox had failed.
    let probe: @Sendable (Call) throws -> Void

    var isDurable: Bool { base.isDurable }

    private func probed<Result>(_ call: Call, _ body: () async throws -> Result) async throws -> Result {
        try probe(call)
        let result = try await body()
        try probe(call)
        return result
    }

    func append(_ items: [OutboxItem]) async throws {
        try await probed(.append) { try await base.append(items) }
    }

    func claim(_ limit: Int, _ kind: OutboxItem.Kind, for lease: Duration) async throws -> [OutboxEntry] {
        try await probed(.claim) { try await base.claim(limit, kind, for: lease) }
    }

    func settle(_ outcomes: [OutboxOutcome]) async throws -> (removed: Int, setAside: Int) {
        try await probed(.settle) { try await base.settle(outcomes) }
    }

    func replace(_ entries: [OutboxEntry], with items: [OutboxItem]) async throws -> Bool {
        try await probed(.replace) { try await base.replace(entries, with: items) }
    }

    func counts() async throws -> OutboxCounts {
        try await probed(.counts) { try await base.counts() }
    }

    func entries(_ state: OutboxEntry.State, after sequence: Int64, limit: Int) async throws -> [OutboxEntry] {
        try await base.entries(state, after: sequence, limit: limit)
    }

    func resend(_ ids: [UUID]?) async throws -> Int {
        try await base.resend(ids)
    }
}
