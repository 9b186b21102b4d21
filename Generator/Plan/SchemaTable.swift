import GeneratorOpenAPI
import GeneratorYAML

/// JSON Schema texts for checks at run time: types and constraints, no prose. Named schemas become entries of their own.
struct SchemaTable {
    private let specification: Specification
    /// For documents from outside, which say "one of" where several fit, and in a part of a whole that nothing else
    /// may be there where the other parts describe more. Both are checked as they are meant.
    private let isLenient: Bool
    private var keys: [SchemaID: String] = [:]
    private var scope = NameScope()
    /// The named schemas that were met, and are to be written.
    private var waiting: [(id: SchemaID, key: String)] = []
    private var texts: [(key: String, json: String)] = []
    /// Whether what is written stands in `allOf`.
    private var isInWhole = false
    /// The schemas with names that are parts of others. Filled for lenient checks alone.
    private let parts: Set<ObjectIdentifier>
    /// Where the schemas stand that were written.
    var places: PlaceTable

    init(
        specification: Specification, isLenient: Bool = false, origin: @escaping (String) -> String = { $0 }
    ) {
        places = PlaceTable(origin: origin)
        self.specification = specification
        self.isLenient = isLenient
        let inWholes = isLenient ? specification.schemas.flatMap(\.allOf) : []
        parts = Set(inWholes.map { ObjectIdentifier(specification[specification.resolved($0)]) })
    }

    var entries: [(key: String, json: String)] {
        texts.sorted { $0.key < $1.key }
    }

    /// Makes an entry of the schema, if it has a name, and of those that it refers to.
    mutating func add(_ id: SchemaID) { _ = json(of: id) }

    mutating func json(of id: SchemaID) -> String {
        var json = JSONText()
        write(id, to: &json)
        return json.string
    }

    /// Writes a schema: a reference to its entry, if it has a name.
    mutating func write(_ id: SchemaID, to json: inout JSONText) {
        value(id, to: &json)
        // Those that were met now are written one after the other, so that none interrupts another.
        while let next = waiting.popLast() {
            var text = JSONText()
            let schema = specification[next.id]
            keywords(schema, to: &text, expected: schema.place)
            places.add(schema, key: next.key)
            texts.append((next.key, text.string))
        }
    }

    /// `expected` is where the schema stands if the text is as the document.
    private mutating func value(
        _ id: SchemaID, to json: inout JSONText, isInWhole: Bool = false, expected: SourcePlace? = nil
    ) {
        let resolved = specification.resolved(id)
        let schema = specification[resolved]
        guard let name = schema.componentName else {
            return keywords(schema, to: &json, isInWhole: isInWhole, expected: expected)
        }
        json.append("{\"$ref\":")
        json.write("#/" + key(of: resolved, name: name))
        json.append("}")
    }

    private mutating func key(of id: SchemaID, name: String) -> String {
        if let known = keys[id] { return known }
        let key = scope.claim(name)
        keys[id] = key
        waiting.append((id, key))
        return key
    }

    private mutating func keywords(
        _ schema: Schema, to json: inout JSONText, isInWhole: Bool = false, expected: SourcePlace?
    ) {
        places.add(schema)
        let outer = self.isInWhole
        self.isInWhole = isInWhole
        defer { self.isInWhole = outer }
        if let accepts = schema.booleanValue { return accepts ? json.append("true") : json.append("false") }
        if schema.isNullable, schema.hasMoreThanKinds {
            json.append("{\"anyOf\":[")
            own(schema, isNullable: false, to: &json, expected: nil)
            json.append(",{\"type\":\"null\"}]}")
        } else {
            own(schema, isNullable: schema.isNullable, to: &json, expected: expected)
        }
    }

    private mutating func own(_ schema: Schema, isNullable: Bool, to json: inout JSONText, expected: SourcePlace?) {
        json.append("{")
        write(placeOf: schema, unless: expected, to: &json)
        if let target = schema.reference { list("allOf", [target] + schema.allOf, of: schema, to: &json) }
        write(kinds: schema, isNullable: isNullable, to: &json)
        write(constraints: schema, isNullable: isNullable, to: &json)
        if !schema.properties.isEmpty { map("properties", schema.properties, of: schema, to: &json) }
        if !schema.patternProperties.isEmpty {
            map("patternProperties", schema.patternProperties, of: schema, to: &json)
        }
        write(required: schema, to: &json)
        if let items = schema.items {
            json.key("items")
            value(items, to: &json, expected: schema.place.child("items"))
        }
        list("prefixItems", schema.prefixItems, of: schema, to: &json)
        switch schema.additionalProperties {
        case .unspecified, .anything: break
        case .forbidden:
            if isLenient, isInWhole || !schema.allOf.isEmpty || schema.reference != nil || isPart(schema) { break }
            json.key("additionalProperties")
            json.append("false")
        case .schema(let element):
            json.key("additionalProperties")
            value(element, to: &json, expected: schema.place.child("additionalProperties"))
        }
        write(combinations: schema, to: &json)
        json.append("}")
    }

