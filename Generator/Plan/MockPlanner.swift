import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorYAML

/// Bakes routes, request checks and example answers for the mock.
struct MockPlanner {
    let specification: Specification
    let namer: Namer
    /// What the output calls a file that diagnostics name so.
    let origin: (String) -> String

    func plan(
        _ module: PlanConfiguration.Module, documents: [(document: Document, client: String)]
    ) -> MockServicePlan {
        var schemas = SchemaTable(specification: specification, origin: origin)
        var shared = SharedParts(
            namer: namer, service: module.service, operations: documents.flatMap(\.document.operations))
        var plan = MockServicePlan(
            service: module.service, typeStem: module.namespace,
            origins: documents.map(\.document.location.file.path))
        var known: Set<String> = []
        for (document, client) in documents {
            let basePath = document.servers.first.map(MockPlanner.basePath) ?? ""
            for operation in document.operations {
                let name = SwiftText.identifier(namer.member(operation.id))
                if known.insert(operation.id).inserted {
                    plan.operations.append(
                        MockOperationPlan(
                            name: name, key: "\(module.service).\(operation.id)",
                            documentation: operation.summary ?? operation.id))
                }
                let route = route(
                    operation, name: name, surface: client, basePath: basePath,
                    security: operation.security ?? document.security, schemas: &schemas, shared: &shared)
                add(route, of: operation, to: &plan)
            }
        }
        for media in documents.flatMap(\.document.webhooks).flatMap({ $0.requestBody?.content ?? [] }) {
            if let schema = media.schema { schemas.add(schema) }
        }
        plan.parameters = shared.parameters.sorted { $0.name < $1.name }
        plan.replies = shared.replies.sorted { $0.name < $1.name }
        plan.schemas = schemas.entries
        plan.lines = schemas.places.files
        plan.schemaPlaces = schemas.places.named
        return plan
    }

    private func add(_ route: RoutePlan, of operation: Operation, to plan: inout MockServicePlan) {
        let tag = operation.tags.first ?? "default"
        let name = tag.split(separator: ".").map { namer.type(String($0)) }.joined()
        let origin = operation.location.file.path
        if let index = plan.groups.firstIndex(where: { $0.name == name }) {
            plan.groups[index].routes.append(route)
            plan.groups[index].origins = Set(plan.groups[index].origins + [origin]).sorted()
        } else {
            plan.groups.append(RouteGroupPlan(name: name, tag: tag, origins: [origin], routes: [route]))
        }
    }

    /// The path of a server's URL: `https://host/mgt/v1` to `/mgt/v1`.
    static func basePath(of server: Server) -> String {
        var url = server.url[...]
        if let scheme = url.firstRange(of: "://") {
            let rest = url[scheme.upperBound...]
            url = rest.firstIndex(of: "/").map { rest[$0...] } ?? ""
        }
        return url.hasSuffix("/") ? String(url.dropLast()) : String(url)
    }

    // MARK: Routes

    private func route(
        _ operation: Operation, name: String, surface: String, basePath: String, security: [[String]],
        schemas: inout SchemaTable, shared: inout SharedParts
    ) -> RoutePlan {
        var route = RoutePlan(
            operation: name, surface: surface, method: operation.method.uppercased(), path: basePath + operation.path,
            place: schemas.places.text(operation.place), security: security)
        schemas.places.add(operation)
        route.aliases = operation.aliases.map { basePath + $0 }
        for parameter in operation.parameters where parameter.place != .querystring {
            guard let schema = parameter.schema else { continue }
            schemas.places.add(parameter.location, around: specification[schema], levels: 1)
            let plan = RoutePlan.Parameter(
                place: parameter.place.rawValue, name: parameter.name, isRequired: parameter.isRequired,
                schema: schemas.json(of: schema), style: parameter.style, explode: parameter.explode)
            route.parameters.append(shared.parameter(plan, component: parameter.component))
        }
        if let body = operation.requestBody {
            let content = body.content.map { media in
                (contentType: media.contentType, schema: media.schema.map { schemas.json(of: $0) } ?? "true")
            }
            route.body = RoutePlan.Body(isRequired: body.isRequired, content: content)
        }
        for response in operation.responses {
            let status = response.status.digits
            let replies = replies(response, status: status, schemas: &schemas)
            route.replies += replies.map { shared.reply($0, component: response.component) }
            route.streams += streams(response, status: status, of: operation, schemas: &schemas)
        }
        if let streaming = operation.streaming {
            route.streamSwitch = streaming.member.map { RoutePlan.Switch(member: $0, value: json(streaming.value)) }
            route.eventName = streaming.event
        }
        return route
    }

