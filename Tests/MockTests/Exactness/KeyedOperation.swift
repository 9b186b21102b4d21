import Foundation
import Testing
import TollgateCore
import TollgateVluna

@testable import TollgateMock

/// An operation that does its work once, however often a request with the same key comes.
struct KeyedOperation: Sendable, CustomTestStringConvertible {
    /// What is sent: a body, another one for the same key, and the path if it names something.
    struct Sample: Sendable {
        var body = ""
        /// Nil where another body is another request, whatever its key says.
        var other: String?
        var path: String?
        /// What proves who the user is on the public surface.
        var token: String?
    }

    /// As the journal names it.
    let name: String
    /// As the route has it, with the names of its parameters.
    let path: String
    var method = HTTPRequest.Method.post
    /// The members in which the first answer and those to the same request again differ, at any depth.
    var tells: Set<String> = []
    /// Whether the first answer has the status 201 and those to the same request again 200, because no answer is kept.
    var tellsByStatus = false
    /// The status and the text that say that a key was used for something else.
    var conflict: (status: Int, text: String) = (409, "WRITE.INVALID_PAYLOAD")
    /// Makes what the request needs.
    let prepare: @Sendable (MockServer) async throws -> Sample

    var testDescription: String { "\(name) \(path)" }

    /// Makes what the request needs, and what its sender needs.
    func sample(for mock: MockServer) async throws -> Sample {
        var sample = try await prepare(mock)
        if path.hasPrefix("/api/") {
            // Made once: a token of its own for each request would be an effect of its own.
            sample.token = mock.vluna.issuePlatformToken(
                principalID: "org_acme", userID: "u", lifetime: .seconds(86_400))
        }
        return sample
    }

    /// Sends the request with a key.
    func send(_ body: String, _ sample: Sample, key: String, to mock: MockServer) async throws -> Answer {
        let path = sample.path ?? self.path
        if name.hasPrefix("stoa.") { return try await mock.stoa(method, path, body) }
        if name.hasPrefix("stripe.") {
            let headers: HTTPFields = [
                .authorization: "Bearer \(mock.stripe.secretKey)", .contentType: "application/x-www-form-urlencoded",
                .named("Idempotency-Key"): key,
            ]
            return try await mock.send(method, path, headers: headers, body)
        }
        var request = HTTPRequest(method: method, scheme: "http", authority: "mock", path: path)
        request.headerFields = [
            .contentType: "application/json", .named("X-Realm-Id"): mock.vluna.realmID,
            .named("Idempotency-Key"): key,
        ]
        if let token = sample.token {
            request.headerFields[.authorization] = "Bearer \(token)"
        } else {
            request.headerFields[.named("X-Principal-Id")] = "org_acme"
            try await mock.vluna.serviceClient().client.credential?.authorize(
                &request, body: HTTPBody(Array(body.utf8)))
        }
        return try await mock.send(method, path, headers: request.headerFields, body)
    }

    /// An answer without what tells the first one from the others.
    func sense(of answer: Answer) throws -> JSONValue {
        let status = tellsByStatus && answer.status == 201 ? 200 : answer.status
        return ["status": .number(JSONNumber(status)), "body": try without(tells, answer.json)]
    }

    private func without(_ names: Set<String>, _ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members):
            .object(members.filter { !names.contains($0.key) }.mapValues { without(names, $0) })
        case .array(let elements): .array(elements.map { without(names, $0) })
        default: value
        }
    }
}

extension KeyedOperation {
    static let all = [
        gate, seats, reports, wallet, budgets, store, families, features, agreements, policies, plans, entitlements,
        grants, others,
    ].flatMap { $0 }

    /// An operation that needs nothing but its body.
    static func fixed(
        _ name: String, _ path: String, tells: Set<String> = [], _ body: String, _ other: String?
    ) -> KeyedOperation {
        KeyedOperation(name: name, path: path, tells: tells) { _ in Sample(body: body, other: other) }
    }

    /// An operation with which the owner of the realm sets it up. The service looks at the key before all else.
    static func setUp(
        _ name: String, _ path: String, _ method: HTTPRequest.Method = .post,
        prepare: @escaping @Sendable (MockServer) async throws -> Sample
    ) -> KeyedOperation {
        KeyedOperation(
            name: name, path: path, method: method, conflict: (409, "idempotency_conflict"), prepare: prepare)
    }
}
