/// For tests with recorded exchanges: the types of everything that the operations send and answer.
public struct FixturePlan: Sendable {
    /// A test target: `FixtureTests`.
    public var target: String
    public var services: [FixtureServicePlan]

    public init(target: String, services: [FixtureServicePlan]) {
        self.target = target
        self.services = services
    }
}

public struct FixtureServicePlan: Sendable {
    /// `vluna`
    public var service: String
    /// `Vluna`
    public var namespace: String
    /// The module of the types: `TollgateVluna`.
    public var module: String
    public var origins: [String]
    public var operations: [FixtureOperationPlan]

    public init(
        service: String, namespace: String, module: String, origins: [String], operations: [FixtureOperationPlan]
    ) {
        self.service = service
        self.namespace = namespace
        self.module = module
        self.origins = origins
        self.operations = operations
    }
}

/// The JSON of one operation. What is sent or answered in another form has no type here.
public struct FixtureOperationPlan: Sendable {
    /// `vluna.commit`
    public var key: String
    public var request: TypePlan?
    public var success: TypePlan?
    /// Of a streamed answer.
    public var event: TypePlan?
    /// The member of the request that asks for the stream, and is no part of the type.
    public var streamMember: String?
    /// By status: 402, 4 for 400 to 499, 0 for all others.
    public var errors: [(status: Int, type: TypeName)]

    public init(key: String) {
        self.key = key
        errors = []
    }
}

extension FixtureServicePlan {
    /// Takes from the calls what they send and answer. Several calls of an operation say parts of it.
    init(_ module: PlanConfiguration.Module, calls: [OperationPlan], origins: [String]) {
        var operations: [FixtureOperationPlan] = []
        var places: [String: Int] = [:]
        for call in calls {
            let index = places[call.key] ?? operations.count
            if index == operations.count {
                places[call.key] = index
                operations.append(FixtureOperationPlan(key: call.key))
            }
            operations[index].add(call)
        }
        self.init(
            service: module.service, namespace: module.namespace, module: module.module, origins: origins,
            operations: operations)
    }
}

extension FixtureOperationPlan {
    fileprivate mutating func add(_ call: OperationPlan) {
        request = request ?? call.jsonBody
        streamMember = streamMember ?? call.body?.addition?.member
        switch call.success {
        case .json(let type), .jsonOrNothing(let type), .payload(let type, _, _, _): success = type
        case .events(let type, _, _): event = type
        case .nothing, .body, .text, .byStatus, .rawEvents: break
        }
        for error in call.errors {
            let status =
                switch error.status {
                case .code(let code): code
                case .range(let first): first
                case .default: 0
                }
            guard !error.isContent, case .named(let type) = error.type else { continue }
            if !errors.contains(where: { $0.status == status }) { errors.append((status, type)) }
        }
    }
}

extension OperationPlan {
    fileprivate var jsonBody: TypePlan? {
        guard case .json? = body?.encoding else { return nil }
        switch body?.content {
        case .flattened(let model, _): return .named(model)
        case .argument(let name): return arguments.first { $0.name == name }?.type
        case nil: return nil
        }
    }
}
