import Foundation
import HTTPTypes
import Synchronization
import TollgateCore
import TollgateMockServer

/// How one provider of AI models talks: its routes, its answers and its errors.
protocol Provider: Sendable {
    static var routes: MockRoutes { get }
    static var schemas: MockSchemas { get }
    static var prefixes: [String] { get }

    /// Makes sure that the caller has the API key.
    static func checkKey(_ call: MockCall) throws(ProviderFailure)

    /// Does what a call asks for.
    static func answer(_ call: MockCall, _ world: inout ProviderWorld) throws(ProviderFailure) -> MockReply

    /// Says a failure in the provider's own form.
    static func reply(to failure: ProviderFailure, requestID: String) -> MockReply

    /// A new id for a request.
    static func requestID(_ random: inout SeededGenerator) -> String

    /// The header field with the id of the request.
    static var requestIDField: HTTPField.Name { get }
}

/// What the simulated providers keep. A value without a lock: whoever holds it has it alone.
struct ProviderWorld: Sendable {
    var random: SeededGenerator
    /// What models answer; nil for something that depends on the question.
    var answer: String?
    /// When prompts that are cached are forgotten, by their contents.
    var cachedPrompts: [String: Date] = [:]
    /// The ids of voices that were made.
    var voices: Set<String> = []
    /// The id of the request that is being answered.
    var requestID = ""
}

/// Why a simulated provider does not do what it is asked.
struct ProviderFailure: Error, Sendable {
    enum Kind: Sendable {
        case noKey, wrongKey, unknownModel, unknownVoice, invalid, notFound, other
    }

    let status: Int
    let kind: Kind
    let message: String
    /// The member of the request that is wrong, if it is one.
    var parameter: String?
    var violations: [Violation] = []

    init(_ status: Int, _ kind: Kind, _ message: String, parameter: String? = nil) {
        self.status = status
        self.kind = kind
        self.message = message
        self.parameter = parameter
    }

    init(_ problem: MockProblem) {
        let message = problem.violations.first.map { "\($0.name): \($0.message)" } ?? problem.message
        switch problem {
        case .invalid: self.init(400, .invalid, message, parameter: problem.violations.first?.name)
        case .notFound, .methodNotAllowed: self.init(problem.status, .notFound, message)
        case .bodyMissing, .notJSON, .malformed, .wrongContentType, .bodyTooLarge:
            self.init(problem.status, .invalid, message)
        case .fault: self.init(problem.status, .other, message)
        }
        violations = problem.violations
    }
}

extension Violation {
    /// `messages[0].role` of `/messages/0/role`.
    fileprivate var name: String {
        pointer.split(separator: "/").reduce("") { path, part in
            if part.allSatisfy(\.isNumber) { return "\(path)[\(part)]" }
            return path.isEmpty ? String(part) : "\(path).\(part)"
        }
    }
}

/// One provider behind its routes.
final class ProviderSimulation<Brand: Provider>: MockService {
    let world: Mutex<ProviderWorld>
    var routes: MockRoutes { Brand.routes }
    var schemas: MockSchemas { Brand.schemas }
    var prefixes: [String] { Brand.prefixes }

    init(seed: UInt64) {
        world = Mutex(Self.world(seed: seed))
    }

    func reset(seed: UInt64) {
        world.withLock { $0 = Self.world(seed: seed) }
    }

    private static func world(seed: UInt64) -> ProviderWorld {
        ProviderWorld(random: SeededGenerator(seed: seed, stream: "\(Brand.self)"))
    }

    func answer(_ call: MockCall) -> MockReply {
        world.withLock { world in
            world.requestID = Brand.requestID(&world.random)
            var reply: MockReply
            do throws(ProviderFailure) {
                try Brand.checkKey(call)
                reply = try Brand.answer(call, &world)
            } catch {
                reply = Brand.reply(to: error, requestID: world.requestID)
            }
            reply.headers[Brand.requestIDField] = world.requestID
            return reply
        }
    }

    func refuse(_ request: MockRequest, because problem: MockProblem) -> MockReply {
        let id = world.withLock { Brand.requestID(&$0.random) }
        var reply = Brand.reply(to: ProviderFailure(problem), requestID: id)
        reply.headers[Brand.requestIDField] = id
        problem.addHeaders(to: &reply)
        return reply
    }
}

// MARK: - Requests and answers

extension MockCall {
    /// The JSON body, checked.
    func json() throws(ProviderFailure) -> JSONValue {
        do {
            return try body()
        } catch {
            throw ProviderFailure(error)
        }
    }

    /// Everything that the request carries, checked.
    func checkedContent() throws(ProviderFailure) -> MockContent {
        do {
            return try content()
        } catch {
            throw ProviderFailure(error)
        }
    }

    /// Whether a request asks for its answer as a stream.
    func wantsStream(_ request: JSONValue) -> Bool {
        route.streaming.map { request[$0.member] == $0.value } ?? false
    }

    /// The bearer token of the request.
    var bearerToken: String? {
        header(.authorization).flatMap { $0.hasPrefix("Bearer ") ? String($0.dropFirst(7)) : nil }
    }

    /// When the request arrived, in seconds since 1970.
    var seconds: JSONValue { .number(JSONNumber(Int64(now.timeIntervalSince1970))) }

    /// An answer that is a stream of events, each sent by itself, in the form that the route describes.
    func stream(_ events: [JSONValue]) -> MockReply {
        MockReply(stream: events, of: route.stream(), eventName: route.eventName)
    }
}

extension JSONValue {
    static func int(_ value: Int) -> JSONValue {
        .number(JSONNumber(value))
    }

    /// Rounded to thousandths.
    static func seconds(_ value: Double) -> JSONValue {
        JSONNumber((value * 1_000).rounded() / 1_000).map { .number($0) } ?? 0
    }

    /// The object with other members in addition, or in place of its own.
    func merging(_ members: [String: JSONValue]) -> JSONValue {
        .object(self.members.merging(members) { $1 })
    }
}
