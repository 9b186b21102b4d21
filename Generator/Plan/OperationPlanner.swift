import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorYAML

/// Decides what the calls of an operation look like: their names, their arguments, what they return and throw.
struct OperationPlanner {
    let specification: Specification
    let namer: Namer
    let service: String
    let namespace: String
    /// Whether the document came from outside.
    let isOutside: Bool
    let diagnostics: Diagnostics

    /// The calls of an operation: the plain one; one for each other body that it may have in place of the first one;
    /// and one that answers with a stream, where the caller may choose.
    func plan(
        _ operation: Operation, of document: Document, names: MethodNames.Names, types: inout TypePlanner
    ) -> [OperationPlan] {
        var plan = OperationPlan(
            key: "\(service).\(operation.id)", methodName: SwiftText.identifier(names.call),
            endpointName: names.call + "Endpoint", httpMethod: operation.method, path: operation.path)
        plan.summary = operation.summary ?? ""
        plan.documentation = operation.description ?? ""
        plan.isDeprecated = operation.isDeprecated
        if isOutside {
            plan.isPublic = isPublic(operation, in: document)
            plan.leadsElsewhere = operation.leadsElsewhere
            plan.server = operation.servers.first.flatMap(ClientPlanner.absoluteURL)
            plan.serverOwner = document.servers.first.flatMap(ClientPlanner.absoluteURL) == nil ? nil : namespace
        }
        // The one local that the printed body reads arguments after.
        var scope = NameScope(taken: ["request"])
        addParameters(of: operation, to: &plan, scope: &scope, types: &types)
        plan.success = success(of: operation, names: names, accept: &plan.accept, types: &types)
        plan.errors = errors(of: operation, types: &types)

        let bodies: [SentBody?] = bodies(of: operation)
        var plans: [OperationPlan] = []
        for (index, body) in (bodies.isEmpty ? [nil] : bodies).enumerated() {
            var call = plan
            var scope = scope
            call.declaresEndpoint = index == 0
            if let body {
                if !body.suffix.isEmpty { call.methodName = SwiftText.identifier(names.call + body.suffix) }
                addBody(body, of: operation, to: &call, scope: &scope, types: &types)
            }
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

    /// Whether the document, which has credentials, asks for none.
    private func isPublic(_ operation: Operation, in document: Document) -> Bool {
        guard !document.securitySchemes.isEmpty, let security = operation.security else { return false }
        return security.allSatisfy(\.isEmpty)
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
            guard let place = ParameterPlan.Place(rawValue: parameter.place.rawValue), isSendable(parameter) else {
                diagnostics.warning(
                    "no header field can be named \"\(parameter.name)\"; the call is generated without it",
                    at: parameter.location)
                continue
            }
            let name = claimName(of: parameter, scope: &scope)
            let type = parameter.schema.map { schema in
                types.type(of: schema, suggestion: suggestion(operation, parameter.name))
            }
            plan.parameters.append(
                ParameterPlan(
                    place: place, wireName: parameter.name, argument: SwiftText.identifier(name),
                    form: form(of: parameter, type: type ?? .scalar(.string), types: types),
                    allowsReserved: parameter.allowReserved && place == .query))
            plan.arguments.append(argument(for: parameter, name: name, type: type ?? .scalar(.string)))
        }
    }

    /// A header field's name is one token of HTTP.
    private func isSendable(_ parameter: Parameter) -> Bool {
        guard parameter.place == .header else { return true }
        return !parameter.name.isEmpty && parameter.name.utf8.allSatisfy(\.isTokenCharacter)
    }

    /// The name tells the place if another parameter has the same name in another place.
    private func claimName(of parameter: Parameter, scope: inout NameScope) -> String {
        if let name = parameter.swiftName { return scope.claim(name) }
        let name = namer.member(nameWithoutPrefix(of: parameter))
        if scope.contains(name), isOutside {
            return scope.claim(namer.member("\(parameter.place.rawValue)_\(parameter.name)"))
        }
        return scope.claim(name)
    }

    /// The `X-` of a header field tells a caller nothing.
    private func nameWithoutPrefix(of parameter: Parameter) -> String {
        guard parameter.place == .header, parameter.name.lowercased().hasPrefix("x-") else { return parameter.name }
        return String(parameter.name.dropFirst(2))
    }

    private func argument(for parameter: Parameter, name: String, type: TypePlan) -> ArgumentPlan {
        let shape = parameter.schema.map { specification[specification.resolved($0)] }
        return ArgumentPlan(
            name: SwiftText.identifier(name), type: type, isOptional: !parameter.isRequired,
            documentation: parameter.description ?? shape?.description ?? "")
    }

    /// Only lists and objects have a style, but in a path.
    private func form(of parameter: Parameter, type: TypePlan, types: TypePlanner) -> ParameterPlan.Form {
        if let contentType = parameter.contentType, contentType != "application/x-www-form-urlencoded" {
            return contentType.hasPrefix("text/") ? .plain : .json
        }
        switch parameter.place {
        case .path: return pathStyle(parameter.style, explode: parameter.explode, isCompound: types.isCompound(type))
        case .header: return parameter.explode && types.isCompound(type) ? .exploded : .plain
        case .querystring: return .plain
        case .query, .cookie:
            guard types.isCompound(type) else { return .plain }
            return queryStyle(parameter.style, explode: parameter.explode).map { .query($0) } ?? .plain
        }
    }

    /// Nil for `repeated`.
    func queryStyle(_ style: String, explode: Bool) -> ParameterPlan.QueryStyle? {
        switch (style, explode) {
        case ("deepObject", _): .deepObject
        case ("spaceDelimited", false): .spaces
        case ("pipeDelimited", false): .pipes
        case (_, false): .commas
        default: nil
        }
    }

    private func pathStyle(_ style: String, explode: Bool, isCompound: Bool) -> ParameterPlan.Form {
        switch (style, explode && isCompound) {
        case ("label", false): .path(.label)
        case ("label", true): .path(.labelExploded)
        case ("matrix", false): .path(.matrix)
        case ("matrix", true): .path(.matrixExploded)
        case (_, true): .path(.simpleExploded)
        default: .plain
        }
    }

    // MARK: Errors

    private func errors(of operation: Operation, types: inout TypePlanner) -> [ErrorPlan] {
        var errors: [ErrorPlan] = []
        for response in operation.failures {
            guard let schema = response.content.first(where: \.isJSON)?.schema else { continue }
            let suggestion = suggestion(operation, "\(response.status.name)_error")
            let type = types.elementType(of: schema, suggestion: suggestion)
            let status = response.status.plan
            if case .named(let name) = type, types.model(named: name)?.isError == true {
                errors.append(ErrorPlan(status: status, type: name, documentation: response.description))
            } else if isOutside, type != .scalar(.jsonValue) {
                errors.append(ErrorPlan(status: status, content: type, documentation: response.description))
            }
        }
        return errors
    }
}

extension UInt8 {
    /// Whether it may stand in the name of a header field or of a method (RFC 9110).
    var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
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
    var plan: ErrorPlan.Status {
        switch self {
        case .code(let code): .code(code)
        case .range(let first): .range(first)
        case .default: .default
        }
    }

    var name: String {
        switch self {
        case .code(let code): String(code)
        case .range(let first): "\(first)xx"
        case .default: ""
        }
    }
}
