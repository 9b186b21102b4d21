import GeneratorOpenAPI
import GeneratorYAML

/// JSON Schema texts for checks at run time: types and constraints, no prose. Named schemas become entries of their own.
struct SchemaTable {
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

    /// Makes an entry of the schema, if it has a name, and of those that it refers to.
    mutating func add(_ id: SchemaID) { _ = json(of: id) }

    mutating func json(of id: SchemaID) -> String {
        let resolved = specification.resolved(id)
        guard let name = specification[resolved].componentName else { return text(of: resolved) }
        return "{\"$ref\":\(JSONText.string("#/" + key(of: resolved, name: name)))}"
    }

    private mutating func key(of id: SchemaID, name: String) -> String {
        if let known = keys[id] { return known }
        let key = scope.claim(name)
        keys[id] = key
        texts[key] = text(of: id)
        return key
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
