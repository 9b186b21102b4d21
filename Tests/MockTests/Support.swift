import Foundation
import TollgateCore
import TollgateVluna

@testable import TollgateMock

extension MockServer {
    /// A server whose clock stands still at 2026-01-02T03:04:05Z.
    static func frozen(seed: UInt64 = 0, settings: MockSettings = MockSettings()) -> MockServer {
        let mock = MockServer.inProcess(seed: seed, settings: settings)
        mock.clock.set(.start)
        return mock
    }

    /// Sends a request as it is, and gives the whole answer.
    func send(
        _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], _ body: String = ""
    ) async throws -> Answer {
        var request = HTTPRequest(method: method, scheme: "http", authority: "mock", path: path, headerFields: headers)
        if !body.isEmpty, request.headerFields[.contentType] == nil {
            request.headerFields[.contentType] = "application/json"
        }
        let reply = try await transport.send(request, body: HTTPBody(body), timeouts: HTTPTimeouts())
        return Answer(
            status: reply.head.status.code, headers: reply.head.headerFields,
            bytes: try await reply.body.collect(upTo: 1 << 24))
    }

    /// Sends a request to Stoa with the application's key.
    func stoa(_ method: HTTPRequest.Method = .post, _ path: String, _ body: String = "") async throws -> Answer {
        try await send(method, path, headers: [.authorization: "Bearer \(stoa.apiKey)"], body)
    }

    /// Sends a request as it is to Vluna, signed for org_acme and with an idempotency key of its own.
    func signed(_ method: HTTPRequest.Method, _ path: String, _ body: String = "") async throws -> Answer {
        let bytes = Array(body.utf8)
        var request = HTTPRequest(method: method, scheme: "http", authority: "mock", path: path)
        request.headerFields = [
            .contentType: "application/json", .named("X-Realm-Id"): vluna.realmID,
            .named("X-Principal-Id"): "org_acme", .named("Idempotency-Key"): UUID().uuidString,
        ]
        try await vluna.serviceClient().client.credential?.authorize(&request, body: HTTPBody(bytes))
        return try await send(method, path, headers: request.headerFields, body)
    }

    /// A client of the management surface that tries once only.
    func vluna(_ principal: String = "org_acme") throws -> Vluna.ServiceClient {
        try vluna.serviceClient().with(principalID: principal).with(retry: .never)
    }
}

extension Date {
    /// 2026-01-02T03:04:05Z.
    static var start: Date { Date(timeIntervalSince1970: 1_767_323_045) }
}

/// A whole answer.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }

    var json: JSONValue {
        get throws { try JSONValue(jsonBytes: bytes) }
    }
}

extension Vluna.ServiceClient {
    /// Authorizes and commits.
    func use(
        _ feature: String, _ quantity: Int64, meters: [Vluna.MeterUsage]? = nil
    ) async throws -> Vluna.Commit {
        let lease = try await gate.authorize(featureCode: feature)
        return try await gate.commit(
            leaseToken: lease.leaseToken, featureCode: feature, quantityMinor: quantity, meters: meters)
    }
}

/// What a call failed with at Vluna.
struct VlunaRefusal: Equatable, CustomStringConvertible {
    let status: Int
    let code: String
    let message: String
    let hints: [Vluna.HintKind]

    init(_ error: any APIError, hints: [Vluna.Hint]?) {
        status = error.status
        code = error.code ?? ""
        message = error.message ?? ""
        self.hints = hints?.map(\.kind) ?? []
    }

    var description: String { "\(status) \(code) \(message) \(hints)" }

    static func == (left: Self, right: (Int, String)) -> Bool {
        left.status == right.0 && left.code == right.1
    }
}

/// Runs a call that Vluna is expected to refuse.
/// - Returns: How it was refused; nil if it was not.
func refusal<Result>(_ call: () async throws -> Result) async throws -> VlunaRefusal? {
    do {
        _ = try await call()
        return nil
    } catch let error as Vluna.GateDenied {
        return VlunaRefusal(error, hints: error.hints)
    } catch let error as Vluna.Failure {
        return VlunaRefusal(error, hints: error.hints)
    } catch let error as any APIError {
        return VlunaRefusal(error, hints: nil)
    }
}
