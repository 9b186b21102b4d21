import Foundation
import HTTPTypes
import Synchronization
import TollgateCore

/// How recorded answers are found.
public enum MockReplayMode: String, Sendable, CaseIterable {
    /// The requests of each operation come as they were recorded, and in that order.
    case strict
    /// A request gets the answer of the one that is most like it; the last one as often as it is asked for.
    case lenient
}

/// Recorded exchanges, and how far they have been replayed.
package final class MockReplay: Sendable {
    private let fixtures: [MockFixture]
    private let mode: MockReplayMode
    private let report: @Sendable (String) -> Void
    private let state = Mutex(State())

    private struct State {
        /// How many exchanges of each operation have been replayed.
        var positions: [String: Int] = [:]
        /// Of the fixtures.
        var used: Set<Int> = []
    }

    /// - Parameters:
    ///   - fixtures: In the order in which they were recorded.
    ///   - mode: How answers are found.
    ///   - report: Is told of each request that nothing matches.
    package init(_ fixtures: [MockFixture], _ mode: MockReplayMode, report: @escaping @Sendable (String) -> Void) {
        self.fixtures = fixtures
        self.mode = mode
        self.report = report
    }

    /// Begins anew.
    func rewind() {
        state.withLock { $0 = State() }
    }

    /// The recorded answer to a request, or one that says why there is none.
    func answer(_ request: MockRequest, operation: MockOperation?) -> MockReply {
        let key = operation ?? MockRecorder.unknown
        let candidates = fixtures.indices.filter { index in
            fixtures[index].operation == key
                && (operation != nil || fixtures[index].request.method == request.method)
        }
        let choice = mode == .strict ? strict(request, key, candidates) : lenient(request, candidates)
        switch choice {
        case .found(let index): return MockReply(fixtures[index].response)
        case .none(let reason, let nearest): return mismatch(request, key, reason, nearest)
        }
    }

    private enum Choice {
        case found(Int)
        case none(String, nearest: (index: Int, differences: [ExchangeDifference])?)
    }

    private func strict(_ request: MockRequest, _ operation: MockOperation, _ candidates: [Int]) -> Choice {
        guard !candidates.isEmpty else { return .none("nothing is recorded", nearest: nil) }
        return state.withLock { state in
            let position = state.positions[operation.key, default: 0]
            guard position < candidates.count else {
                let last = candidates[candidates.count - 1]
                let differences = ExchangeComparison(fixtures[last], request).differences
                let count = "\(candidates.count) recorded exchange\(candidates.count == 1 ? "" : "s")"
                return .none("all \(count) of the operation have been replayed", nearest: (last, differences))
            }
            let index = candidates[position]
            let differences = ExchangeComparison(fixtures[index], request).differences
            guard differences.isEmpty else {
                return .none("it is not the one that was recorded", nearest: (index, differences))
            }
            state.positions[operation.key] = position + 1
            return .found(index)
        }
    }

    private func lenient(_ request: MockRequest, _ candidates: [Int]) -> Choice {
        let compared = candidates.map { (index: $0, comparison: ExchangeComparison(fixtures[$0], request)) }
        let fitting = compared.filter { $0.comparison.isSamePath }
        guard let fewest = fitting.map({ $0.comparison.differences.count }).min() else {
            let nearest = compared.min { $0.comparison.differences.count < $1.comparison.differences.count }
            return .none(
                candidates.isEmpty ? "nothing is recorded" : "nothing is recorded for this path",
                nearest: nearest.map { ($0.index, $0.comparison.differences) })
        }
        let best = fitting.filter { $0.comparison.differences.count == fewest }.map(\.index)
        return state.withLock { state in
            let index = best.first { !state.used.contains($0) } ?? best[best.count - 1]
            state.used.insert(index)
            return .found(index)
        }
    }

    /// The answer where nothing matches. Its status is one that no client tries again.
    private func mismatch(
        _ request: MockRequest, _ operation: MockOperation, _ reason: String,
        _ nearest: (index: Int, differences: [ExchangeDifference])?
    ) -> MockReply {
        let name = operation == MockRecorder.unknown ? "an unknown operation" : operation.key
        let title = "No recorded exchange answers \(request.method) \(request.path) (\(name)): \(reason)."
        let file = nearest.map { fixtures[$0.index].path }
        var lines = [title]
        if let file, let nearest {
            lines.append("The nearest is \(file).")
            lines += nearest.differences.map { "  \($0)" }
        }
        report(lines.joined(separator: "\n"))
        var members: [String: JSONValue] = [
            "type": "about:blank", "title": .string(title), "status": 501, "operation": .string(operation.key),
        ]
        if let file, let nearest {
            members["nearest"] = [
                "file": .string(file), "differences": .array(nearest.differences.map(\.json)),
            ]
        }
        var reply = MockReply(status: 501, json: JSONValue.object(members))
        reply.headers[.contentType] = "application/problem+json"
        return reply
    }
}

extension MockReply {
    /// What was recorded. A stream comes event by event.
    fileprivate init(_ response: MockFixture.Response) {
        var fields = HTTPFields()
        for (name, value) in response.headers.sorted(by: { $0.key < $1.key }) {
            guard let name = HTTPField.Name(name), name != .contentLength else { continue }
            fields[name] = value
        }
        let bytes = response.wireBody
        self.init(status: response.status, headers: fields, body: bytes)
        guard MediaType(response.headers["content-type"] ?? "").name == "text/event-stream" else { return }
        let text = String(decoding: bytes, as: UTF8.self)
        var pieces = text.split(separator: "\n\n").map { Array("\($0)\n\n".utf8) }
        // What ends without a blank line does so again.
        if !text.hasSuffix("\n\n"), let last = pieces.popLast() { pieces.append(Array(last.dropLast(2))) }
        body = .pieces(pieces)
    }
}

/// Takes the place of all services: it knows their routes, and answers what was recorded.
struct ReplayService: MockService {
    let replay: MockReplay
    let routes: MockRoutes
    let schemas = MockSchemas()
    let prefixes = ["/"]

    func answer(_ call: MockCall) -> MockReply {
        replay.answer(call.request, operation: call.operation)
    }

    func refuse(_ request: MockRequest, because problem: MockProblem) -> MockReply {
        switch problem {
        case .notFound, .methodNotAllowed: replay.answer(request, operation: nil)
        default: problem.reply
        }
    }

    func reset(seed: UInt64) {
        replay.rewind()
    }
}

extension MockServices {
    /// The same levers, over recorded exchanges instead of what the services do.
    package func replaying(_ replay: MockReplay) -> MockServices {
        var routes = MockRoutes()
        for service in all where !(service is any MockControl) { routes.add(service.routes) }
        return replacingServices(with: ReplayService(replay: replay, routes: routes))
    }
}
