import Foundation
import HTTPTypes
import TollgateCore
import TollgateMockServer
import TollgateVluna

/// The trace of one call.
struct Trace: Sendable {
    /// 32 hexadecimal digits.
    let id: String
    private let span: String

    /// Goes on with the caller's trace, if the request names one.
    init(of request: MockRequest, random: inout SeededGenerator) {
        let parent = request.header(.traceparent)?.split(separator: "-").dropFirst().first.map(String.init)
        let named = [parent, request.header(.requestID)].compactMap { $0 }.first { text in
            text.count == 32 && text.allSatisfy { "0123456789abcdef".contains($0) }
        }
        id = named ?? random.hex(bytes: 16)
        span = random.hex(bytes: 8)
    }

    func addHeaders(to reply: inout MockReply) {
        reply.headers[.requestID] = id
        reply.headers[.traceparent] = "00-\(id)-\(span)-01"
        reply.headers[.accessControlExposeHeaders] = "traceparent, x-request-id, X-Permissions-Changed"
    }
}

extension MockReply {
    /// A success of Vluna: the data in its envelope.
    init(
        envelopeOf data: some JSONConvertible, hints: [Vluna.Hint] = [],
        meta: (some JSONConvertible)? = JSONValue?.none,
        status: Int = 200
    ) {
        var json = JSONWriter()
        json.writeObject { json in
            json.write("ok", true)
            json.write("code", "OK")
            json.write("data", data)
            json.write("hints", hints.isEmpty ? nil : hints)
            json.write("meta", meta)
        }
        self.init(status: status, headers: [.contentType: "application/json; charset=utf-8"], body: json.finish())
    }
}

extension VlunaFailure {
    /// What Vluna sends in production.
    func reply(_ trace: Trace) -> MockReply {
        var json = JSONWriter()
        json.writeObject { json in
            json.write("ok", false)
            json.write("code", code)
            json.write("message", message)
            json.write("traceId", trace.id)
            json.write("meta", JSONValue.object(meta))
            json.write("hints", hints.isEmpty ? nil : hints)
        }
        return MockReply(
            status: status, headers: [.contentType: "application/json; charset=utf-8"], body: json.finish())
    }

    private var meta: [String: JSONValue] {
        var meta: [String: JSONValue] = ["status": .number(JSONNumber(status))]
        if clearsRealm { meta["clear_cached_realm"] = true }
        return meta
    }

    /// A problem with the request in Vluna's words: what has the wrong shape is 422, with everything that is wrong.
    init(_ problem: MockProblem) {
        switch problem {
        case .invalid(let violations):
            let complaints = violations.map { "\($0.pointer.dropFirst()) \($0.message)" }
            self = .invalid(complaints.joined(separator: "; "))
        case .bodyMissing:
            self = .invalid("a request body is required")
        default:
            self.init(status: problem.status, code: Self.code(for: problem.status), message: problem.message)
        }
    }

    /// The code of a status for which no part of the service chose one.
    private static func code(for status: Int) -> String {
        switch status {
        case 400, 413, 415, 422: "VALIDATION.INVALID_INPUT"
        case 401: "AUTH.UNAUTHORIZED"
        case 403: "AUTH.INSUFFICIENT_SCOPE"
        case 404, 405: "RESOURCE.NOT_FOUND"
        case 409: "WRITE.INVALID_PAYLOAD"
        case 429: "rate_limited"
        case 502: "SERVER.UPSTREAM"
        case 503: "SERVER.DB_UNAVAILABLE"
        default: "SERVER.UNEXPECTED"
        }
    }
}

// MARK: - Answers that are kept

/// Answers by idempotency key. A key is kept for 24 hours, and for good where it stands in the books.
struct AnswerStore: Sendable {
    struct Key: Hashable, Sendable {
        let account: String
        let operation: String
        /// What the path names, in the order of the names.
        let path: [String]
        let key: String
        let isKeptForGood: Bool
    }

    private struct Answer: Sendable {
        let body: [UInt8]
        let reply: MockReply
        let time: Date
    }

    private var answers: [Key: Answer] = [:]

    /// The answer that was given before.
    /// - Throws: ``VlunaFailure`` if the key was used with another body.
    func find(_ key: Key, body: [UInt8], at now: Date) throws(VlunaFailure) -> MockReply? {
        guard let answer = answers[key] else { return nil }
        guard key.isKeptForGood || now < answer.time.addingTimeInterval(86_400) else { return nil }
        guard answer.body == body else {
            let isOfRegistry = VlunaOperation(rawValue: key.operation).map(VlunaRegistry.realmWide.contains) ?? false
            throw VlunaFailure(
                status: 409, code: isOfRegistry ? "idempotency_conflict" : "WRITE.INVALID_PAYLOAD",
                message: "idempotency key was used with a different request")
        }
        return answer.reply
    }

    mutating func store(_ reply: MockReply, for key: Key, body: [UInt8], at now: Date) {
        answers[key] = Answer(body: body, reply: reply, time: now)
    }
}
