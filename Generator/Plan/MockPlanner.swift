import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorYAML

/// Bakes routes, request checks and example answers for the mock.
struct MockPlanner {
    let specification: Specification
    let namer: Namer

    func plan(
        _ module: PlanConfiguration.Module, documents: [(document: Document, client: String)]
    ) -> MockServicePlan {
        var schemas = SchemaTable(specification: specification)
        var plan = MockServicePlan(
            service: module.service, typeStem: module.namespace,
            origins: documents.map(\.document.location.file.path))
        var known: Set<String> = []
        for (document, client) in documents {
            let basePath = basePath(of: document)
            for operation in document.operations {
                let name = SwiftText.identifier(namer.member(operation.id))
                if known.insert(operation.id).inserted {
                    plan.operations.append(
                        MockOperationPlan(
                            name: name, key: "\(module.service).\(operation.id)",
                            documentation: operation.summary ?? operation.id))
                }
                plan.routes.append(
                    route(
                        operation, name: name, surface: client, basePath: basePath,
                        security: operation.security ?? document.security, schemas: &schemas))
            }
        }
        plan.schemas = schemas.entries
        return plan
    }

    /// The path of the first server's URL: `https://host/mgt/v1` to `/mgt/v1`.
    private func basePath(of document: Document) -> String {
        guard var url = document.servers.first?.url[...] else { return "" }
        if let scheme = url.firstRange(of: "://") {
            let rest = url[scheme.upperBound...]
            url = rest.firstIndex(of: "/").map { rest[$0...] } ?? ""
        }
        return url.hasSuffix("/") ? String(url.dropLast()) : String(url)
    }

    private func route(
        _ operation: Operation, name: String, surface: String, basePath: String, security: [[String]],
        schemas: inout SchemaTable
    ) -> RoutePlan {
        var route = RoutePlan(
            operation: name, surface: surface, method: operation.method.uppercased(), path: basePath + operation.path,
            security: security)
        for parameter in operation.parameters {
            guard let schema = parameter.schema else { continue }
            route.parameters.append(
                RoutePlan.Parameter(
                    place: parameter.place.rawValue, name: parameter.name, isRequired: parameter.isRequired,
                    schema: schemas.json(of: schema), style: parameter.style, explode: parameter.explode))
        }
        if let body = operation.requestBody {
            let content = body.content.map { media in
                (contentType: media.contentType, schema: media.schema.map { schemas.json(of: $0) } ?? "true")
            }
            route.body = RoutePlan.Body(isRequired: body.isRequired, content: content)
        }
        route.replies = operation.responses.compactMap { reply($0) }
        return route
    }

    private func reply(_ response: Response) -> RoutePlan.Reply? {
        guard case .code(let status) = response.status else { return nil }
        let media = response.content.first
        return RoutePlan.Reply(
            status: status, contentType: media?.contentType, example: media.flatMap { example(of: $0) })
    }

    private func example(of media: MediaType) -> String? {
        if let example = media.examples.first { return example.value.jsonText }
        guard let schema = media.schema else { return nil }
        return specification[specification.resolved(schema)].examples.first?.jsonText
    }
}

/// JSON Schema texts for checks at run time: types and constraints, no prose. Named schemas become entries of their own.
private struct SchemaTable {
    private let specification: Specification
    private var keys: [SchemaID: String] = [:]
    private var scope = NameScope()
    private var texts: [String: String] = [:]

    init(specification: Specification) {
        self.specification = specification
    }

    var entries: [(key: String, json: String)] {
        texts.sorted { $0.key < $1.key }.map { (key: $0.key, json: $0.value) }
    }

    mutating func json(of id: SchemaID) -> String {
        let resolved = specification.resolved(id)
        guard let name = componentName(of: resolved) else { return text(of: resolved) }
        return "{\"$ref\":\(JSONText.string("#/" + key(of: resolved, name: name)))}"
    }

    private mutating func key(of id: SchemaID, name: String) -> String {
        if let known = keys[id] { return known }
        let key = scope.claim(name)
        keys[id] = key
        texts[key] = text(of: id)
        return key
    }

