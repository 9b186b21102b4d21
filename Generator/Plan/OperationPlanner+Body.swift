import GeneratorDiagnostics
import GeneratorOpenAPI

// Request bodies.
extension OperationPlanner {
    /// A body with at most so many members becomes arguments of its own.
    private static let flattenLimit = 8

    func addBody(
        _ sent: SentBody, of operation: Operation, to plan: inout OperationPlan, scope: inout NameScope,
        types: inout TypePlanner
    ) {
        guard let body = operation.requestBody else { return }
        let media = sent.media
        switch sent.kind {
        case .bytes, .text: addBytes(sent, of: operation, body: body, to: &plan, scope: &scope)
        case .jsonLines: addLines(media, of: operation, body: body, to: &plan, scope: &scope, types: &types)
        case .json:
            let contentType = jsonType(of: sent, in: operation, to: &plan, scope: &scope)
            add(media, as: .json(contentType: contentType), of: operation, to: &plan, scope: &scope, types: &types)
        case .form:
            let encoding: BodyPlan.Encoding = isOutside ? .styledForm(styles(of: media)) : .form
            add(media, as: encoding, of: operation, to: &plan, scope: &scope, types: &types)
        case .multipart:
            let encoding = BodyPlan.Encoding.multipart(contentTypes: contentTypes(of: media))
            add(media, as: encoding, of: operation, to: &plan, scope: &scope, types: &types)
        }
    }

    private func add(
        _ media: MediaType, as encoding: BodyPlan.Encoding, of operation: Operation, to plan: inout OperationPlan,
        scope: inout NameScope, types: inout TypePlanner
    ) {
        guard let body = operation.requestBody else { return }
        if let schema = media.schema ?? media.itemSchema {
            addModel(schema, as: encoding, of: operation, body: body, to: &plan, scope: &scope, types: &types)
        } else {
            let type: TypePlan = usesParts(encoding) ? .custom("MultipartWriter") : .scalar(.jsonValue)
            addWhole(type, as: encoding, isRequired: body.isRequired, body, to: &plan, scope: &scope)
        }
    }

    private func addWhole(
        _ type: TypePlan, as encoding: BodyPlan.Encoding, isRequired: Bool, _ body: RequestBody,
        to plan: inout OperationPlan, scope: inout NameScope
    ) {
        let name = scope.claim("body")
        plan.arguments.append(
            ArgumentPlan(
                label: "_", name: name, type: type, isOptional: !isRequired, documentation: body.description ?? ""))
        plan.body = BodyPlan(.argument(name), as: encoding)
    }

    // MARK: Encodings

    /// Nil for `application/json`. Where there are several, the caller chooses.
    private func jsonType(
        of sent: SentBody, in operation: Operation, to plan: inout OperationPlan, scope: inout NameScope
    ) -> String? {
        let names = contentTypes(of: sent, in: operation)
        if names.count == 1 || operation.streaming?.member != nil {
            return names[0] == "application/json" ? nil : SwiftText.stringLiteral(names[0])
        }
        let preferred = names.contains("application/json") ? "application/json" : names[0]
        return addContentType(of: names, preferred: preferred, to: &plan, scope: &scope)
    }

    private func addContentType(
        of names: [String], preferred: String?, to plan: inout OperationPlan, scope: inout NameScope
    ) -> String {
        let name = scope.claim("contentType")
        plan.arguments.append(
            ArgumentPlan(
                name: name, type: .scalar(.string), isOptional: preferred != nil,
                defaultValue: preferred.map(SwiftText.stringLiteral),
                documentation: "The media type of the body: `\(names.joined(separator: "`, `"))`."))
        return name
    }

    /// What the document says of a form's members, where it says more than OpenAPI does by itself.
    private func styles(of media: MediaType) -> [(name: String, style: ParameterPlan.QueryStyle)] {
        media.encodings.compactMap { encoding in
            guard let name = encoding.property, encoding.style != nil || encoding.explode != nil else { return nil }
            let style = encoding.style ?? "form"
            return (name, queryStyle(style, explode: encoding.explode ?? (style == "form")) ?? .repeated)
        }
    }

