import Foundation
import HTTPTypes
import TollgateCore
import TollgateMockClient
import TollgateMockServer

extension ControlService {
    static let scenarioLevers: [MockClientOperation: Lever] = [
        .listScenarios: { control, _ in
            let scenarios = MockScenario.all.map { scenario in
                MockClient.ScenarioSummary(
                    name: scenario.name, summary: scenario.summary, description: scenario.description,
                    includes: scenario.includes)
            }
            let scripts = control.engine.scripts
            return MockReply(
                json: MockClient.ScenarioList(
                    scenarios: scenarios, pending: scripts.count, failures: scripts.failures))
        },
        .runScenario: { control, call throws(ControlFailure) in
            let name = call.pathParameters["name"] ?? ""
            guard let scenario = MockScenario(named: name) else {
                throw .notFound("There is no scenario \(name).")
            }
            let steps = try control.run(scenario)
            return MockReply(json: MockClient.ScenarioRun(steps: steps, pending: control.engine.scripts.count))
        },
        .runSteps: { control, call throws(ControlFailure) in
            let request: MockClient.RunStepsRequest = try call.request()
            let steps = try control.run(request)
            return MockReply(json: MockClient.ScenarioRun(steps: steps, pending: control.engine.scripts.count))
        },
    ]

    /// Brings the services into the state of a scenario, and lets its script wait.
    /// - Returns: How many steps were done.
    func run(_ scenario: MockScenario) throws(ControlFailure) -> Int {
        var count = 0
        for name in scenario.includes {
            guard let included = MockScenario(named: name) else { throw .notFound("There is no scenario \(name).") }
            count += try run(included)
        }
        return count + (try run(scenario.content))
    }

    private func run(_ content: MockClient.RunStepsRequest) throws(ControlFailure) -> Int {
        let parts = try (content.script ?? []).enumerated().map { index, part throws(ControlFailure) in
            MockScriptPart(try moment(part.after, at: "/script/\(index)/after"), part.steps.flatMap(\.steps))
        }
        let steps = (content.state ?? []).flatMap(\.steps)
        for step in steps {
            let reply = answer(to: step)
            guard reply.status < 400 else { throw .failed(step.lever, reply) }
        }
        engine.scripts.add(parts)
        return steps.count
    }

    private func moment(
        _ moment: MockClient.ScriptMoment, at pointer: String
    ) throws(ControlFailure) -> MockScriptPart.Moment {
        switch (moment.seconds, moment.calls) {
        case (let seconds?, nil) where moment.operation == nil: .time(engine.clock.now.addingTimeInterval(seconds))
        case (nil, let calls?): .calls(calls, of: try moment.operation.map(operation))
        default: throw .invalid(pointer, "must have either seconds, or calls and perhaps of")
        }
    }

    func runDueScripts() {
        while let steps = engine.scripts.next(at: engine.clock) {
            for step in steps {
                let reply = answer(to: step)
                if reply.status >= 400 {
                    engine.scripts.fail(ControlFailure.failed(step.lever, reply).title)
                }
            }
        }
    }

    /// Does one step, as a request would.
    private func answer(to step: MockStep) -> MockReply {
        guard let route = routes.routes.first(where: { $0.operation.key == "mock.\(step.lever)" }) else {
            return ControlFailure.notFound("There is no lever \(step.lever).").reply
        }
        var arguments = step.arguments
        var path = route.path
        var parameters: [String: Substring] = [:]
        var query: [URLQueryItem] = []
        for parameter in route.parameters {
            guard let value = arguments.removeValue(forKey: parameter.name) else { continue }
            let text = value.string ?? String(decoding: value.jsonBytes(), as: UTF8.self)
            if parameter.place == .path {
                let escaped = text.addingPercentEncoding(withAllowedCharacters: .urlHostAllowed) ?? text
                parameters[parameter.name] = escaped[...]
                path = path.replacing("{\(parameter.name)}", with: escaped)
            } else {
                query.append(URLQueryItem(name: parameter.name, value: text))
            }
        }
        var target = URLComponents()
        target.percentEncodedPath = path
        if !query.isEmpty { target.queryItems = query }
        let body = route.bodies.isEmpty ? [] : JSONValue.object(arguments).jsonBytes()
        guard !route.bodies.isEmpty || arguments.isEmpty else {
            return ControlFailure.invalid("/\(arguments.keys.sorted()[0])", "is no argument of \(step.lever)").reply
        }
        let head = HTTPRequest(
            method: HTTPRequest.Method(route.method) ?? .get, scheme: "http", authority: "tollgate.mock",
            path: target.string, headerFields: [.contentType: "application/json"])
        let reply = answer(
            MockCall(
                request: MockRequest(head: head, body: body), route: route, pathParameters: parameters,
                schemas: schemas, now: engine.clock.now))
        // What others are told is on its way then; nobody waits for their answers.
        if let later = reply.later { Task { _ = await later() } }
        return reply
    }
}

extension [String: [String: JSONValue]] {
    fileprivate var steps: [MockStep] {
        map { lever, arguments in MockStep(lever: lever, arguments: arguments) }
    }
}
