import TollgateMockClient
import TollgateMockServer

extension ControlService {
    static let clockLevers: [MockClientOperation: Lever] = [
        .getClock: { control, _ in control.clockReading },
        .setClock: { control, call throws(ControlFailure) in
            let request: MockClient.SetClockRequest = try call.request()
            control.engine.clock.set(request.time, frozen: request.frozen ?? (request.time == nil ? nil : true))
            return control.clockReading
        },
        .advanceClock: { control, call throws(ControlFailure) in
            let request: MockClient.AdvanceClockRequest = try call.request()
            control.engine.clock.advance(by: .seconds(request.seconds))
            control.runDueScripts()
            return control.clockReading
        },
    ]

    private var clockReading: MockReply {
        let (time, isFrozen) = engine.clock.reading
        return MockReply(json: MockClient.ClockReading(time: time, frozen: isFrozen))
    }
}