    /// The media types of parts that are no files. A file says itself what it is.
    private func contentTypes(of media: MediaType) -> [(name: String, type: String)] {
        media.encodings.compactMap { encoding in
            if !encoding.headers.isEmpty {
                diagnostics.warning(
                    "header fields of a part are left out; the part has none but those that every part has",
                    at: encoding.location)
            }
            guard let name = encoding.property, encoding.contentTypes.count == 1,
                let type = encoding.contentTypes.first, !type.contains("*")
            else { return nil }
            return (name, type)
        }
    }

    // MARK: Bytes

    /// Of which type the bytes are, the caller says if there is a choice.
    private func addBytes(
        _ sent: SentBody, of operation: Operation, body: RequestBody, to plan: inout OperationPlan,
        scope: inout NameScope
    ) {
        let name = scope.claim("body")
        // Where something else may be sent in place of the bytes, this is the call that sends them.
        let isRequired = body.isRequired || body.content.contains { !$0.isBinary }
        let type: TypePlan = sent.kind == .text ? .scalar(.string) : .custom("HTTPBody")
        plan.arguments.append(
            ArgumentPlan(
                label: "_", name: name, type: type, isOptional: !isRequired, documentation: body.description ?? ""))
        if sent.kind == .text {
            let contentType = SwiftText.stringLiteral(sent.media.contentType)
            plan.body = BodyPlan(.argument(name), as: .text(contentType: contentType))
            return
        }
        let mediaTypes = body.content.filter(\.isBinary).map(\.contentType)
        let concrete = mediaTypes.filter { !$0.contains("*") }
        if mediaTypes.count == 1, let only = concrete.first {
            plan.body = BodyPlan(.argument(name), as: .bytes(contentType: SwiftText.stringLiteral(only)))
            return
        }
        let contentType = addContentType(of: mediaTypes, preferred: concrete.first, to: &plan, scope: &scope)
        plan.body = BodyPlan(.argument(name), as: .bytes(contentType: contentType))
    }

    /// The schema is that of one line; where it is a list, that of its elements.
    private func addLines(
        _ media: MediaType, of operation: Operation, body: RequestBody, to plan: inout OperationPlan,
        scope: inout NameScope, types: inout TypePlanner
    ) {
        let line = media.itemSchema ?? media.schema.map { specification[specification.resolved($0)].items ?? $0 }
        let type = line.map { types.elementType(of: $0, suggestion: suggestion(operation, "line")) }
        addWhole(
            .array(type ?? .scalar(.jsonValue)),
            as: .jsonLines(contentType: SwiftText.stringLiteral(media.contentType)), isRequired: body.isRequired, body,
            to: &plan, scope: &scope)
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
            if !isOutside { requireMembers(type, at: body.location, types: types) }
        }
        let parts = usesParts(encoding) ? partsType(type, of: schema, at: body.location, types: types) : type
        let flattensAll = specification[specification.resolved(schema)].isFlattened
        guard isRequired, case .named(let typeName) = parts, let model = types.model(named: typeName),
            flattensAll || isSmall(model)
        else {
            addWhole(parts, as: encoding, isRequired: isRequired, body, to: &plan, scope: &scope)
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

    /// What is no object with properties of its own is written part by part by the caller.
    private func partsType(
        _ type: TypePlan, of schema: SchemaID, at location: SourceLocation, types: TypePlanner
    ) -> TypePlan {
        if case .named(let name) = type, types.model(named: name)?.isMultipart == true { return type }
        if isOutside {
            diagnostics.warning(
                "the parts of the body are not described one by one; the call takes them as a MultipartWriter",
                at: location)
        }
        return isOutside ? .custom("MultipartWriter") : type
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
