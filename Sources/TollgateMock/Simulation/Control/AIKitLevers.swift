import Synchronization
import TollgateMockClient
import TollgateMockServer

extension ControlService {
    static let aikitLevers: [MockClientOperation: Lever] = [
        .listAIKitKeys: { control, _ in MockReply(json: control.aikit.snapshot(limit: .max)) },
        .setAIKitKey: { control, call throws(ControlFailure) in
            let request: MockClient.SetAIKitKeyRequest = try call.request()
            return control.aikit.state.withLock { state in
                state.setKey(request.apiKey, customer: request.customer, isUsable: request.isUsable)
                return MockReply(
                    json: MockClient.AIKitKeyState(
                        isUsable: state.keys[request.apiKey]?.isUsable ?? false, warnings: state.warnings))
            }
        },
        .recordAIKitUsage: { control, call throws(ControlFailure) in
            let use: MockClient.AIKitUse = try call.request()
            control.aikit.state.withLock { state in
                state.uses.append(AIKitState.Use(key: use.apiKey, tokens: use.tokens, time: call.now))
            }
            return MockReply(status: 204)
        },
    ]
}

extension MockAIKit {
    /// What the AI Kit keeps, as the control API tells it.
    public var snapshot: MockClient.AIKitSnapshot { simulation.snapshot() }
}

extension AIKitSimulation {
    func snapshot(limit: Int = snapshotLimit) -> MockClient.AIKitSnapshot {
        state.withLock { state in
            var uses: [String: (requests: Int, tokens: Int64)] = [:]
            for use in state.uses {
                uses[use.key, default: (0, 0)].requests += 1
                uses[use.key, default: (0, 0)].tokens += use.tokens
            }
            return MockClient.AIKitSnapshot(
                keys: state.keys.sorted { $0.key < $1.key }.prefix(limit).map { name, key in
                    MockClient.AIKitKey(
                        apiKey: name, customer: key.customerID, isUsable: key.isUsable,
                        requests: uses[name]?.requests ?? 0, tokens: uses[name]?.tokens ?? 0)
                }, keysCount: state.keys.count, usesCount: state.uses.count, warnings: state.warnings)
        }
    }
}

extension AIKitState {
    /// Adds a key, or changes what is said of it.
    fileprivate mutating func setKey(_ name: String, customer: String?, isUsable: Bool?) {
        let known = keys[name]
        var key = Key(customerID: customer ?? known?.customerID, isUsable: isUsable ?? known?.isUsable ?? false)
        key.settledUses = known?.settledUses ?? 0
        keys[name] = key
    }
}
