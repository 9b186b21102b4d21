import TollgateCore

/// Finds what a description says about a part of a value, and where it says it.
struct SchemaWalk {
    let schemas: MockSchemas
    let places: MockPlaces

    /// A schema that holds for a value.
    struct Found {
        /// As the generator wrote it, without a `$ref`.
        var schema: JSONValue
        var place: SpecPlace?

        fileprivate func child(_ schema: JSONValue, _ names: String...) -> Found {
            guard let place else { return Found(schema: schema) }
            let pointer = place.pointer + names.map { "/\(SpecPlace.escaped($0))" }.joined()
            return Found(schema: schema, place: SpecPlace(file: place.file, line: place.line, pointer: pointer))
        }

        fileprivate init(schema: JSONValue, place: SpecPlace? = nil) {
            self.schema = schema
            self.place = place
        }
    }

    init(_ schemas: MockSchemas, _ places: MockPlaces) {
        self.schemas = schemas
        self.places = places
    }

    /// The schema for the part that a JSON pointer names, or for what it is in, if no schema says anything about it.
    func find(_ pointer: String, in value: JSONValue, _ root: SchemaText) -> Found {
        var found = resolved(Found(schema: (try? JSONValue(jsonText: root.text)) ?? true), value: value)
        var value: JSONValue? = value
        for name in SpecPlace.names(in: pointer) {
            guard let next = child(name, of: found, value: value, depth: 0) else { break }
            let parent = value
            value = value?.part(name)
            found = resolved(next, value: value, siblings: parent)
        }
        if let place = found.place { found.place = places.place(place.file, place.pointer) }
        return found
    }

    private func child(_ name: String, of parent: Found, value: JSONValue?, depth: Int) -> Found? {
        // Schemas may refer to each other in circles.
        guard depth < 20 else { return nil }
        let schema = parent.schema
        if let property = schema["properties"]?[name] { return parent.child(property, "properties", name) }
        if let position = Int(name), value?.array != nil {
            if let item = schema["prefixItems"]?[position] { return parent.child(item, "prefixItems", name) }
            if let items = schema["items"] { return parent.child(items, "items") }
        }
        let patterns = (schema["patternProperties"]?.members ?? [:]).sorted { $0.key < $1.key }
        if let (pattern, property) = patterns.first(where: { Pattern($0.key).fits(name) }) {
            return parent.child(property, "patternProperties", pattern)
        }
        if value?.object != nil, let others = schema["additionalProperties"], others.object != nil {
            return parent.child(others, "additionalProperties")
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for (position, part) in (schema[keyword]?.elements ?? []).enumerated() {
                let part = resolved(parent.child(part, keyword, String(position)), value: value)
                if let found = child(name, of: part, value: value, depth: depth + 1) { return found }
            }
        }
        return nil
    }

    /// The schema that a `$ref` or a discriminator names.
    private func resolved(_ found: Found, value: JSONValue?, siblings: JSONValue? = nil) -> Found {
        var found = found
        for _ in 0..<20 {
            if let text = found.schema["$at"]?.text { found.place = places.place(text) }
            if let key = found.schema["$ref"]?.text?.dropFirst(2), let target = schemas.texts[String(key)] {
                found.schema = (try? JSONValue(jsonText: target.text)) ?? true
                found.place = places.schema(String(key)) ?? found.place
            } else if let chosen = Self.choice(found.schema["x-tollgate-discriminator"], in: siblings)
                ?? Self.choice(found.schema["discriminator"], in: value)
            {
                found.schema = chosen
            } else {
                break
            }
        }
        return found
    }

    private static func choice(_ discriminator: JSONValue?, in value: JSONValue?) -> JSONValue? {
        guard let property = discriminator?["propertyName"]?.text, let name = value?[property]?.text else { return nil }
        return discriminator?["mapping"]?[name]
    }
}

extension JSONValue {
    /// The member or the element of a name.
    func part(_ name: String) -> JSONValue? {
        self[name] ?? Int(name).flatMap { self[$0] }
    }
}
