import TollgateMockClient
import TollgateMockServer

extension ControlService {
    static let faultLevers: [MockClientOperation: Lever] = [
        .listFaults: { control, _ in
            let waiting = control.engine.faults.waiting
            return MockReply(json: MockClient.FaultList(faults: waiting.map { MockClient.InjectedFault($0) }))
        },
        .injectFault: { control, call throws(ControlFailure) in
            let request: MockClient.InjectFaultRequest = try call.request()
            let injected = try control.inject(request)
            return MockReply(status: 201, json: injected)
        },
        .clearFaults: { control, _ in
            control.engine.faults.removeAll()
            return MockReply(status: 204)
        },
        .removeFault: { control, call throws(ControlFailure) in
            let id = call.pathParameters["id"].flatMap { Int($0) } ?? 0
            guard control.engine.faults.remove(MockInjection(id: id)) else {
                throw .notFound("There is no fault \(id).")
            }
            return MockReply(status: 204)
        },
    ]

    private func inject(_ request: MockClient.InjectFaultRequest) throws(ControlFailure) -> MockClient.InjectedFault {
        guard let fault = MockFault(request.fault) else { throw .invalid("/fault/kind", "is unknown") }
        if case .randomDelay(.uniform(let shortest, let longest), _) = fault, shortest > longest {
            throw .invalid("/fault/to_seconds", "must not be less than from_seconds")
        }
        let target: MockTarget
        switch (request.operation, request.path) {
        case (nil, nil): target = .everything
        case (let operation?, nil): target = .operation(try self.operation(operation))
        case (nil, let path?): target = .path(path)
        default: throw .invalid("/path", "cannot be given beside operation")
        }
        let schedule = try schedule(of: request)
        let injection = engine.faults.add(fault, to: target, schedule, seed: engine.seed)
        return MockClient.InjectedFault(
            MockWaitingFault(injection: injection, fault: fault, target: target, schedule: schedule, met: 0))
    }

    private func schedule(of request: MockClient.InjectFaultRequest) throws(ControlFailure) -> MockSchedule {
        var schedules: [(pointer: String, schedule: MockSchedule)] = []
        if let count = request.next { schedules.append(("/next", .next(count))) }
        if let interval = request.every { schedules.append(("/every", .every(interval))) }
        if let probability = request.probability {
            schedules.append(("/probability", .probability(probability, seed: UInt64(request.seed ?? 0))))
        } else if request.seed != nil {
            throw .invalid("/seed", "goes with probability only")
        }
        if request.always == true { schedules.append(("/always", .always)) }
        guard schedules.count < 2 else {
            throw .invalid(schedules[1].pointer, "cannot be given beside \(schedules[0].pointer.dropFirst())")
        }
        return schedules.first?.schedule ?? .next(1)
    }

    /// An operation that the mock simulates, by its name.
    func operation(_ name: String) throws(ControlFailure) -> MockOperation {
        let operation = MockOperation(name)
        let isKnown = services.contains { $0.routes.routes.contains { $0.operation == operation } }
        guard isKnown else { throw .notFound("There is no operation \(name).") }
        return operation
    }
}

// MARK: - Faults on the wire

extension MockFault {
    /// Nil for a fault that this version does not know.
    init?(_ fault: MockClient.Fault) {
        switch fault {
        case .status(let fault):
            self = .status(
                fault.status, retryAfter: fault.retryAfter.map { .text($0) }, body: fault.body,
                contentType: fault.contentType ?? "application/json")
        case .rateLimit(let fault): self = .status(429, retryAfter: .seconds(fault.retryAfterSeconds))
        case .redirect(let fault): self = .redirect(to: fault.location, status: fault.status)
        case .reset(let fault): self = .reset(fault.moment == .afterApplied ? .afterApplied : .beforeApplied)
        case .delay(let fault): self = .delay(Self.pause(fault.seconds, machine: fault.clock == .machine))
        case .uniformDelay(let fault):
            self = .randomDelay(
                .uniform(from: .seconds(fault.fromSeconds), to: .seconds(fault.toSeconds)),
                by: fault.clock == .machine ? .machine : .mock)
        case .exponentialDelay(let fault):
            self = .randomDelay(
                .exponential(mean: .seconds(fault.meanSeconds)), by: fault.clock == .machine ? .machine : .mock)
        case .slowHead(let fault): self = .slowHead(Self.pause(fault.seconds, machine: fault.clock == .machine))
        case .drip(let fault):
            self = .drip(bytes: fault.bytes, every: Self.pause(fault.seconds, machine: fault.clock == .machine))
        case .truncate(let fault): self = .truncate(after: fault.bytes)
        case .breakOff(let fault): self = .breakOff(after: fault.pieces)
        case .malformedJSON: self = .malformedJSON
        case .malformedChunks: self = .malformedChunks
        case .content(let fault): self = .content(type: fault.contentType, body: fault.body)
        case .oversized(let fault): self = .oversized(bytes: fault.bytes)
        case .unrecognized: return nil
        }
    }

