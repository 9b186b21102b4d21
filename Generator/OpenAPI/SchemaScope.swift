import GeneratorDiagnostics
import GeneratorYAML

/// The reading of one schema object: the schema as far as it is known, and what its keywords need to be read.
struct SchemaScope {
    let session: Session
    let place: Place
    var schema: SchemaParts
    /// Whether something beside `$ref` says more than the reference.
    var hasOwnAssertions = false

    /// Where to point at when something is missing.
    var location: SourceLocation { (schema.key ?? schema.node).location }

    func string(_ entry: Mapping.Entry) -> String? { session.string(entry.value) }

    func bool(_ entry: Mapping.Entry) -> Bool { session.bool(entry.value) ?? false }

    /// Checks an object that nothing is taken from.
    func check(_ entry: Mapping.Entry, as kind: ObjectKind) {
        _ = session.open(Target(node: entry.value, key: entry.key, place: place.child(entry.name)), as: kind)
    }

    /// A schema that is the value of a keyword.
    func subschema(_ entry: Mapping.Entry) -> SchemaID {
        session.schema(Target(node: entry.value, key: entry.key, place: place.child(entry.name)))
    }

    /// The schemas that are the elements of a keyword's value.
    func subschemas(_ entry: Mapping.Entry) -> [SchemaID] {
        guard let elements = session.sequence(entry.value) else { return [] }
        if elements.isEmpty {
            session.error("\"\(entry.name)\" needs at least one schema", at: entry.key.location)
        }
        return elements.enumerated().map { index, node in
            session.schema(Target(node: node, place: place.child(entry.name, String(index))))
        }
    }

    /// The schemas that are the members of a keyword's value.
    func properties(_ entry: Mapping.Entry) -> [Schema.Property] {
        guard let members = session.mapping(entry.value) else { return [] }
        return members.map { member in
            let name = member.name
            let target = Target(node: member.value, key: member.key, place: place.child(entry.name, name))
            return Schema.Property(name: name, schema: session.schema(target), location: member.key.location)
        }
    }

    // MARK: - Keywords with rules of their own

    mutating func readType(_ entry: Mapping.Entry) {
        let names = entry.value.sequence.map(Array.init) ?? [entry.value]
        if entry.value.sequence != nil, place.file.version == .v30 {
            session.slip(
                "several types need OpenAPI 3.1; this document says 3.0", at: entry.value.location,
                hint: "write \"nullable: true\" or \"oneOf\"")
        }
        if names.isEmpty { session.error("\"type\" needs at least one type", at: entry.key.location) }
        for node in names {
            if node.isNull {
                session.slip("expected a string, found null", at: node.location, hint: "write it in quotes: 'null'")
                schema.isNullable = true
                continue
            }
            guard let name = session.string(node) else { continue }
            if name == "null" {
                schema.isNullable = true
            } else if let kind = Schema.Kind(rawValue: name) {
                if !schema.kinds.contains(kind) { schema.kinds.append(kind) }
            } else {
                if name == "file", session.strictness == .outside {
                    session.slip("there is no type \"file\"", assumed: "it is taken as bytes", at: node.location)
                    schema.kinds = [.string]
                    schema.format = "binary"
                    continue
                }
                let known = Schema.Kind.allCases.map(\.rawValue)
                session.warning(
                    "there is no type \"\(name)\"; any value is accepted", at: node.location,
                    hint: didYouMean(name, in: known))
            }
        }
    }

    mutating func readEnum(_ entry: Mapping.Entry) {
        guard let values = session.sequence(entry.value) else { return }
        if values.isEmpty { session.slip("\"enum\" needs at least one value", at: entry.key.location) }
        var first: [String: SourceLocation] = [:]
        for value in values {
            if value.isNull {
                schema.isNullable = true
                continue
            }
            if let scalar = value.scalar {
                let key = "\(scalar.kind) \(scalar.text)"
                if let location = first[key] {
                    session.warning(
                        "the value \"\(scalar.text)\" is listed twice", at: value.location,
                        notes: [Diagnostic(.note, "first listed here", at: location)])
                    continue
                }
                first[key] = value.location
            }
            schema.enumValues.append(value)
        }
    }

    mutating func readRequired(_ entry: Mapping.Entry) {
        if entry.value.bool != nil {
            session.slip(
                "expected a sequence, found a boolean", assumed: "it is ignored", at: entry.value.location,
                hint: "list the property under \"required\" of the object that it belongs to")
            return
        }
        schema.required = session.strings(entry.value)
    }

