import Foundation
import Synchronization
import TollgateCore

/// A clock that stands still. Waits between tries move it on at once; limits run out when it has come that far.
final class ManualTime: TimeSource {
    private struct Sleeper {
        let deadline: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var elapsed: Duration = .zero
        var waits: [Duration] = []
        var sleepers: [UUID: Sleeper] = [:]
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    private let start = Date(timeIntervalSince1970: 1_767_323_045)
    private let skipsWaits: Bool
    private let state = Mutex(State())

    /// - Parameter skipsWaits: Whether a wait between tries moves the clock on, rather than waiting for ``advance(by:)``.
    init(skipsWaits: Bool = true) {
        self.skipsWaits = skipsWaits
    }

    var uptime: Duration { state.withLock { $0.elapsed } }
    var now: Date { start.addingTimeInterval(uptime / .seconds(1)) }

    /// The waits between tries so far.
    var waits: [Duration] { state.withLock { $0.waits } }

    func sleep(for duration: Duration) async throws {
        state.withLock { $0.waits.append(duration) }
        guard skipsWaits else { return try await expire(after: duration) }
        try Task.checkCancellation()
        advance(by: duration)
    }

    func expire(after limit: Duration) async throws {
        let id = UUID()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let watchers = state.withLock { state in
                    state.sleepers[id] = Sleeper(deadline: state.elapsed + limit, continuation: continuation)
                    defer { state.watchers = [] }
                    return state.watchers
                }
                for watcher in watchers { watcher.resume() }
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.elapsed += duration
            let elapsed = state.elapsed
            let due = state.sleepers.filter { $0.value.deadline <= elapsed }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Returns when somebody waits for this clock.
    func someoneWaits() async {
        await withCheckedContinuation { continuation in
            let isWaiting = state.withLock { state in
                if state.sleepers.isEmpty { state.watchers.append(continuation) }
                return !state.sleepers.isEmpty
            }
            if isWaiting { continuation.resume() }
        }
    }

    private func cancel(_ id: UUID) {
        state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
    }
}

/// Answers each request with the next step of a script, the last step again and again, and keeps the requests.
final class ScriptedTransport: HTTPTransport {
    enum Step: Sendable {
        case reply(Int, HTTPFields = [:], String = "{}")
        case stream(HTTPFields, HTTPBody)
        case broken(Int, String, any Error)
        case fail(any Error)
        /// Never answers. Calls the closure once the request is there.
        case hang(@Sendable () async -> Void)
    }

    struct Sent: Sendable {
        let request: HTTPRequest
        let body: String
        let timeouts: HTTPTimeouts
    }

    private struct State {
        var steps: [Step]
        var sent: [Sent] = []
    }

    private let state: Mutex<State>

    init(_ steps: Step...) {
        state = Mutex(State(steps: steps))
    }

    init(steps: [Step]) {
        state = Mutex(State(steps: steps))
    }

    var sent: [Sent] { state.withLock { $0.sent } }

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        let text = String(decoding: try await body.collect(upTo: .max), as: UTF8.self)
        let step = state.withLock { state in
            state.sent.append(Sent(request: request, body: text, timeouts: timeouts))
            return state.steps.count == 1 ? state.steps[0] : state.steps.removeFirst()
        }
        switch step {
        case .reply(let status, let headers, let body):
            return HTTPReply(
                head: HTTPResponse(status: .init(code: status), headerFields: headers), body: HTTPBody(body))
        case .stream(let headers, let body):
            return HTTPReply(head: HTTPResponse(status: .ok, headerFields: headers), body: body)
        case .broken(let status, let beginning, let error):
            let chunks = AsyncThrowingStream<[UInt8], any Error> { continuation in
                continuation.yield(Array(beginning.utf8))
                continuation.finish(throwing: error)
            }
            return HTTPReply(head: HTTPResponse(status: .init(code: status)), body: HTTPBody(stream: chunks))
        case .fail(let error):
            throw error
        case .hang(let reached):
            let (stream, continuation) = AsyncStream<Never>.makeStream()
            await reached()
            for await _ in stream {}
            continuation.finish()
            throw CancellationError()
        }
    }
}

/// A service to call.
struct Shop: APIService {
    var client: APIClient

    init(_ transport: any HTTPTransport, time: any TimeSource = ManualTime(), baseURL: String = "https://shop.test/api")
    {
        client = APIClient(
            baseURL: URL(string: baseURL) ?? URL(filePath: "/"), transport: transport, time: time)
        client.retry.jitter = .none
    }

    struct Widget: JSONModel, Equatable {
        var name: String
        var size: Int

        init(name: String, size: Int) {
            self.name = name
            self.size = size
        }

        init(json: inout JSONObject) throws(JSONError) {
            name = try json.string("name")
            size = try json.int("size")
        }

        func write(to json: inout JSONWriter) {
            json.write("name", name)
            json.write("size", size)
        }
    }

    struct OutOfStock: JSONModel, APIError {
        var left: Int
        var response = FailedResponse()

        init(json: inout JSONObject) throws(JSONError) {
            left = try json.int("left")
        }

        func write(to json: inout JSONWriter) {
            json.write("left", left)
        }
    }

    static let read = Endpoint<Widget>("shop.read", .get, "/widgets/{id}", errors: [.init(409, OutOfStock.self)])
    static let order = Endpoint<Widget>("shop.order", .post, "/widgets", errors: [.init(402...499, OutOfStock.self)])
    static let orderOnce = Endpoint<Void>("shop.orderOnce", .post, "/widgets", idempotencyKey: .idempotencyKey)
    static let picture = Endpoint<HTTPBody>("shop.picture", .get, "/picture")

    func read(_ id: String = "7") async throws -> Widget {
        var request = APIRequest(Self.read)
        request.path("id", id)
        return try await client.send(request)
    }

    func order() async throws -> Widget {
        var request = APIRequest(Self.order)
        request.json(Widget(name: "cog", size: 3))
        return try await client.send(request)
    }

    func orderOnce() async throws {
        try await client.send(APIRequest(Self.orderOnce))
    }
}

let cog = #"{"name":"cog","size":3}"#

/// The error that a call throws; nil if it throws none.
func error<Value>(of call: () async throws -> Value) async -> (any Error)? {
    do {
        _ = try await call()
        return nil
    } catch {
        return error
    }
}
