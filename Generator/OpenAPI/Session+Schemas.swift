import GeneratorDiagnostics
import GeneratorYAML

/// Schema objects.
extension Session {
    /// The schema at a place; it is read later.
    func schema(_ target: Target) -> SchemaID {
        let pointer = target.place.pointer
        let id = SchemaID(index: schemas.count)
        if let first = schemaIDs[target.node] {
            if schemas[first.index].pointer == pointer { return first }
            if let known = aliasedSchemaIDs[pointer]?[target.node] { return known }
            aliasedSchemaIDs[pointer, default: [:]][target.node] = id
        } else {
            schemaIDs[target.node] = id
        }
        schemaFiles.append(target.place.file)
        schemas.append(
            Schema(
                file: target.place.file.path, pointer: pointer, location: target.location, node: target.node))
        return id
    }

    /// Reads a schema that is known by its place only.
    func readSchema(at index: Int) {
        let file = schemaFiles[index]
        let node = schemas[index].node
        if let mapping = node.mapping {
            let place = Place(file: file, pointer: schemas[index].pointer)
            var scope = SchemaScope(session: self, place: place, schema: schemas[index])
            scope.read(mapping)
            schemas[index] = scope.schema
        } else if let value = node.bool, file.version > .v30 {
            schemas[index].booleanValue = value
        } else {
            expected("a mapping", found: node)
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
                session.diagnostics.warning(
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
    }

    private func checkItems() {
        if place.file.version == .v30, schema.kinds == [.array], schema.items == nil {
            session.slip("missing \"items\" in a schema object of type \"array\"", at: schema.location)
        }
    }

    // MARK: - Discriminators

    /// A `discriminator` object.
    func discriminator(_ entry: Mapping.Entry) -> Schema.Discriminator? {
        let target = Target(node: entry.value, key: entry.key, place: place.child(entry.name))
        guard let fields = session.open(target, as: .discriminator), let property = fields.string("propertyName") else {
            return nil
        }
        return Schema.Discriminator(property: property, mapping: mapping(fields), location: entry.key.location)
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
            return session.resolve(node, in: place.file, as: .schemas)
        }
        session.error(
            "the mapping names \"\(text)\", and no schema has this name", at: node.location,
            hint: didYouMean(text, in: names?.names ?? []))
        return nil
    }
}
