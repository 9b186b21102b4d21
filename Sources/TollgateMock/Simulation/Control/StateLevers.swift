import TollgateMockClient
import TollgateMockServer

extension ControlService {
    static let stateLevers: [MockClientOperation: Lever] = [
        .getState: { control, _ in MockReply(json: control.state) },
        .resetState: { control, call throws(ControlFailure) in
            let request: MockClient.ResetStateRequest = try call.request()
            control.reset(seed: request.seed.map { UInt64($0) })
            return MockReply(status: 204)
        },
    ]

    /// What the services keep.
    private var state: MockClient.MockState {
        let (time, isFrozen) = engine.clock.reading
        return MockClient.MockState(
            time: time, frozen: isFrozen, seed: Int64(clamping: engine.seed), requests: engine.journal.last,
            stoa: stoa.snapshot(at: time), vluna: vluna.snapshot(at: time), togo: togo.snapshot(),
            aikit: aikit.snapshot(), stripe: stripe.snapshot())
    }

    /// Makes the server as new.
    func reset(seed: UInt64?) {
        engine.reset(seed: seed)
        webhooks.reset()
        for service in services {
            service.reset(seed: engine.seed)
        }
    }
}
