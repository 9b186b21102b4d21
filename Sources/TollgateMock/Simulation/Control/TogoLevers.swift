import Foundation
import Synchronization
import TollgateMockClient
import TollgateMockServer
import TollgateTogo

extension ControlService {
    static let togoLevers: [MockClientOperation: Lever] = [
        .listTogoKeys: { control, call in
            let user = call.query("user_id").last
            let keys = control.togo.state.withLock { state in
                state.keys.map(\.record).filter { user == nil || $0.userID == user }.map { state.snapshot(of: $0) }
            }
            return MockReply(json: MockClient.TogoKeyList(keys: keys))
        },
        .issueTogoKey: { control, call throws(ControlFailure) in
            let request: MockClient.IssueTogoKeyRequest = try call.request()
            let key = control.togo.state.withLock { state in
                state.issueKey(
                    userID: request.userID, name: request.name, scopes: TogoBilling.Scopes(request.scopes),
                    quota: request.quota, at: call.now)
            }
            return MockReply(status: 201, json: MockClient.TogoIssuedKey(id: key.id, secret: key.secret))
        },
        .setTogoQuota: { control, call throws(ControlFailure) in
            let request: MockClient.SetTogoQuotaRequest = try call.request()
            return try control.changeKey(call) { state, id in _ = state.setQuota(request.quota, of: id) }
        },
        .revokeTogoKey: { control, call throws(ControlFailure) in
            try control.changeKey(call) { state, id in state.revokeKey(id, at: call.now) }
        },
        .recordTogoUsage: { control, call throws(ControlFailure) in
            let use: MockClient.TogoUse = try call.request()
            let isWithinQuota = control.togo.state.withLock { state in
                state.record(use, at: call.now)
                return use.apiKeyID.flatMap { state.isWithinQuota($0) }
            }
            return MockReply(json: MockClient.TogoUseReceipt(withinQuota: isWithinQuota))
        },
    ]

    /// Changes the key that a request names, and answers with it.
    private func changeKey(
        _ call: MockCall, _ change: (inout TogoState, String) -> Void
    ) throws(ControlFailure) -> MockReply {
        let id = call.pathParameters["id"] ?? ""
        let key = togo.state.withLock { state in
            change(&state, id)
            return state.keys.first { $0.record.id == id }.map { state.snapshot(of: $0.record) }
        }
        guard let key else { throw .notFound("There is no key \(id).") }
        return MockReply(json: key)
    }
}

extension MockTogo {
    /// What togo billing keeps, as the control API tells it.
    public var snapshot: MockClient.TogoSnapshot { simulation.snapshot() }
}

extension TogoSimulation {
    func snapshot() -> MockClient.TogoSnapshot {
        state.withLock { state in
            MockClient.TogoSnapshot(
                keys: state.keys.suffix(snapshotLimit).map { state.snapshot(of: $0.record) },
                keysCount: state.keys.count, usesCount: state.events.count)
        }
    }
}

extension TogoState {
    fileprivate func snapshot(of key: TogoBilling.APIKey) -> MockClient.TogoKey {
        MockClient.TogoKey(
            id: key.id, userID: key.userID, name: key.name, prefix: key.prefix, scopes: key.scopes.description,
            quota: key.quota, used: tokens(usedWith: key.id), createdAt: key.createdAt.date ?? .distantPast,
            lastUsedAt: key.lastUsedAt.date, revokedAt: key.revokedAt.date)
    }

    fileprivate mutating func record(_ use: MockClient.TogoUse, at now: Date) {
        record(
            TogoBilling.UsageEvent(
                id: use.id ?? nextUseID(), keyID: use.apiKeyID, userID: use.userID, model: use.model,
                inputTokens: use.inputTokens, outputTokens: use.outputTokens, cost: use.cost ?? 0, createdAt: now))
    }
}
