import GeneratorDiagnostics
import GeneratorYAML

/// Schema objects.
extension Session {
    /// The schema at a place; it is read later.
    func schema(_ target: Target) -> SchemaID {
        let pointer = target.place.pointer
        let id = SchemaID(index: schemaPlaces.count)
        if let first = schemaIDs[target.node] {
            if schemaPlaces[first.index].place.pointer == pointer { return first }
            if let known = aliasedSchemaIDs[pointer]?[target.node] { return known }
            aliasedSchemaIDs[pointer, default: [:]][target.node] = id
        } else {
            schemaIDs[target.node] = id
        }
        schemaPlaces.append(target)
        return id
    }

    /// Reads a schema that is known by its place only.
    func readSchema(_ target: Target) -> Schema {
        var scope = SchemaScope(session: self, place: target.place, schema: SchemaParts(target))
        if let mapping = target.node.mapping {
            scope.read(mapping)
        } else if let value = target.node.bool {
            scope.schema.booleanValue = value
            if target.place.file.version == .v30 {
                slip("expected a mapping, found a boolean", assumed: "it is read as in 3.1", at: target.node.location)
            }
        } else if strictness == .outside {
            slip(
                "expected a mapping, found \(target.node.kind)", assumed: "any value is accepted",
                at: target.node.location)
        } else {
            expected("a mapping", found: target.node)
        }
        return Schema(scope.schema)
    }

    /// Reads the schemas that extend one with a discriminator, which does not name them.
    ///
    /// Only where not all components are read anyway.
    func reachSubtypes(_ place: Place) {
        guard let name = place.component, place.file.role == .part || !options.filters.isEmpty else { return }
        for subtype in place.file.subtypes[name] ?? [] {
            guard let entry = place.file.root.mapping?["components"]?.mapping?["schemas"]?.mapping?.entry(subtype)
            else {
                continue
            }
            let pointer = ["components", "schemas", subtype]
            _ = schema(Target(node: entry.value, key: entry.key, place: Place(file: place.file, pointer: pointer)))
        }
    }
}

extension SchemaScope {
    /// Reads all keywords.
    mutating func read(_ mapping: Mapping) {
        if mapping.isEmpty { schema.booleanValue = true }
        let version = place.file.version
        let ignoresSiblings = version == .v30 && mapping["$ref"] != nil
        for entry in mapping {
            guard let known = SchemaKeyword.all[entry.name] else {
                session.unknownKeyword(
                    entry, in: "a schema object", keywords: SchemaKeyword.all.keys, extensions: [])
                continue
            }
            if ignoresSiblings && !known.isAnnotation {
                session.warning(
                    "\"\(entry.name)\" beside \"$ref\" is ignored in OpenAPI 3.0", at: entry.key.location,
                    hint: "wrap the reference in \"allOf\"")
                continue
            }
            session.check(entry, is: known.keyword, in: "a schema object", version: version)
            known.read(&self, entry)
            hasOwnAssertions = hasOwnAssertions || !known.isAnnotation
        }
        schema.isBareReference = schema.reference != nil && !hasOwnAssertions
        checkItems()
        if schema.discriminator != nil, schema.oneOf.isEmpty, schema.anyOf.isEmpty { session.reachSubtypes(place) }
    }

    private func checkItems() {
        if place.file.version == .v30, schema.kinds == [.array], schema.items == nil {
            session.slip(
                "missing \"items\" in a schema object of type \"array\"", assumed: "any items are accepted",
                at: location)
        }
    }

    // MARK: - Discriminators

    /// A `discriminator` object.
    func discriminator(_ entry: Mapping.Entry) -> Schema.Discriminator? {
        if session.strictness == .outside, let property = entry.value.string {
            session.slip(
                "expected a mapping, found a string", assumed: "it is taken as the property's name",
                at: entry.value.location)
            return Schema.Discriminator(property: property, mapping: [], location: entry.key.location)
        }
        let target = Target(node: entry.value, key: entry.key, place: place.child(entry.name))
        guard let fields = session.open(target, as: .discriminator), let property = fields.string("propertyName") else {
            return nil
        }
        var discriminator = Schema.Discriminator(
            property: property, mapping: mapping(fields), location: entry.key.location)
        discriminator.defaultMapping = fields["defaultMapping"].flatMap(target(ofMapping:)).map(session.schema)
        return discriminator
    }

    /// An `x-tollgate-discriminator`.
    func siblingDiscriminator(_ entry: Mapping.Entry) -> Schema.Discriminator? {
        let target = Target(node: entry.value, key: entry.key, place: place.child(entry.name))
        guard let fields = session.open(target, as: .siblingDiscriminator),
            let node = fields["property"], let property = session.string(node)
        else { return nil }
        return Schema.Discriminator(property: property, mapping: mapping(fields), location: node.location)
    }

    private func mapping(_ fields: Fields) -> [(value: String, schema: SchemaID)] {
        fields.members("mapping").compactMap { value, target in
            self.target(ofMapping: target.node).map { (value, session.schema($0)) }
        }
    }

    /// The schema that a discriminator's mapping names: by its name among the components, or by a reference.
    private func target(ofMapping node: Node) -> Target? {
        guard let text = session.string(node) else { return nil }
        let names = place.file.root.mapping?["components"]?.mapping?["schemas"]?.mapping
        if let entry = names?.entry(text) {
            let pointer = ["components", "schemas", text]
            return Target(node: entry.value, key: entry.key, place: Place(file: place.file, pointer: pointer))
        }
        if text.contains("#") || text.contains("/") || text.contains(".") {
            return session.resolve(node, at: place, as: .schemas)
        }
        session.slip(
            "the mapping names \"\(text)\", and no schema has this name", assumed: "it is left out", at: node.location,
            hint: session.nearest(text, in: names))
        return nil
    }
}
