import GeneratorDiagnostics
import GeneratorOpenAPI

// What calls return: values, bytes, streams and pages.
extension OperationPlanner {
    /// What the answers have in common; where they differ, JSON goes before bytes, and bytes go before a stream.
    func success(
        of operation: Operation, names: MethodNames.Names, accept: inout String?, types: inout TypePlanner
    ) -> SuccessPlan {
        let answers = operation.successes
        let jsons = answers.compactMap { answer in json(in: answer).map { (answer: answer, media: $0) } }
        if jsons.isEmpty {
            guard let content = answers.first(where: { !$0.content.isEmpty })?.content else { return .nothing }
            return withoutJSON(content, of: operation, types: &types)
        }
        for (answer, _) in jsons { warnOfStream(in: answer.content, of: operation) }
        let mediaTypes = Set(jsons.map { $0.media.isJSON ? $0.media.contentType : "application/json" })
        if mediaTypes != ["application/json"] { accept = mediaTypes.sorted().joined(separator: ", ") }

        var cases: [(answer: Response, type: TypePlan?)] = []
        for answer in answers {
            let type = json(in: answer).map { responseType($0, status: answer.status, of: operation, types: &types) }
            if type != nil || answer.content.isEmpty { cases.append((answer, type)) }
        }
        let kinds = Set(cases.map(\.type))
        if kinds.count == 1 { return plain(jsons[0].media, of: operation, types: &types) }
        let named = kinds.compactMap { $0 }
        if named.count == 1 { return .jsonOrNothing(named[0]) }
        return .byStatus(result(cases, names: names))
    }

    private func withoutJSON(
        _ content: [MediaType], of operation: Operation, types: inout TypePlanner
    ) -> SuccessPlan {
        let bytes = content.filter(\.isBinary)
        if bytes.isEmpty, let media = content.first(where: \.isEventStream) {
            return events(media, of: operation, types: &types)
        }
        warnOfStream(in: content, of: operation)
        if let text = bytes.first, bytes.allSatisfy(\.isText) { return .text(accept: text.contentType) }
        let isOne = bytes.count == 1 && !bytes[0].contentType.contains("*")
        return .body(accept: isOne ? bytes[0].contentType : nil)
    }

    /// The media type of an answer that is read as JSON.
    private func json(in answer: Response) -> MediaType? {
        let content = answer.content
        return content.first { $0.contentType == "application/json" } ?? content.first(where: \.isJSON)
            ?? content.first { media in media.isAnything && media.schema.map(isStructured) == true }
    }

    private func responseType(
        _ media: MediaType, status: ResponseStatus, of operation: Operation, types: inout TypePlanner
    ) -> TypePlan {
        guard let schema = media.schema else { return .scalar(.jsonValue) }
        let isFirst = operation.successes.first?.status == status
        let suffix = isFirst ? "response" : "\(status.name)_response"
        return types.elementType(of: schema, suggestion: suggestion(operation, suffix))
    }

    private func result(_ cases: [(answer: Response, type: TypePlan?)], names: MethodNames.Names) -> ResultPlan {
        var scope = NameScope(taken: ["self", "init"])
        let plans = cases.map { answer, type in
            ResultPlan.Case(
                name: SwiftText.identifier(scope.claim(answer.status.caseName)), status: answer.status.plan, type: type,
                documentation: answer.description)
        }
        // Codes before ranges, since the first one that fits is taken.
        let codes = plans.filter { if case .code = $0.status { true } else { false } }
        let ranges = plans.filter { if case .code = $0.status { false } else { true } }
        return ResultPlan(name: namer.type(names.call + "_result"), cases: codes + ranges)
    }

    private func warnOfStream(in content: [MediaType], of operation: Operation) {
        guard operation.streaming?.member == nil, let media = content.first(where: \.isEventStream) else { return }
        diagnostics.warning(
            "the stream is left out: nothing says how to ask for it", at: media.location,
            hint: "add \"x-tollgate-streaming\" to the operation")
    }