    /// Says where a schema stands, unless its place in the text says it. A document from outside is not at hand where
    /// its mock is.
    private func write(placeOf schema: Schema, unless expected: SourcePlace?, to json: inout JSONText) {
        if isLenient || schema.place == expected { return }
        json.key("$at")
        json.write(places.text(schema.place))
    }

    private func isPart(_ schema: Schema) -> Bool { parts.contains(ObjectIdentifier(schema)) }

    /// What only comes back cannot be demanded, nor what a document from outside requires and does not describe: no
    /// client has a place for it.
    private func write(required schema: Schema, to json: inout JSONText) {
        if schema.required.isEmpty { return }
        var others = Set(schema.properties.filter { isReadOnly($0.schema) }.map(\.name))
        if isLenient { others.formUnion(schema.requiredWithoutProperty) }
        let required = schema.required.filter { !others.contains($0) }
        if required.isEmpty { return }
        json.key("required")
        json.append("[")
        for name in required {
            json.element()
            json.write(name)
        }
        json.append("]")
    }

    private func isReadOnly(_ id: SchemaID) -> Bool {
        specification[id].isReadOnly || specification[specification.resolved(id)].isReadOnly
    }

    // MARK: Keywords

    private func write(kinds schema: Schema, isNullable: Bool, to json: inout JSONText) {
        guard !schema.kinds.isEmpty || (isNullable && schema.isNullAlone) else { return }
        let names = schema.kinds.map(\.rawValue) + (isNullable ? ["null"] : [])
        json.key("type")
        if names.count == 1 { return json.write(names[0]) }
        json.append("[")
        for name in names {
            json.element()
            json.write(name)
        }
        json.append("]")
    }

    private static let constraintKeywords = [
        "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
        "multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
    ]

    private func write(constraints schema: Schema, isNullable: Bool, to json: inout JSONText) {
        if let node = schema.node.mapping {
            for keyword in SchemaTable.constraintKeywords {
                guard let entry = node.entry(keyword) else { continue }
                let (name, value) = constraint(entry, in: node)
                guard let value else { continue }
                json.key(name)
                json.write(value)
            }
        }
        if !schema.enumValues.isEmpty {
            json.key("enum")
            json.append("[")
            for value in schema.enumValues {
                json.element()
                json.write(value)
            }
            if isNullable {
                json.element()
                json.append("null")
            }
            json.append("]")
        }
        if let value = schema.constValue {
            json.key("const")
            json.write(value)
        }
    }

    /// The keyword and its value as 2020-12 writes them: 3.0 says beside a limit whether it is exclusive.
    private func constraint(_ entry: Mapping.Entry, in node: Mapping) -> (name: String, value: Node?) {
        switch entry.name {
        case "minimum" where node["exclusiveMinimum"]?.bool == true: ("exclusiveMinimum", entry.value)
        case "maximum" where node["exclusiveMaximum"]?.bool == true: ("exclusiveMaximum", entry.value)
        case "exclusiveMinimum" where entry.value.bool != nil: (entry.name, nil)
        case "exclusiveMaximum" where entry.value.bool != nil: (entry.name, nil)
        default: (entry.name, entry.value)
        }
    }

    private mutating func write(combinations schema: Schema, to json: inout JSONText) {
        if schema.reference == nil { list("allOf", schema.allOf, of: schema, to: &json) }
        if !isLenient || schema.discriminator != nil || !schema.anyOf.isEmpty {
            list("oneOf", schema.oneOf, of: schema, to: &json)
            list("anyOf", schema.anyOf, of: schema, to: &json)
        } else {
            list("anyOf", schema.oneOf, of: schema, to: &json)
        }
        if let own = schema.discriminator {
            json.key("discriminator")
            discriminator(own, to: &json)
        }
        if let sibling = schema.siblingDiscriminator {
            json.key("x-tollgate-discriminator")
            discriminator(sibling, to: &json)
        }
    }

    private mutating func discriminator(_ discriminator: Schema.Discriminator, to json: inout JSONText) {
        json.append("{")
        json.key("propertyName")
        json.write(discriminator.property)
        json.key("mapping")
        json.append("{")
        for entry in discriminator.mapping {
            json.key(entry.value)
            value(entry.schema, to: &json)
        }
        json.append("}}")
    }

    private mutating func map(
        _ name: String, _ properties: [Schema.Property], of parent: Schema, to json: inout JSONText
    ) {
        json.key(name)
        json.append("{")
        for property in properties {
            json.key(property.name)
            value(property.schema, to: &json, expected: parent.place.child(name, property.name))
        }
        json.append("}")
    }

    private mutating func list(_ name: String, _ ids: [SchemaID], of parent: Schema, to json: inout JSONText) {
        guard !ids.isEmpty else { return }
        json.key(name)
        json.append("[")
        for (position, id) in ids.enumerated() {
            json.element()
            let expected = parent.place.child(name, String(position))
            value(id, to: &json, isInWhole: name == "allOf", expected: expected)
        }
        json.append("]")
    }
}

extension Schema {
    /// Whether null beside it needs more than another name in `type`.
    fileprivate var hasMoreThanKinds: Bool {
        reference != nil || !allOf.isEmpty || !oneOf.isEmpty || !anyOf.isEmpty || constValue != nil
    }
}