    private static func pause(_ seconds: Double, machine: Bool) -> MockPause {
        MockPause(.seconds(seconds), by: machine ? .machine : .mock)
    }

    /// How the fault is called on the wire.
    var kind: String {
        guard case .object(let members)? = try? JSONValue(jsonBytes: wire.jsonBytes()) else { return "" }
        return members["kind"]?.string ?? ""
    }

    /// The fault as it is written.
    var wire: MockClient.Fault {
        switch self {
        case .status(let status, .seconds(let seconds)?, nil, _) where status == 429:
            .rateLimit(.init(kind: .rateLimit, retryAfterSeconds: seconds))
        case .status(let status, let retryAfter, let body, let contentType):
            .status(
                .init(
                    kind: .status, status: status, retryAfter: retryAfter?.text, body: body,
                    contentType: body == nil ? nil : contentType))
        case .redirect(let place, let status): .redirect(.init(kind: .redirect, location: place, status: status))
        case .reset(let moment):
            .reset(.init(kind: .reset, moment: moment == .afterApplied ? .afterApplied : .beforeApplied))
        case .delay(let pause):
            .delay(.init(kind: .delay, seconds: pause.seconds, clock: pause.isReal ? .machine : .mock))
        case .randomDelay(.uniform(let shortest, let longest), let clock):
            .uniformDelay(
                .init(
                    kind: .uniformDelay, fromSeconds: shortest / .seconds(1), toSeconds: longest / .seconds(1),
                    clock: clock == .machine ? .machine : .mock))
        case .randomDelay(.exponential(let mean), let clock):
            .exponentialDelay(
                .init(
                    kind: .exponentialDelay, meanSeconds: mean / .seconds(1),
                    clock: clock == .machine ? .machine : .mock))
        case .slowHead(let pause):
            .slowHead(.init(kind: .slowHead, seconds: pause.seconds, clock: pause.isReal ? .machine : .mock))
        case .drip(let count, let pause):
            .drip(.init(kind: .drip, bytes: count, seconds: pause.seconds, clock: pause.isReal ? .machine : .mock))
        case .truncate(let count): .truncate(.init(kind: .truncate, bytes: count))
        case .breakOff(let count): .breakOff(.init(kind: .breakOff, pieces: count))
        case .malformedJSON: .malformedJSON(.init(kind: .malformedJSON))
        case .malformedChunks: .malformedChunks(.init(kind: .malformedChunks))
        case .content(let type, let body): .content(.init(kind: .content, contentType: type, body: body))
        case .oversized(let count): .oversized(.init(kind: .oversized, bytes: count))
        }
    }
}

extension MockPause {
    fileprivate var seconds: Double {
        switch self {
        case .clock(let duration), .real(let duration): duration / .seconds(1)
        }
    }

    fileprivate var isReal: Bool {
        if case .real = self { true } else { false }
    }
}

extension MockRetryAfter {
    fileprivate var text: String {
        switch self {
        case .seconds(let count): "\(count)"
        case .milliseconds(let count): "\(count) ms"
        case .date(let duration): "\(duration / .seconds(1)) s from now"
        case .text(let text): text
        }
    }
}

extension MockClient.InjectedFault {
    fileprivate init(_ waiting: MockWaitingFault) {
        self.init(id: waiting.injection.id, fault: waiting.fault.wire, met: waiting.met)
        switch waiting.target {
        case .operation(let operation): self.operation = operation.key
        case .path(let path): self.path = path
        case .everything: break
        }
        switch waiting.schedule {
        case .next(let count): next = count
        case .every(let interval): every = interval
        case .probability(let probability, let seed):
            self.probability = probability
            self.seed = Int64(clamping: seed)
        case .always: always = true
        }
    }
}