    private func plain(_ media: MediaType, of operation: Operation, types: inout TypePlanner) -> SuccessPlan {
        guard let schema = media.schema else { return .json(.scalar(.jsonValue)) }
        let type = types.elementType(of: schema, suggestion: suggestion(operation, "response"))
        let shape = specification[specification.resolved(schema)]
        guard let member = shape.payload, case .named(let name) = type, let envelope = types.model(named: name),
            let property = envelope.properties.first(where: { $0.wireName == member })
        else { return .json(type) }
        // Who goes through pages needs the member that names the next one.
        if let paging = operation.paging, paging.next.first != member || paging.items.first != member {
            return .json(type)
        }
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

    // MARK: Streams

    private func events(_ media: MediaType, of operation: Operation, types: inout TypePlanner) -> SuccessPlan {
        let schema = eventSchema(media)
        let type = schema.map { types.elementType(of: $0, suggestion: suggestion(operation, "event")) }
        if isOutside, !media.isJSONLines, type == nil || type == .scalar(.string) { return .rawEvents }
        // A document from outside cannot say what ends a stream; this is what does, wherever anything does.
        let end = isOutside && !media.isJSONLines ? "[DONE]" : nil
        return .events(
            type ?? .scalar(.jsonValue), end: operation.streaming?.end ?? end, areLines: media.isJSONLines)
    }

    /// The schema of what one event or one line says.
    private func eventSchema(_ media: MediaType) -> SchemaID? {
        guard isOutside else { return media.itemSchema ?? media.schema }
        if let item = media.itemSchema {
            // OpenAPI 3.2 describes the whole event, of which the member `data` is what counts.
            let fields = specification[specification.resolved(item)].properties
            guard !media.isJSONLines, let data = fields.first(where: { $0.name == "data" }) else { return item }
            return data.schema
        }
        return media.schema.map { schema in
            let shape = specification[specification.resolved(schema)]
            return shape.kinds == [.array] ? shape.items ?? schema : schema
        }
    }

    /// The call that asks for the stream and is otherwise like another one.
    func stream(
        of operation: Operation, named name: String, like call: OperationPlan, types: inout TypePlanner
    ) -> OperationPlan? {
        let answers = operation.successes.flatMap(\.content)
        guard let streaming = operation.streaming, let member = streaming.member,
            let media = answers.first(where: \.isEventStream)
        else { return nil }
        switch call.body?.encoding {
        case .json, .multipart: break
        case .form, .styledForm, .jsonLines, .text, .bytes, nil:
            diagnostics.warning(
                "only a JSON or a multipart body can ask for a stream; the stream is left out", at: streaming.location)
            return nil
        }
        var plan = call
        plan.methodName = SwiftText.identifier(name)
        plan.endpointName = name + "Endpoint"
        plan.success = events(media, of: operation, types: &types)
        plan.paging = nil
        let value =
            switch streaming.value {
            case .true: "true"
            case .string(let text): SwiftText.stringLiteral(text)
            }
        plan.body?.addition = BodyPlan.Addition(member: member, value: value)
        return plan
    }

    // MARK: Pages

    /// The call that goes through all pages.
    func paging(
        _ paging: Paging, of operation: Operation, named name: String, call: OperationPlan, types: TypePlanner
    ) -> PagingPlan? {
        func refuse(_ problem: String) -> PagingPlan? {
            diagnostics.error("\(problem); pages cannot be gone through", at: paging.location)
            return nil
        }
        let page: TypePlan
        var (itemsPath, nextPath) = (paging.items, paging.next)
        switch call.success {
        case .json(let type): page = type
        case .payload(_, _, let type, _):
            page = type
            itemsPath.removeFirst()
            nextPath.removeFirst()
        case .nothing, .body, .text, .events, .rawEvents, .jsonOrNothing, .byStatus:
            return refuse("the answer is no JSON of one type")
        }
        guard let items = types.member(itemsPath, of: page), case .array(let item) = items.type else {
            return refuse("\"\(paging.items.joined(separator: "."))\" is no list")
        }
        guard let next = types.member(nextPath, of: page), next.type == .scalar(.string) else {
            return refuse("\"\(paging.next.joined(separator: "."))\" is no string")
        }
        guard let cursor = cursor(paging.cursor, of: call, types: types) else {
            return refuse("\"\(paging.cursor)\" is no optional string")
        }
        return PagingPlan(
            methodName: SwiftText.identifier(name), cursor: cursor, page: page, item: item,
            itemsExpression: items.expression + (items.isOptional ? " ?? []" : ""), nextExpression: next.expression)
    }

    /// Where a call takes the cursor: a parameter, an argument that is a member of the body, or a member of one.
    private func cursor(_ wireName: String, of call: OperationPlan, types: TypePlanner) -> PagingPlan.Cursor? {
        let isCursor = { (argument: ArgumentPlan) in
            argument.type == .scalar(.string) && argument.isOptional && !argument.isPatch
                && argument.defaultValue == nil
        }
        if let parameter = call.parameters.first(where: { $0.wireName == wireName && $0.place == .query }) {
            let argument = call.arguments.first { $0.name == parameter.argument }
            return argument.map(isCursor) == true ? .argument(parameter.argument) : nil
        }
        switch call.body?.content {
        case .flattened(let model, let pairs):
            let property = types.model(named: model)?.properties.first { $0.wireName == wireName }
            let pair = pairs.first { $0.label == property?.name }
            let argument = call.arguments.first { $0.name == pair?.argument }
            return argument.map(isCursor) == true ? argument.map { .argument($0.name) } : nil
        case .argument(let name):
            guard let argument = call.arguments.first(where: { $0.name == name }), !argument.isOptional,
                case .named(let type) = argument.type,
                let property = types.model(named: type)?.properties.first(where: { $0.wireName == wireName }),
                property.type == .scalar(.string), property.isOptionalInSwift
            else { return nil }
            return .member(property.name, of: name)
        case nil:
            return nil
        }
    }
}

extension TypePlanner {
    /// Whether a value of the type is a list or an object on the wire.
    func isCompound(_ type: TypePlan) -> Bool {
        switch type {
        case .array, .dictionary: true
        case .named(let name): isObjectOrUnion(name)
        case .scalar(let scalar): scalar == .jsonValue
        case .optional(let wrapped), .indirect(let wrapped): isCompound(wrapped)
        case .custom: false
        }
    }