    private func componentName(of id: SchemaID) -> String? {
        let pointer = specification[id].pointer
        guard pointer.count >= 2, ["schemas", "$defs", "definitions"].contains(pointer[pointer.count - 2]) else {
            return nil
        }
        return pointer[pointer.count - 1]
    }

    private mutating func text(of id: SchemaID) -> String {
        let schema = specification[id]
        if let accepts = schema.booleanValue { return accepts ? "true" : "false" }
        var members: [(key: String, json: String)] = []
        if let target = schema.reference {
            members.append(("allOf", "[" + json(of: target) + "]"))
            if schema.isNullable { return "{\"anyOf\":[\(json(of: target)),{\"type\":\"null\"}]}" }
        }
        if !schema.kinds.isEmpty || schema.isNull { members.append(("type", types(of: schema))) }
        members += constraints(of: schema)
        if !schema.properties.isEmpty { members.append(("properties", map(schema.properties))) }
        if !schema.patternProperties.isEmpty { members.append(("patternProperties", map(schema.patternProperties))) }
        if !schema.required.isEmpty { members.append(("required", list(schema.required.map(JSONText.string)))) }
        if let items = schema.items { members.append(("items", json(of: items))) }
        if !schema.prefixItems.isEmpty { members.append(("prefixItems", schemas(schema.prefixItems))) }
        switch schema.additionalProperties {
        case .unspecified, .anything: break
        case .forbidden: members.append(("additionalProperties", "false"))
        case .schema(let element): members.append(("additionalProperties", json(of: element)))
        }
        members += combinations(of: schema)
        return "{" + members.map { JSONText.string($0.key) + ":" + $0.json }.joined(separator: ",") + "}"
    }

    private mutating func combinations(of schema: Schema) -> [(key: String, json: String)] {
        var members: [(key: String, json: String)] = []
        if schema.reference == nil, !schema.allOf.isEmpty { members.append(("allOf", schemas(schema.allOf))) }
        if !schema.oneOf.isEmpty { members.append(("oneOf", schemas(schema.oneOf))) }
        if !schema.anyOf.isEmpty { members.append(("anyOf", schemas(schema.anyOf))) }
        if let own = schema.discriminator { members.append(("discriminator", discriminator(own))) }
        if let sibling = schema.siblingDiscriminator {
            members.append(("x-tollgate-discriminator", discriminator(sibling)))
        }
        return members
    }

    private mutating func discriminator(_ discriminator: Schema.Discriminator) -> String {
        var pairs: [String] = []
        for entry in discriminator.mapping {
            pairs.append(JSONText.string(entry.value) + ":" + json(of: entry.schema))
        }
        return
            "{\"propertyName\":\(JSONText.string(discriminator.property)),\"mapping\":{\(pairs.joined(separator: ","))}}"
    }

    private mutating func map(_ properties: [Schema.Property]) -> String {
        var pairs: [String] = []
        for property in properties { pairs.append(JSONText.string(property.name) + ":" + json(of: property.schema)) }
        return "{" + pairs.joined(separator: ",") + "}"
    }

    private mutating func schemas(_ ids: [SchemaID]) -> String {
        var texts: [String] = []
        for id in ids { texts.append(json(of: id)) }
        return list(texts)
    }

    private func types(of schema: Schema) -> String {
        var names = schema.kinds.map { JSONText.string($0.rawValue) }
        if schema.isNullable { names.append("\"null\"") }
        return names.count == 1 ? names[0] : list(names)
    }

    private func list(_ texts: [String]) -> String {
        "[" + texts.joined(separator: ",") + "]"
    }

    private static let constraintKeywords = [
        "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
        "multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
    ]

    private func constraints(of schema: Schema) -> [(key: String, json: String)] {
        guard let node = schema.node.mapping else { return [] }
        var members: [(key: String, json: String)] = []
        for keyword in SchemaTable.constraintKeywords {
            if let value = node[keyword] { members.append((keyword, value.jsonText)) }
        }
        if !schema.enumValues.isEmpty { members.append(("enum", list(schema.enumValues.map(\.jsonText)))) }
        if let value = schema.constValue { members.append(("const", value.jsonText)) }
        return members
    }
}
