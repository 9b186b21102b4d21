import GeneratorDiagnostics
import GeneratorOpenAPI

// Request bodies.
extension OperationPlanner {
    /// A body with at most so many members becomes arguments of its own.
    private static let flattenLimit = 8

    /// The media types that get a call each: one with structure, and one of bytes.
    func bodies(of operation: Operation) -> [MediaType] {
        let content = operation.requestBody?.content ?? []
        let structured =
            content.first { $0.isJSON && $0.schema != nil } ?? content.first { $0.isForm && $0.schema != nil }
            ?? content.first { $0.isMultipart && $0.schema != nil }
        for media in content where !media.isBinary && media.contentType != structured?.contentType {
            let other = structured.map { "the call sends \"\($0.contentType)\"" } ?? "the call sends no body"
            diagnostics.warning("a body of type \"\(media.contentType)\" is left out; \(other)", at: media.location)
        }
        return [structured, content.first(where: \.isBinary)].compactMap { $0 }
    }

    func addBody(
        _ media: MediaType, of operation: Operation, to plan: inout OperationPlan, scope: inout NameScope,
        types: inout TypePlanner
    ) {
        guard let body = operation.requestBody else { return }
        let encoding: BodyPlan.Encoding = media.isJSON ? .json : media.isForm ? .form : .multipart
        if media.isBinary {
            addBytes(of: operation, body: body, to: &plan, scope: &scope)
        } else if let schema = media.schema {
            addModel(schema, as: encoding, of: operation, body: body, to: &plan, scope: &scope, types: &types)
        }
    }

    // MARK: Bytes

    /// Of which type the bytes are, the caller says if there is a choice.
    private func addBytes(
        of operation: Operation, body: RequestBody, to plan: inout OperationPlan, scope: inout NameScope
    ) {
        let name = scope.claim("body")
        // Where something else may be sent in place of the bytes, this is the call that sends them.
        let isRequired = body.isRequired || body.content.contains { !$0.isBinary }
        plan.arguments.append(
            ArgumentPlan(
                label: "_", name: name, type: .custom("HTTPBody"), isOptional: !isRequired,
                documentation: body.description ?? ""))
        let mediaTypes = body.content.filter(\.isBinary).map(\.contentType)
        let concrete = mediaTypes.filter { !$0.contains("*") }
        if mediaTypes.count == 1, let only = concrete.first {
            plan.body = BodyPlan(.argument(name), as: .bytes(contentType: SwiftText.stringLiteral(only)))
            return
        }
        let contentType = scope.claim("contentType")
        plan.arguments.append(
            ArgumentPlan(
                name: contentType, type: .scalar(.string), isOptional: !concrete.isEmpty,
                defaultValue: concrete.first.map(SwiftText.stringLiteral),
                documentation: "The media type of the body: `\(mediaTypes.joined(separator: "`, `"))`."))
        plan.body = BodyPlan(.argument(name), as: .bytes(contentType: contentType))
    }

    // MARK: Models

    private func addModel(
        _ schema: SchemaID, as encoding: BodyPlan.Encoding, of operation: Operation, body: RequestBody,
        to plan: inout OperationPlan, scope: inout NameScope, types: inout TypePlanner
    ) {
        let type = types.type(of: schema, suggestion: suggestion(operation, "request"))
        var isRequired = body.isRequired || body.content.contains(where: \.isBinary)
        // A body that asks for a stream, and one of parts, is there and has members.
        if operation.streaming?.member != nil || usesParts(encoding) {
            isRequired = true
            requireMembers(type, at: body.location, types: types)
        }
        let flattensAll = specification[specification.resolved(schema)].isFlattened
        guard isRequired, case .named(let typeName) = type, let model = types.model(named: typeName),
            flattensAll || isSmall(model)
        else {
            let name = scope.claim("body")
            plan.arguments.append(
                ArgumentPlan(
                    label: "_", name: name, type: type, isOptional: !isRequired, documentation: body.description ?? ""))
            plan.body = BodyPlan(.argument(name), as: encoding)
            return
        }
        var pairs: [(label: String, argument: String)] = []
        for property in model.properties {
            guard let argument = argument(for: property, scope: &scope) else { continue }
            plan.arguments.append(argument)
            pairs.append((property.name, argument.name))
        }
        if let additional = model.additional {
            let name = scope.claim(additional.name)
            plan.arguments.append(
                ArgumentPlan(
                    name: name, type: .dictionary(additional.element), isOptional: true, defaultValue: "[:]",
                    documentation: "Members of the body that have no argument of their own."))
            pairs.append((additional.name, name))
        }
        plan.body = BodyPlan(.flattened(model: typeName, arguments: pairs), as: encoding)
    }

    private func usesParts(_ encoding: BodyPlan.Encoding) -> Bool {
        if case .multipart = encoding { true } else { false }
    }

    private func requireMembers(_ type: TypePlan, at location: SourceLocation, types: TypePlanner) {
        if case .named(let name) = type, types.model(named: name) != nil { return }
        diagnostics.error(
            "a body of parts, and one that asks for a stream, must be an object with properties", at: location)
    }

    private func isSmall(_ model: ModelPlan) -> Bool {
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
}
