import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorYAML

/// Decides what a call looks like: its name, its arguments, what it returns and what it throws.
struct OperationPlanner {
    let specification: Specification
    let namer: Namer
    let service: String
    let namespace: String
    let diagnostics: Diagnostics

    /// A body with at most so many members becomes arguments of its own.
    private static let flattenLimit = 8

    func plan(_ operation: Operation, methodName: String, types: inout TypePlanner) -> OperationPlan {
        var plan = OperationPlan(
            key: "\(service).\(operation.id)", methodName: SwiftText.identifier(methodName),
            endpointName: methodName + "Endpoint", httpMethod: operation.method, path: operation.path)
        plan.summary = operation.summary ?? ""
        plan.documentation = operation.description ?? ""
        plan.isDeprecated = operation.isDeprecated
        // The one local that the printed body reads arguments after.
        var scope = NameScope(taken: ["request"])
        addParameters(of: operation, to: &plan, scope: &scope, types: &types)
        addBody(of: operation, to: &plan, scope: &scope, types: &types)
        plan.arguments = plan.arguments.filter { !$0.isOptional } + plan.arguments.filter(\.isOptional)
        plan.success = success(of: operation, types: &types)
        plan.errors = errors(of: operation, types: &types)
        return plan
    }

    /// The name of types that an operation declares in passing: `CreateEventResponse`.
    private func suggestion(_ operation: Operation, _ suffix: String) -> TypePlanner.Suggestion {
        TypePlanner.Suggestion(scope: [namespace], name: namer.type(operation.id + "_" + suffix))
    }

    // MARK: Parameters

    private func addParameters(
        of operation: Operation, to plan: inout OperationPlan, scope: inout NameScope, types: inout TypePlanner
    ) {
        for parameter in operation.parameters {
            if parameter.isIdempotencyKey { plan.idempotencyHeader = parameter.name }
            guard !parameter.isContext, !parameter.isIdempotencyKey else { continue }
            guard let place = ParameterPlan.Place(rawValue: parameter.place.rawValue), let schema = parameter.schema
            else {
                diagnostics.warning(
                    "parameter \"\(parameter.name)\" in \(parameter.place.rawValue) is not supported; "
                        + "the call is generated without it", at: parameter.location)
                continue
            }
            let name = scope.claim(parameter.swiftName ?? namer.member(nameWithoutPrefix(of: parameter)))
            let type = types.type(of: schema, suggestion: suggestion(operation, parameter.name))
            plan.parameters.append(
                ParameterPlan(
                    place: place, wireName: parameter.name, argument: SwiftText.identifier(name), type: type,
                    style: parameter.style, explode: parameter.explode))
            plan.arguments.append(argument(for: parameter, schema: schema, name: name, type: type, types: types))
        }
    }

    /// The `X-` of a header field tells a caller nothing.
    private func nameWithoutPrefix(of parameter: Parameter) -> String {
        guard parameter.place == .header, parameter.name.lowercased().hasPrefix("x-") else { return parameter.name }
        return String(parameter.name.dropFirst(2))
    }

    private func argument(
        for parameter: Parameter, schema: SchemaID, name: String, type: TypePlan, types: TypePlanner
    ) -> ArgumentPlan {
        let shape = specification[specification.resolved(schema)]
        return ArgumentPlan(
            name: SwiftText.identifier(name), type: type, isOptional: !parameter.isRequired,
            documentation: parameter.description ?? shape.description ?? "")
    }

    // MARK: Body

    private func addBody(
        of operation: Operation, to plan: inout OperationPlan, scope: inout NameScope, types: inout TypePlanner
    ) {
        guard let body = operation.requestBody else { return }
        if let media = body.content.first(where: \.isJSON), let schema = media.schema {
            addJSONBody(schema, of: operation, body: body, to: &plan, scope: &scope, types: &types)
        } else if let media = body.content.first {
            let name = scope.claim("body")
            plan.arguments.append(
                ArgumentPlan(
                    label: "_", name: name, type: .scalar(.base64), isOptional: false,
                    documentation: body.description ?? ""))
            plan.body = .bytes(argument: name, contentType: media.contentType)
        }
    }

