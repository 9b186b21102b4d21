import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorYAML

/// Decides what the calls of an operation look like: their names, their arguments, what they return and throw.
struct OperationPlanner {
    let specification: Specification
    let namer: Namer
    let service: String
    let namespace: String
    let diagnostics: Diagnostics

    /// The calls of an operation: the plain one; one that takes bytes, where the body may be that or something else;
    /// and one that answers with a stream, where the caller may choose.
    func plan(_ operation: Operation, names: MethodNames.Names, types: inout TypePlanner) -> [OperationPlan] {
        var plan = OperationPlan(
            key: "\(service).\(operation.id)", methodName: SwiftText.identifier(names.call),
            endpointName: names.call + "Endpoint", httpMethod: operation.method, path: operation.path)
        plan.summary = operation.summary ?? ""
        plan.documentation = operation.description ?? ""
        plan.isDeprecated = operation.isDeprecated
        // The one local that the printed body reads arguments after.
        var scope = NameScope(taken: ["request"])
        addParameters(of: operation, to: &plan, scope: &scope, types: &types)
        plan.success = success(of: operation, types: &types)
        plan.errors = errors(of: operation, types: &types)

        let bodies: [MediaType?] = bodies(of: operation)
        var plans: [OperationPlan] = []
        for (index, media) in (bodies.isEmpty ? [nil] : bodies).enumerated() {
            var call = plan
            var scope = scope
            call.declaresEndpoint = index == 0
            if let media { addBody(media, of: operation, to: &call, scope: &scope, types: &types) }
            call.arguments = call.arguments.filter { !$0.isOptional } + call.arguments.filter(\.isOptional)
            if let items = names.items, let paging = operation.paging, index == 0 {
                call.paging = self.paging(paging, of: operation, named: items, call: call, types: types)
            }
            plans.append(call)
        }
        if let name = names.stream, let stream = stream(of: operation, named: name, like: plans[0], types: &types) {
            plans.append(stream)
        }
        return plans
    }

    /// The name of types that an operation declares in passing: `CreateEventResponse`.
    func suggestion(_ operation: Operation, _ suffix: String) -> TypePlanner.Suggestion {
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
                    place: place, wireName: parameter.name, argument: SwiftText.identifier(name),
                    style: style(of: parameter, type: type, types: types)))
            plan.arguments.append(argument(for: parameter, schema: schema, name: name, type: type))
        }
    }

    /// The `X-` of a header field tells a caller nothing.
    private func nameWithoutPrefix(of parameter: Parameter) -> String {
        guard parameter.place == .header, parameter.name.lowercased().hasPrefix("x-") else { return parameter.name }
        return String(parameter.name.dropFirst(2))
    }

    private func argument(for parameter: Parameter, schema: SchemaID, name: String, type: TypePlan) -> ArgumentPlan {
        let shape = specification[specification.resolved(schema)]
        return ArgumentPlan(
            name: SwiftText.identifier(name), type: type, isOptional: !parameter.isRequired,
            documentation: parameter.description ?? shape.description ?? "")
    }

    /// Only lists and objects have a style.
    private func style(
        of parameter: Parameter, type: TypePlan, types: TypePlanner
    ) -> ParameterPlan.QueryStyle? {
        guard types.isCompound(type) else { return nil }
        if parameter.contentType != nil || ["label", "matrix"].contains(parameter.style) {
            let form = parameter.contentType ?? parameter.style
            diagnostics.warning(
                "a list or an object written as \"\(form)\" is not supported; it is written with commas",
                at: parameter.location)
        }
        guard parameter.place == .query else { return nil }
        switch (parameter.style, parameter.explode) {
        case ("deepObject", _): return .deepObject
        case ("spaceDelimited", false): return .spaces
        case ("pipeDelimited", false): return .pipes
        case (_, false): return .commas
        default: return nil
        }
    }

    // MARK: Errors

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