    private func replies(
        _ response: Response, status: Int, schemas: inout SchemaTable
    ) -> [RoutePlan.Reply] {
        if response.content.isEmpty {
            return [RoutePlan.Reply(status: status, contentType: nil, schema: nil, example: nil)]
        }
        return response.content.filter { !$0.isEventStream }.map { media in
            let isText = !media.isBinary || media.contentType.hasPrefix("text/")
            return RoutePlan.Reply(
                status: status, contentType: media.contentType,
                schema: media.isJSON ? media.schema.map { json(of: $0, in: response, &schemas) } : nil,
                example: isText ? example(of: media) : nil)
        }
    }

    private func streams(
        _ response: Response, status: Int, of operation: Operation, schemas: inout SchemaTable
    ) -> [RoutePlan.Stream] {
        response.content.filter(\.isEventStream).map { media in
            RoutePlan.Stream(
                status: status, contentType: media.contentType,
                schema: (media.itemSchema ?? media.schema).map { json(of: $0, in: response, &schemas) },
                end: operation.streaming?.end, events: media.examples.map(\.value.jsonText))
        }
    }

    private func json(of schema: SchemaID, in response: Response, _ schemas: inout SchemaTable) -> String {
        schemas.places.add(response.location, around: specification[schema], levels: 3)
        return schemas.json(of: schema)
    }

    private func json(_ value: StreamingValue) -> String {
        switch value {
        case .true: "true"
        case .string(let text): JSONText.string(text)
        }
    }

    private func example(of media: MediaType) -> String? {
        if let example = media.examples.first { return example.value.jsonText }
        guard let schema = media.schema else { return nil }
        return specification[specification.resolved(schema)].examples.first?.jsonText
    }
}

/// Parameters and replies that several routes take from the components: each is printed once, under a name.
private struct SharedParts {
    private let namer: Namer
    private let service: String
    /// Those that more than one operation uses.
    private let parameterComponents: Set<String>
    private let replyComponents: Set<String>
    private var parameterNames: [RoutePlan.Parameter: String] = [:]
    private var replyNames: [RoutePlan.Reply: String] = [:]
    private var parameterScope = NameScope()
    private var replyScope = NameScope()

    init(namer: Namer, service: String, operations: [Operation]) {
        func repeated(_ names: [String]) -> Set<String> {
            Set(Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys)
        }
        self.namer = namer
        self.service = service
        parameterComponents = repeated(operations.flatMap(\.parameters).compactMap(\.component))
        replyComponents = repeated(operations.flatMap(\.responses).compactMap(\.component))
    }

    var parameters: [(name: String, parameter: RoutePlan.Parameter)] {
        parameterNames.map { (name: $0.value, parameter: $0.key) }
    }

    var replies: [(name: String, reply: RoutePlan.Reply)] {
        replyNames.map { (name: $0.value, reply: $0.key) }
    }

    mutating func parameter(_ plan: RoutePlan.Parameter, component: String?) -> Shareable<RoutePlan.Parameter> {
        guard let component, parameterComponents.contains(component) else { return .own(plan) }
        let name = parameterNames[plan] ?? parameterScope.claim(namer.member("\(service)_\(component)"))
        parameterNames[plan] = name
        return .shared(name)
    }

    mutating func reply(_ plan: RoutePlan.Reply, component: String?) -> Shareable<RoutePlan.Reply> {
        guard let component, replyComponents.contains(component) else { return .own(plan) }
        let name = replyNames[plan] ?? replyScope.claim(namer.member("\(service)_\(component)"))
        replyNames[plan] = name
        return .shared(name)
    }
}