    private func addJSONBody(
        _ schema: SchemaID, of operation: Operation, body: RequestBody, to plan: inout OperationPlan,
        scope: inout NameScope, types: inout TypePlanner
    ) {
        let type = types.type(of: schema, suggestion: suggestion(operation, "request"))
        guard body.isRequired, case .named(let name) = type, let model = types.model(named: name), canFlatten(model)
        else {
            let name = scope.claim("body")
            plan.arguments.append(
                ArgumentPlan(
                    label: "_", name: name, type: type, isOptional: !body.isRequired,
                    documentation: body.description ?? ""))
            plan.body = .json(argument: name, isOptional: !body.isRequired)
            return
        }
        var pairs: [(label: String, argument: String)] = []
        for property in model.properties {
            guard let argument = argument(for: property, scope: &scope) else { continue }
            plan.arguments.append(argument)
            pairs.append((property.name, argument.name))
        }
        plan.body = .flattened(model: name, arguments: pairs)
    }

    private func canFlatten(_ model: ModelPlan) -> Bool {
        model.additional == nil && !model.properties.isEmpty && model.properties.count <= OperationPlanner.flattenLimit
    }

    private func argument(for property: PropertyPlan, scope: inout NameScope) -> ArgumentPlan? {
        let bare = property.name.filter { $0 != "`" }
        var argument = ArgumentPlan(
            name: property.name, type: property.type, isOptional: true, documentation: property.documentation)
        let name = scope.claim(bare)
        if name != bare {
            argument = ArgumentPlan(
                name: SwiftText.identifier(name), type: property.type, isOptional: true,
                documentation: property.documentation)
        }
        switch property.presence {
        case .constant: return nil
        case .required: argument.isOptional = false
        case .patch: argument.isPatch = true
        case .defaulted(let value): argument.defaultValue = value
        case .optional, .requiredNullable: break
        }
        return argument
    }

    // MARK: Responses

    private func success(of operation: Operation, types: inout TypePlanner) -> SuccessPlan {
        let answers = operation.responses.filter { $0.status.isSuccess }
        guard let answer = answers.first(where: { !$0.content.isEmpty }) else { return .nothing }
        guard let media = answer.content.first(where: \.isJSON) else { return .bytes }
        guard let schema = media.schema else { return .json(.scalar(.jsonValue)) }
        let type = types.elementType(of: schema, suggestion: suggestion(operation, "response"))
        let shape = specification[specification.resolved(schema)]
        guard let member = shape.payload, case .named(let name) = type, let envelope = types.model(named: name),
            let property = envelope.properties.first(where: { $0.wireName == member })
        else { return .json(type) }
        let result = property.isOptionalInSwift ? TypePlan.optional(property.type) : property.type
        return .payload(
            envelope: type, member: property.name, type: result,
            carried: carried(from: envelope, to: property.type, types: types))
    }

    /// Members that the envelope and the payload both have, where the payload's is marked `x-tollgate-carried`.
    private func carried(from envelope: ModelPlan, to payload: TypePlan, types: TypePlanner) -> [String] {
        guard case .named(let name) = payload, let model = types.model(named: name) else { return [] }
        let wireNames = types.carriedMembers(of: name)
        return model.properties.filter { property in
            wireNames.contains(property.wireName) && envelope.properties.contains { $0.wireName == property.wireName }
        }.map(\.name)
    }

    private func errors(of operation: Operation, types: inout TypePlanner) -> [ErrorPlan] {
        var errors: [ErrorPlan] = []
        for response in operation.responses where response.status.isError {
            guard let schema = response.content.first(where: \.isJSON)?.schema else { continue }
            let suggestion = suggestion(operation, "\(response.status.name)_error")
            guard case .named(let name) = types.type(of: schema, suggestion: suggestion),
                types.model(named: name) != nil
            else { continue }
            errors.append(
                ErrorPlan(status: response.status.plan, type: name, documentation: response.description))
        }
        return errors
    }
}

extension PropertyPlan {
    /// Whether reading the Swift property gives an optional.
    var isOptionalInSwift: Bool {
        switch presence {
        case .optional, .requiredNullable: true
        case .required, .defaulted, .patch, .constant: false
        }
    }
}

extension ResponseStatus {
    fileprivate var plan: ErrorPlan.Status {
        switch self {
        case .code(let code): .code(code)
        case .range(let first): .range(first)
        case .default: .default
        }
    }

    fileprivate var name: String {
        switch self {
        case .code(let code): String(code)
        case .range(let first): "\(first)xx"
        case .default: ""
        }
    }
}
