import GeneratorDiagnostics
import GeneratorYAML

/// Checks of schemas that look at more than one of them; they run when all have been read.
extension Session {
    /// The properties of an object, with those that it takes from its references and its parts.
    func members(of id: SchemaID) -> [Schema.Property] {
        var seen: Set<SchemaID> = []
        var waiting = [id]
        var members: [Schema.Property] = []
        while let id = waiting.popLast() {
            guard seen.insert(id).inserted else { continue }
            let schema = schemas[id.index]
            members += schema.properties
            waiting += schema.allOf + schema.oneOf + schema.anyOf
            if let target = schema.reference { waiting.append(target) }
        }
        return members
    }

    /// Checks a schema against those around it.
    func checkSchema(_ id: SchemaID) {
        guard schemas[id.index].hasClaims, let mapping = schemas[id.index].node.mapping else { return }
        let schema = schemas[id.index]
        if !schema.required.isEmpty { checkRequired(schema, mapping) }
        if let payload = schema.payload { checkPayload(payload, of: id, mapping) }
        if schema.swiftType != nil { checkSwiftType(schema, mapping) }
        if !schema.swiftNames.isEmpty { checkSwiftNames(schema, mapping) }
        if let discriminator = schema.siblingDiscriminator { check(discriminator, of: schema) }
    }

    /// Warns of required properties that the schema does not describe, if nothing else can.
    private func checkRequired(_ schema: Schema, _ mapping: Mapping) {
        let names = schema.requiredWithoutProperty
        guard !names.isEmpty, let node = mapping["required"]?.sequence else { return }
        for element in node {
            guard let name = element.text, names.contains(name) else { continue }
            warning(
                "\"\(name)\" is required, and the schema has no such property; it is not asked for",
                at: element.location, hint: nearest(name, in: mapping["properties"]?.mapping))
        }
    }

    private func checkPayload(_ payload: String, of id: SchemaID, _ mapping: Mapping) {
        let names = members(of: id).map(\.name)
        guard let node = mapping["x-tollgate-payload"], !names.contains(payload) else { return }
        error("the schema has no property \"\(payload)\"", at: node.location, hint: didYouMean(payload, in: names))
    }

    private func checkSwiftType(_ schema: Schema, _ mapping: Mapping) {
        guard let entry = mapping.entry("x-tollgate-type"), schema.kinds != [.string] else { return }
        error("\"x-tollgate-type\" belongs to schemas of type \"string\"", at: entry.key.location)
    }

    private func checkSwiftNames(_ schema: Schema, _ mapping: Mapping) {
        guard let node = mapping["x-tollgate-names"]?.mapping else { return }
        let values = schema.enumValues.compactMap(\.text)
        for entry in node where !values.contains(entry.name) {
            error(
                "\"\(entry.name)\" is no value of the enumeration", at: entry.key.location,
                hint: didYouMean(entry.name, in: values))
        }
    }

    private func check(_ discriminator: Schema.Discriminator, of schema: Schema) {
        if schema.oneOf.isEmpty && schema.anyOf.isEmpty {
            error("\"x-tollgate-discriminator\" belongs to a schema with \"oneOf\"", at: discriminator.location)
        }
        guard let enclosing = enclosing(schema) else {
            error("\"x-tollgate-discriminator\" belongs to the schema of a property", at: discriminator.location)
            return
        }
        let names = enclosing.properties.map(\.name)
        if !names.contains(discriminator.property) {
            error(
                "the object has no property \"\(discriminator.property)\"", at: discriminator.location,
                hint: didYouMean(discriminator.property, in: names))
        }
    }

    /// The object that has the schema as that of a property.
    private func enclosing(_ schema: Schema) -> Schema? {
        guard schema.pointer.dropLast().last == "properties" else { return nil }
        let pointer = Array(schema.pointer.dropLast(2))
        return schemas.first { $0.file == schema.file && $0.pointer == pointer }
    }

    // MARK: - Circles

    /// Finds schemas that are made of themselves, by `$ref` and `allOf` alone, and cuts these circles open.
    ///
    /// An object whose property is of its own type is no such circle: it ends when the property is left out.
    func breakReferenceCycles() {
        var isDone = Array(repeating: false, count: schemas.count)
        var depths: [Int?] = Array(repeating: nil, count: schemas.count)
        for root in schemas.indices where !isDone[root] {
            let targets = parts(of: root)
            if targets.isEmpty { continue }
            var path = [Step(schema: root, targets: targets)]
            depths[root] = 0
            while let step = path.last {
                guard let target = step.targets.last else {
                    isDone[step.schema] = true
                    depths[step.schema] = nil
                    path.removeLast()
                    continue
                }
                path[path.count - 1].targets.removeLast()
                if let depth = depths[target] {
                    reportCycle(path[depth...].compactMap { reference(from: $0.schema) })
                    cut(from: step.schema, to: target)
                } else if !isDone[target] {
                    depths[target] = path.count
                    path.append(Step(schema: target, targets: parts(of: target)))
                }
            }
        }
    }

    /// Cuts references that lead from one schema to the next for too long: each would have to be followed each time.
    func breakReferenceChains() {
        var lengths = Array(repeating: 0, count: schemas.count)
        for start in schemas.indices where lengths[start] == 0 {
            var chain = [start]
            while let target = schemas[chain[chain.count - 1]].reference?.index, lengths[target] == 0 {
                chain.append(target)
            }
            for index in chain.reversed() {
                guard let target = schemas[index].reference?.index else {
                    lengths[index] = 1
                    continue
                }
                lengths[index] = lengths[target] + 1
                if lengths[index] > Self.longestChain, let reference = reference(from: index) {
                    error("this reference leads to another, and so on without end", at: reference.location)
                    cut(from: index, to: target)
                    lengths[index] = 1
                }
            }
        }
    }

    private struct Step {
        let schema: Int
        /// Those that are still to be visited.
        var targets: [Int]
    }

    private func parts(of index: Int) -> [Int] {
        schemas[index].allOf.map(\.index) + (schemas[index].reference.map { [$0.index] } ?? [])
    }

    private func reference(from index: Int) -> Node? {
        guard schemas[index].reference != nil, let mapping = schemas[index].node.mapping else { return nil }
        return mapping["$ref"] ?? mapping["$dynamicRef"] ?? mapping["$recursiveRef"]
    }

    private func cut(from index: Int, to target: Int) {
        var parts = schemas[index].parts
        parts.allOf.removeAll { $0.index == target }
        if parts.reference?.index == target {
            parts.reference = nil
            parts.isBareReference = false
        }
        schemas[index] = Schema(parts)
    }
}

extension Schema {
    /// Whether the schema says something that has to agree with others.
    fileprivate var hasClaims: Bool {
        !required.isEmpty || payload != nil || swiftType != nil || !swiftNames.isEmpty || siblingDiscriminator != nil
    }

    /// The required properties that the schema does not describe, if nothing else can.
    public var requiredWithoutProperty: Set<String> {
        guard !required.isEmpty, !properties.isEmpty, case .unspecified = additionalProperties,
            patternProperties.isEmpty, reference == nil, allOf.isEmpty, oneOf.isEmpty, anyOf.isEmpty, !isPart
        else { return [] }
        return Set(required).subtracting(properties.map(\.name))
    }

    /// Whether the schema is a part of another, which may describe what this one requires.
    fileprivate var isPart: Bool {
        ["allOf", "oneOf", "anyOf"].contains(pointer.dropLast().last)
    }
}