    func additionalProperties(_ entry: Mapping.Entry) -> Schema.AdditionalProperties {
        if let isAllowed = entry.value.bool { return isAllowed ? .anything : .forbidden }
        return entry.value.mapping?.isEmpty == true ? .anything : .schema(subschema(entry))
    }

    /// Before 2020-12, a sequence of schemas described the first items one by one.
    mutating func readItems(_ entry: Mapping.Entry) {
        guard session.strictness == .outside, entry.value.sequence != nil else {
            schema.items = subschema(entry)
            return
        }
        session.slip(
            "expected a mapping, found a sequence", assumed: "it is read as \"prefixItems\"",
            at: entry.value.location)
        schema.prefixItems = subschemas(entry)
    }

    /// A sequence of values; in documents from outside, also a mapping of example objects, as media types have it.
    mutating func readExamples(_ entry: Mapping.Entry) {
        guard session.strictness == .outside, let members = entry.value.mapping else {
            schema.examples += session.sequence(entry.value).map(Array.init) ?? []
            return
        }
        session.slip(
            "expected a sequence, found a mapping", assumed: "its values are taken as examples",
            at: entry.value.location)
        schema.examples += members.map { $0.value.mapping?["value"] ?? $0.value }
    }

    mutating func readConst(_ entry: Mapping.Entry) {
        if entry.value.isNull {
            schema.isNullable = true
        } else {
            schema.constValue = entry.value
        }
    }

    /// `exclusiveMinimum` and its sibling: a boolean in 3.0, a number since 3.1.
    func checkExclusive(_ entry: Mapping.Entry) {
        let isOld = place.file.version == .v30
        if isOld ? entry.value.bool != nil : entry.value.number != nil { return }
        if isOld ? entry.value.number != nil : entry.value.bool != nil {
            let what = isOld ? "a boolean" : "a number"
            session.slip(
                "\"\(entry.name)\" is \(what) in OpenAPI \(place.file.version), found \(entry.value.kind)",
                assumed: "it is read all the same", at: entry.value.location)
        } else {
            session.expected(isOld ? "a boolean" : "a number", found: entry.value)
        }
    }

    func checkNumber(_ entry: Mapping.Entry) {
        if entry.value.number == nil { session.expected("a number", found: entry.value) }
    }

    func checkCount(_ entry: Mapping.Entry) {
        if let number = entry.value.double, number >= 0, number == number.rounded() { return }
        if entry.value.number != nil {
            session.error("\"\(entry.name)\" is a count, 0 or more", at: entry.value.location)
        } else {
            session.expected("an integer", found: entry.value)
        }
    }

    // MARK: - References

    mutating func readReference(_ entry: Mapping.Entry) {
        guard let target = session.resolve(entry.value, at: place, as: .schemas) else { return }
        schema.reference = session.schema(target)
    }

    /// A `$dynamicRef` is resolved as if it were a `$ref`, unless the target depends on the way that led here.
    mutating func readDynamicReference(_ entry: Mapping.Entry) {
        if let text = entry.value.string, text.hasPrefix("#"), place.file.anchors.isAmbiguous(String(text.dropFirst()))
        {
            session.unsupported(
                "a \"$dynamicRef\" to one of several schemas is", "any value is accepted", at: entry.value.location)
        } else {
            readReference(entry)
        }
    }

    /// `$recursiveRef` of JSON Schema 2019-09: the nearest schema around it with `$recursiveAnchor: true`.
    mutating func readRecursiveReference(_ entry: Mapping.Entry) {
        var around: [Target] = [Target(node: place.file.root, place: Place(file: place.file))]
        for token in place.pointer {
            guard let last = around.last else { return }
            let index = Int(token)
            let member = last.node.mapping?.entry(token)
            guard let next = member?.value ?? index.flatMap({ last.node.sequence?[$0] }) else { break }
            around.append(Target(node: next, key: member?.key, place: last.place.child(token)))
        }
        let anchor = around.last { $0.node.mapping?["$recursiveAnchor"]?.bool == true }
        guard entry.value.string == "#", let anchor else {
            session.unsupported("this \"$recursiveRef\" is", "any value is accepted", at: entry.value.location)
            return
        }
        schema.reference = session.schema(anchor)
    }
}
