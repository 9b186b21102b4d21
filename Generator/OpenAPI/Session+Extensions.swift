import GeneratorDiagnostics
import GeneratorYAML

/// The `x-tollgate-…` keywords, by which a document says what OpenAPI has no words for.
extension Session {
    /// A string that can stand as a name in Swift.
    func identifier(_ node: Node) -> String? {
        guard let text = string(node) else { return nil }
        let isIdentifier =
            text.first?.isNumber == false
            && text.allSatisfy { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
        if isIdentifier { return text }
        error("\"\(text)\" is no Swift name", at: node.location, hint: "letters, digits and \"_\"")
        return nil
    }

    /// The `x-tollgate-name` of an operation or of a parameter.
    func swiftName(_ fields: Fields) -> String? {
        fields["x-tollgate-name"].flatMap(identifier)
    }

    /// The `x-tollgate-paging` of an operation.
    func paging(_ fields: Fields, of operation: Operation) -> Paging? {
        guard let target = fields.target("x-tollgate-paging"), let fields = open(target, as: .paging),
            let cursor = fields["cursor"], let next = fields["next"], let items = fields["items"],
            let cursorName = text(cursor), let nextPath = text(next), let itemsPath = text(items)
        else { return nil }
        let paging = Paging(
            cursor: cursorName, next: nextPath.split(separator: ".").map(String.init),
            items: itemsPath.split(separator: ".").map(String.init), location: target.location)
        pagings.append((fields, paging, operation))
        return paging
    }

    /// Checks that what an `x-tollgate-paging` names is there.
    func check(_ paging: Paging, _ fields: Fields, of operation: Operation) {
        guard let cursor = fields["cursor"], let next = fields["next"], let items = fields["items"] else { return }
        checkCursor(paging.cursor, at: cursor, of: operation)
        checkPath(paging.next, at: next, of: operation)
        checkPath(paging.items, at: items, of: operation)
    }

    /// The `x-tollgate-streaming` of an operation.
    func streaming(_ fields: Fields, of operation: Operation) -> Streaming? {
        guard let target = fields.target("x-tollgate-streaming"), let fields = open(target, as: .streaming) else {
            return nil
        }
        var streaming = Streaming(member: fields["member"].flatMap(text), location: target.location)
        if let value = fields["value"], value.bool != true, let text = text(value) { streaming.value = .string(text) }
        streaming.end = fields["end"].flatMap(text)
        streaming.event = fields["event"].flatMap(text)
        streamings.append((fields, streaming, operation))
        return streaming
    }

    /// Checks that what an `x-tollgate-streaming` names is there.
    func check(_ streaming: Streaming, _ fields: Fields, of operation: Operation) {
        let answers = operation.responses.filter(\.status.isSuccess).flatMap(\.content)
        guard let events = answers.first(where: \.isEventStream) else {
            error(
                "the operation has no successful response of type \"text/event-stream\"", at: streaming.location)
            return
        }
        if let member = streaming.member, let node = fields["member"] {
            let bodies = operation.requestBody?.content.compactMap(\.schema) ?? []
            let names = bodies.flatMap { members(of: $0).map(\.name) }
            if !names.contains(member) {
                error(
                    "the body has no member \"\(member)\"", at: node.location, hint: didYouMean(member, in: names))
            }
        } else if answers.contains(where: { !$0.isEventStream }), fields["member"] == nil {
            error(
                "missing \"member\" in \"x-tollgate-streaming\"", at: streaming.location,
                hint: "it names the member of the body that asks for the stream")
        }
        if let event = streaming.event, let node = fields["event"], let schema = events.itemSchema ?? events.schema {
            let names = members(of: schema).map(\.name)
            if !names.contains(event) {
                error("no event has a member \"\(event)\"", at: node.location, hint: didYouMean(event, in: names))
            }
        }
    }

    /// A string that must be one, also in documents from outside.
    private func text(_ node: Node) -> String? {
        if node.string == nil { expected("a string", found: node) }
        return node.string
    }

    /// Complains if the cursor is neither a query parameter nor a member of the request body.
    private func checkCursor(_ name: String, at node: Node, of operation: Operation) {
        let parameters = operation.parameters.filter { $0.place == .query }.map(\.name)
        let body = operation.requestBody?.content.first?.schema.map { members(of: $0).map(\.name) } ?? []
        if (parameters + body).contains(name) { return }
        error(
            "the operation has neither a query parameter nor a body member \"\(name)\"", at: node.location,
            hint: didYouMean(name, in: parameters + body))
    }

    /// Complains if the successful response does not have the member that a path of names leads to.
    private func checkPath(_ path: [String], at node: Node, of operation: Operation) {
        guard var schema = operation.successSchema else {
            error("the operation has no successful response with a schema", at: node.location)
            return
        }
        for name in path {
            let members = members(of: schema)
            guard let member = members.first(where: { $0.name == name }) else {
                error(
                    "the response has no member \"\(path.joined(separator: "."))\"", at: node.location,
                    hint: didYouMean(name, in: members.map(\.name)))
                return
            }
            schema = member.schema
        }
    }
}

extension Operation {
    /// The schema of the first media type of the first successful response.
    fileprivate var successSchema: SchemaID? {
        responses.lazy.filter(\.status.isSuccess).compactMap { $0.content.first?.schema }.first
    }
}

extension SchemaScope {
    /// `x-tollgate-carried`, which only properties bear.
    mutating func readCarried(_ entry: Mapping.Entry) {
        schema.isCarried = bool(entry)
        if place.pointer.dropLast().last != "properties" {
            session.error("\"\(entry.name)\" belongs to the schema of a property", at: entry.key.location)
        }
    }

    /// `x-tollgate-type`: a type that stands in the standard library, in Foundation, or beside the generated code.
    mutating func readSwiftType(_ entry: Mapping.Entry) {
        guard let name = session.identifier(entry.value) else { return }
        if name.first?.isUppercase == true {
            schema.swiftType = name
        } else {
            session.error(
                "\"\(name)\" is no name of a Swift type", at: entry.value.location,
                hint: didYouMean(name, in: ["Int64", "Decimal"]))
        }
    }

    /// `x-tollgate-names`: Swift names for the values of an enumeration.
    mutating func readSwiftNames(_ entry: Mapping.Entry) {
        guard let names = session.mapping(entry.value) else { return }
        for member in names {
            schema.swiftNames[member.name] = session.identifier(member.value)
        }
    }
}
