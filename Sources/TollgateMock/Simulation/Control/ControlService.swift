import TollgateCore
import TollgateMockClient
import TollgateMockServer

/// The levers of a mock server, for programs in any language: what `spec/mock` describes.
struct ControlService: MockControl {
    /// Does what one operation asks.
    typealias Lever = @Sendable (ControlService, MockCall) throws(ControlFailure) -> MockReply

    let engine: MockEngine
    let stoa: StoaSimulation
    let vluna: VlunaSimulation
    let togo: TogoSimulation
    let aikit: AIKitSimulation
    let stripe: StripeSimulation
    let webhooks: MockWebhooks
    /// All services but this one, in the order in which they are served.
    let services: [any MockService]

    let routes = Self.allRoutes
    let schemas = Self.allSchemas
    let prefixes = ["/_tollgate/"]

    private static let allRoutes = MockRoutes.mock()
    private static let allSchemas = MockSchemas.mock()

    /// The levers by their operations.
    static let levers: [MockClientOperation: Lever] = [
        clockLevers, faultLevers, journalLevers, stateLevers, scenarioLevers, webhookLevers, pageLevers,
        signatureLevers, stoaLevers, vlunaAccountLevers, vlunaCatalogLevers, togoLevers, aikitLevers, stripeLevers,
    ].reduce(into: [:]) { levers, some in levers.merge(some) { first, _ in first } }

    func answer(_ call: MockCall) -> MockReply {
        do throws(ControlFailure) {
            guard let lever = MockClientOperation(rawValue: call.operation.key).flatMap({ Self.levers[$0] }) else {
                throw .notFound("There is no such lever.")
            }
            // A body is checked where it is read.
            if call.route.bodies.isEmpty { try call.checkParameters() }
            return try lever(self, call)
        } catch {
            return error.reply
        }
    }

    func refuse(_ request: MockRequest, because problem: MockProblem) -> MockReply {
        problem.reply
    }
}

/// Why a lever is not moved.
enum ControlFailure: Error, Sendable {
    case problem(MockProblem)
    /// What the request names does not exist. A sentence for people.
    case notFound(String)
    /// The lever cannot be moved as things are. A sentence for people.
    case conflict(String)
    /// A step of a scenario cannot be done.
    case failed(String, MockReply)

    /// A member of the body that the schema allows, and that is wrong all the same.
    /// - Parameters:
    ///   - pointer: The member, as a JSON pointer.
    ///   - message: What is wrong, as the rest of a sentence that begins with the member.
    /// - Returns: The failure.
    static func invalid(_ pointer: String, _ message: String) -> Self {
        .problem(.invalid([Violation(source: .body, pointer: pointer, message: message)]))
    }

    /// What is wrong, for people.
    var title: String { Self.title(of: reply) }

    var reply: MockReply {
        switch self {
        case .problem(let problem): problem.reply
        case .notFound(let title): Self.reply(404, title)
        case .conflict(let title): Self.reply(409, title)
        case .failed(let lever, let reply): Self.reply(reply.status, "\(lever): \(Self.title(of: reply))")
        }
    }

    private static func title(of reply: MockReply) -> String {
        guard let problem = try? MockClient.Problem(json: JSONElement(parsing: reply.bytes)) else { return "failed." }
        let violations = (problem.violations ?? []).map { "\($0.pointer) \($0.message)" }
        return ([problem.title] + violations).joined(separator: " ")
    }

    private static func reply(_ status: Int, _ title: String) -> MockReply {
        var reply = MockReply(
            status: status, json: MockClient.Problem(type: "about:blank", title: title, status: status))
        reply.headers[.contentType] = "application/problem+json"
        return reply
    }
}

extension MockCall {
    /// The body of a request to a lever.
    func request<Body: JSONConvertible>(as type: Body.Type = Body.self) throws(ControlFailure) -> Body {
        do {
            return try body()
        } catch {
            throw .problem(error)
        }
    }

    fileprivate func checkParameters() throws(ControlFailure) {
        do {
            try checkedBody()
        } catch {
            throw .problem(error)
        }
    }

    /// The last value of a query parameter, which has been checked.
    func query<Value: LosslessStringConvertible>(_ name: String, as type: Value.Type = Value.self) -> Value? {
        query(name).last.flatMap { Value($0) }
    }
}
