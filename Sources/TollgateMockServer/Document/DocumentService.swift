import HTTPTypes
import Synchronization
import TollgateCore

/// What stands behind the routes of a document: it checks what comes, and answers what the document describes.
final class DocumentService: MockService {
    /// What an operation is to answer.
    private struct Choice {
        let status: Int?
        let contentType: String?
    }

    let routes: MockRoutes
    let schemas: MockSchemas
    let prefixes = ["/"]
    private let securitySchemes: [String: CredentialKind]
    private let choices = Mutex<[MockOperation: Choice]>([:])

    init(_ document: MockDocument) {
        var routes = MockRoutes()
        for entry in document.operations {
            let paths = document.basePaths.map { $0 + entry.path }
            routes.add(
                MockRoute(
                    operation: entry.operation, method: entry.method, path: paths.first ?? entry.path,
                    aliases: Array(paths.dropFirst()), surface: document.service,
                    text: RouteText(entry.text, parts: document.parts)))
        }
        self.routes = routes
        schemas = document.schemas
        securitySchemes = document.securitySchemes
    }

    func answer(_ operation: MockOperation, with status: Int?, as contentType: String?) {
        choices.withLock { $0[operation] = Choice(status: status, contentType: contentType) }
    }

    func answer(_ call: MockCall) -> MockReply {
        guard hasCredential(call) else { return unauthorized(call) }
        do {
            let content = try call.content()
            let choice = choices.withLock { $0[call.operation] }
            return reply(to: call, content, choice)
        } catch {
            return error.reply
        }
    }

    func refuse(_ request: MockRequest, because problem: MockProblem) -> MockReply {
        problem.reply
    }

    // MARK: - Credentials

    private func hasCredential(_ call: MockCall) -> Bool {
        let security = call.route.security
        return security.isEmpty
            || security.contains { schemes in
                schemes.allSatisfy { securitySchemes[$0]?.isThere(in: call.request) ?? true }
            }
    }

    private func unauthorized(_ call: MockCall) -> MockReply {
        let wanted = call.route.security.map { $0.joined(separator: " and ") }.joined(separator: " or ")
        let details: JSONValue = [
            "type": "about:blank", "title": .string("A credential is missing: \(wanted)."), "status": 401,
        ]
        var reply = MockReply(status: 401, json: details)
        reply.headers[.contentType] = "application/problem+json"
        let schemes = call.route.security.joined().compactMap { securitySchemes[$0]?.challenge }
        if let scheme = schemes.first { reply.headers[.wwwAuthenticate] = scheme }
        return reply
    }

    // MARK: - Answers

    private func reply(to call: MockCall, _ content: MockContent, _ choice: Choice?) -> MockReply {
        let route = call.route
        guard let status = choice?.status ?? route.successStatus else { return MockReply(status: 200) }
        var replies = route.replies(of: status)
        if let streaming = route.streaming, replies.contains(where: \.isStream) {
            let member = content.json?[streaming.member].flatMap { try? $0.value() as JSONValue }
            let wanted = replies.filter { $0.isStream == (member == streaming.value) }
            if !wanted.isEmpty { replies = wanted }
        }
        guard let reply = best(replies, for: call.header(.accept), choice?.contentType) else {
            return MockReply(status: status)
        }
        return message(status, reply, route)
    }

    /// The answer in the media type that was chosen, or in the first one that the client takes.
    private func best(_ replies: [MockRoute.Reply], for accept: String?, _ chosen: String?) -> MockRoute.Reply? {
        if let chosen, let reply = replies.first(where: { $0.contentType == chosen }) { return reply }
        let ranges = (accept ?? "*/*").split(separator: ",").map { MediaType($0).name }
        for range in ranges {
            let fitting = replies.first { reply in reply.contentType.map { MediaType($0).fits(range) } ?? true }
            if let fitting { return fitting }
        }
        return replies.first
    }

    private func message(_ status: Int, _ reply: MockRoute.Reply, _ route: MockRoute) -> MockReply {
        guard let contentType = reply.contentType, route.method != "HEAD" else { return MockReply(status: status) }
        // A range of media types is none that could be sent.
        let isRange = contentType.contains("*")
        let form = MediaType(contentType).form
        let sent = isRange ? (form == .json ? "application/json" : "application/octet-stream") : contentType
        if reply.isStream {
            let events = reply.events.compactMap { try? JSONValue(jsonText: $0) }
            return MockReply(status: status, stream: events, of: reply, eventName: route.eventName)
        }
        var body = Array((reply.example ?? "").utf8)
        if form != .json, let example = reply.example, let text = (try? JSONValue(jsonText: example))?.text {
            body = Array(text.utf8)
        }
        return MockReply(status: status, headers: [.contentType: sent], body: body)
    }
}

extension MockRoute {
    /// The lowest status of a success, or else a redirection; what is not named counts as one if no other does.
    fileprivate var successStatus: Int? {
        let statuses = replies.map(\.status)
        if let code = statuses.filter({ 200..<300 ~= $0 }).min() { return code }
        if statuses.contains(2) { return 200 }
        if let code = statuses.filter({ 100..<400 ~= $0 }).max() { return code }
        return statuses.contains(0) ? 200 : statuses.first.map { $0 < 10 ? $0 * 100 : $0 }
    }

    /// What is described for a status: by its number, by its range, or by what holds for all others.
    fileprivate func replies(of status: Int) -> [Reply] {
        for name in [status, status / 100, 0] {
            let found = replies.filter { $0.status == name }
            if !found.isEmpty { return found }
        }
        return []
    }
}

extension MockReply {
    /// A stream of events, each sent by itself, in the form that a route describes.
    package init(status: Int = 200, stream events: [JSONValue], of reply: MockRoute.Reply?, eventName: String?) {
        let contentType = reply?.contentType ?? "text/event-stream"
        guard contentType.hasPrefix("text/event-stream") else {
            self.init(
                status: status, contentType: contentType, pieces: events.map { $0.jsonBytes() + [UInt8(ascii: "\n")] })
            return
        }
        var pieces = events.map { event in
            let name = eventName.flatMap { event[$0]?.text }.map { "event: \($0)\n" } ?? ""
            return Array("\(name)data: \(event.jsonText())\n\n".utf8)
        }
        if let end = reply?.end { pieces.append(Array("data: \(end)\n\n".utf8)) }
        self.init(status: status, contentType: "text/event-stream; charset=utf-8", pieces: pieces)
    }
}