    private func isObjectOrUnion(_ name: TypeName) -> Bool {
        declarations.contains { entry in
            switch entry.declaration {
            case .model(let plan): plan.name == name
            case .union(let plan): plan.name == name
            case .openEnum, .group: false
            }
        }
    }

    /// What leads from a value (`$0`) to the member at a path of wire names.
    func member(_ path: [String], of type: TypePlan) -> (expression: String, type: TypePlan, isOptional: Bool)? {
        var expression = "$0"
        var current = type
        var isOptional = false
        for name in path {
            var isOptionalHere = false
            if case .optional(let wrapped) = current { (current, isOptionalHere) = (wrapped, true) }
            guard case .named(let typeName) = current,
                let property = model(named: typeName)?.properties.first(where: { $0.wireName == name }),
                property.presence != .patch
            else { return nil }
            expression += (isOptionalHere ? "?." : ".") + property.name
            isOptional = isOptional || property.isOptionalInSwift
            current = property.isOptionalInSwift ? .optional(property.type) : property.type
        }
        if case .optional(let wrapped) = current { (current, isOptional) = (wrapped, true) }
        return (expression, current, isOptional)
    }
}

extension ResponseStatus {
    /// `ok`, `noContent`, `status209`.
    fileprivate var caseName: String {
        switch self {
        case .code(200): "ok"
        case .code(201): "created"
        case .code(202): "accepted"
        case .code(203): "nonAuthoritative"
        case .code(204): "noContent"
        case .code(205): "resetContent"
        case .code(206): "partialContent"
        case .code(207): "multiStatus"
        case .code(let code): "status\(code)"
        case .range: "success"
        case .default: "other"
        }
    }
}
