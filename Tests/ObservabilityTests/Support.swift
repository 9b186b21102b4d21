import Foundation
import Synchronization
import TollgateCore

/// A service to call.
struct Shop: APIService {
    var client: APIClient

    init(_ transport: any HTTPTransport) {
        client = APIClient(
            baseURL: .literal("https://shop.test/api"), transport: transport, timeout: nil, time: StoppedTime())
        client.retry.jitter = .none
        client.idleTimeout = nil
    }

    func change(_ id: String) async throws -> [Int] {
        var request = APIRequest(Endpoint<[Int]>("shop.change", .post, "/widgets/{id}"))
        request.path("id", id)
        request.json(true)
        return try await client.send(request)
    }

    func picture() async throws -> HTTPBody {
        try await client.send(APIRequest(Endpoint<HTTPBody>("shop.picture", .get, "/picture")))
    }
}

/// A clock that only waits between tries move on.
final class StoppedTime: TimeSource {
    private let elapsed = Mutex(Duration.zero)

    var now: Date { Date(timeIntervalSince1970: 1_767_323_045 + uptime / .seconds(1)) }
    var uptime: Duration { elapsed.withLock { $0 } }

    func sleep(for duration: Duration) async throws {
        elapsed.withLock { $0 += duration }
    }

    func expire(after limit: Duration) async throws {
        let (never, hold) = AsyncStream<Never>.makeStream()
        for await _ in never {}
        hold.finish()
        throw CancellationError()
    }
}

/// Answers each request with the next step of a script, the last step again and again, and keeps the requests.
final class Script: HTTPTransport {
    enum Step: Sendable {
        case reply(Int, HTTPFields = [:], String = "{}")
        case stream(HTTPBody)
        case fail(any Error)
    }

    private let state: Mutex<(steps: [Step], sent: [HTTPRequest])>

    init(_ steps: Step...) {
        state = Mutex((steps, []))
    }

    var sent: [HTTPRequest] { state.withLock { $0.sent } }

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        let step = state.withLock { state in
            state.sent.append(request)
            return state.steps.count == 1 ? state.steps[0] : state.steps.removeFirst()
        }
        switch step {
        case .reply(let status, let headers, let body):
            return HTTPReply(
                head: HTTPResponse(status: .init(code: status), headerFields: headers), body: HTTPBody(body))
        case .stream(let body): return HTTPReply(head: HTTPResponse(status: .ok), body: body)
        case .fail(let error): throw error
        }
    }
}
