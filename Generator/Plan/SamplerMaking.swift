import GeneratorOpenAPI
import GeneratorYAML

/// Schemas that hold together, taken apart: what they say themselves, and the alternatives that are still to be chosen.
struct SampleTask {
    /// Every schema that holds, references followed.
    var parts: [SchemaID] = []
    var choices: [(alternatives: [SchemaID], discriminator: Schema.Discriminator?)] = []
    /// Members whose value is given by a discriminator.
    var marks: [SampleValue.Member] = []
    /// The named schemas among the parts.
    var names: [SchemaID] = []
    /// Whether one of them accepts nothing, or is being made already.
    var isHopeless = false
}

extension Sampler {
    /// How deep objects are filled with members that may be left out.
    private static let richDepth = 2

    /// A value that satisfies several schemas at once.
    func value(of ids: [SchemaID], _ direction: Direction, depth: Int, variant: Int) -> SampleValue? {
        guard depth < 40 else { return nil }
        budget -= 1
        let single = ids.count == 1 ? specification.resolved(ids[0]) : nil
        let key = single.map { Key(schema: $0, direction: direction, depth: min(depth, Self.richDepth)) }
        if variant == 0, let key, let known = known[key] { return known }
        guard budget > 0 else { return nil }

        var task = SampleTask()
        for id in ids { add(id, to: &task) }
        guard !task.isHopeless else { return nil }
        open.formUnion(task.names)
        defer { open.subtract(task.names) }
        var value = given(task, ids, direction, variant: variant) ?? make(task, ids, direction, depth, variant)
        if depth < Self.richDepth, task.parts.count > 1, value.map({ !satisfies($0, ids, direction) }) ?? true {
            // One part may forbid what another describes: without members that can be left out it may work.
            value = make(task, ids, direction, Self.richDepth, variant) ?? value
        }
        if variant == 0, let key, let value { known[key] = value }
        return value
    }

    /// Adds a schema to those that hold, with what it refers to and what it is made of.
    private func add(_ id: SchemaID, to task: inout SampleTask) {
        guard !task.parts.contains(id) else { return }
        let schema = specification[id]
        if schema.booleanValue == false { task.isHopeless = true }
        if schema.componentName != nil {
            if open.contains(id) { task.isHopeless = true }
            task.names.append(id)
        }
        guard !task.isHopeless else { return }
        task.parts.append(id)
        if let target = schema.reference { add(target, to: &task) }
        for part in schema.allOf { add(part, to: &task) }
        if !schema.oneOf.isEmpty { task.choices.append((schema.oneOf, schema.discriminator)) }
        if !schema.anyOf.isEmpty { task.choices.append((schema.anyOf, schema.discriminator)) }
        guard let discriminator = schema.discriminator, schema.oneOf.isEmpty, schema.anyOf.isEmpty else { return }
        // A family: its members are made of this schema, and the discriminator names the member.
        for entry in discriminator.mapping where task.parts.contains(specification.resolved(entry.schema)) {
            task.marks.append(.init(name: discriminator.property, value: .string(entry.value)))
        }
    }

    func satisfies(_ value: SampleValue, _ ids: [SchemaID], _ direction: Direction) -> Bool {
        ids.allSatisfy { accepts(value, $0, direction) }
    }

    /// A value that the schemas name themselves.
    private func given(_ task: SampleTask, _ ids: [SchemaID], _ direction: Direction, variant: Int) -> SampleValue? {
        for part in task.parts {
            let schema = specification[part]
            let nodes = schema.examples + [schema.constValue, schema.defaultValue].compactMap { $0 }
            guard !nodes.isEmpty || !schema.enumValues.isEmpty else { continue }
            if variant == 0 {
                for node in nodes where !node.isNull {
                    let value = SampleValue(node)
                    if satisfies(value, ids, direction) { return value }
                }
            }
            guard !schema.enumValues.isEmpty else { continue }
            let start = variant % schema.enumValues.count
            for node in schema.enumValues[start...] + schema.enumValues[..<start] {
                let value = SampleValue(node)
                if satisfies(value, ids, direction) { return value }
            }
        }
        return nil
    }

    private func make(
        _ task: SampleTask, _ ids: [SchemaID], _ direction: Direction, _ depth: Int, _ variant: Int
    ) -> SampleValue? {
        guard let choice = task.choices.last else { return plain(task, ids, direction, depth, variant) }
        budget -= 25
        guard budget > 0 else { return nil }
        /// What fits several alternatives, which "oneOf" does not want: documents do not mean it.
        var loose: SampleValue?
        /// What fits nothing, of schemas that contradict each other.
        var last: SampleValue?
        for alternative in choice.alternatives {
            var next = task
            next.choices.removeLast()
            add(alternative, to: &next)
            guard !next.isHopeless else { continue }
            if let discriminator = choice.discriminator { mark(&next, as: alternative, discriminator) }
            let names = Set(next.names).subtracting(open)
            open.formUnion(names)
            defer { open.subtract(names) }
            guard
                let value = given(next, ids, direction, variant: variant)
                    ?? make(next, ids, direction, depth, variant)
            else { continue }
            if satisfies(value, ids, direction) { return value }
            if loose == nil, satisfies(value, next.parts.filter { !task.parts.contains($0) }, direction) {
                loose = value
            }
            last = last ?? value
        }
        if task.parts.contains(where: { specification[$0].isNullable }) { return .null }
        return loose ?? last
    }

    /// Lets the discriminator name an alternative, unless that names itself.
    private func mark(_ task: inout SampleTask, as alternative: SchemaID, _ discriminator: Schema.Discriminator) {
        let target = specification.resolved(alternative)
        let entry = discriminator.mapping.first { specification.resolved($0.schema) == target }
        let namesItself = task.parts.contains { part in
            guard let property = rules(of: part).properties[discriminator.property] else { return false }
            let schema = specification[specification.resolved(property)]
            return !schema.enumValues.isEmpty || schema.constValue != nil
        }
        if entry == nil, namesItself { return }
        guard let name = entry?.value ?? specification[target].componentName else { return }
        task.marks.append(.init(name: discriminator.property, value: .string(name)))
    }

    // MARK: - Without alternatives

    private func plain(
        _ task: SampleTask, _ ids: [SchemaID], _ direction: Direction, _ depth: Int, _ variant: Int
    ) -> SampleValue? {
        for kind in kinds(of: task) {
            let value: SampleValue? =
                switch kind {
                case .object: object(task, direction, depth, variant)
                case .array: array(task, direction, depth, variant)
                case .string: text(task, ids, direction, variant)
                case .integer, .number: number(task, ids, kind, direction, variant)
                case .boolean: .bool(variant % 2 == 0)
                }
            if let value { return value }
        }
        return task.parts.allSatisfy { isNullable($0) } ? .null : nil
    }

    private func isNullable(_ id: SchemaID) -> Bool {
        let schema = specification[id]
        return schema.isNullable || (schema.kinds.isEmpty && !schema.isNullAlone)
    }

    /// The kinds that all schemas allow; where none is named, the one that their other keywords are about.
    private func kinds(of task: SampleTask) -> [Schema.Kind] {
        var kinds: [Schema.Kind]?
        for part in task.parts {
            let schema = specification[part]
            if schema.isNullAlone { return [] }
            guard !schema.kinds.isEmpty else { continue }
            kinds =
                kinds.map { known in
                    known.compactMap { kind in
                        if schema.kinds.contains(kind) { return kind }
                        if kind == .number, schema.kinds.contains(.integer) { return .integer }
                        return kind == .integer && schema.kinds.contains(.number) ? kind : nil
                    }
                } ?? schema.kinds
        }
        return kinds ?? [impliedKind(of: task)]
    }

    private func impliedKind(of task: SampleTask) -> Schema.Kind {
        for part in task.parts {
            let (schema, rules) = (specification[part], rules(of: part))
            if !schema.properties.isEmpty || !schema.required.isEmpty { return .object }
            if case .schema = schema.additionalProperties { return .object }
            if schema.items != nil || !schema.prefixItems.isEmpty { return .array }
            if rules.pattern != nil || rules.minimumLength != nil || schema.format != nil { return .string }
            if rules.minimum != nil || rules.maximum != nil || rules.step != nil { return .number }
        }
        return .object
    }

    private func array(_ task: SampleTask, _ direction: Direction, _ depth: Int, _ variant: Int) -> SampleValue? {
        let rules = task.parts.map { self.rules(of: $0) }
        let least = rules.compactMap(\.minimumItems).max() ?? 0
        let most = rules.compactMap(\.maximumItems).min() ?? .max
        let isUnique = rules.contains(where: \.hasUniqueItems)
        let prefix = task.parts.map { specification[$0].prefixItems }.max { $0.count < $1.count } ?? []
        let items = task.parts.compactMap { specification[$0].items }
        let wanted = min(max(least, prefix.isEmpty ? (depth < 8 ? 1 : 0) : prefix.count), most)
        guard wanted <= 1_000 else { return nil }
        var elements: [SampleValue] = []
        for position in 0..<wanted {
            let schemas = position < prefix.count ? [prefix[position]] : items
            let number = variant + (isUnique ? position : 0)
            guard let element = value(of: schemas, direction, depth: depth + 1, variant: number) else { break }
            if isUnique, elements.contains(element) { break }
            elements.append(element)
        }
        return elements.count >= least ? .array(elements) : nil
    }

    // MARK: Objects

    private func object(_ task: SampleTask, _ direction: Direction, _ depth: Int, _ variant: Int) -> SampleValue? {
        var members: [SampleValue.Member] = []
        var properties: [String: [SchemaID]] = [:]
        var order: [String] = []
        var required: Set<String> = []
        for part in task.parts {
            let schema = specification[part]
            for property in schema.properties {
                if !order.contains(property.name) { order.append(property.name) }
                properties[property.name, default: []].append(property.schema)
            }
            required.formUnion(schema.required)
            order += schema.required.filter { !order.contains($0) }
        }
        let rules = task.parts.map { self.rules(of: $0) }
        let least = rules.compactMap(\.minimumMembers).max() ?? 0
        let most = rules.compactMap(\.maximumMembers).min() ?? .max
        let marked = Set(task.marks.map(\.name))
        order += task.marks.map(\.name).filter { !order.contains($0) }
        for name in order {
            let schemas = properties[name] ?? []
            guard !schemas.contains(where: { isLeftOut($0, direction) }) else { continue }
            if marked.contains(name), let mark = task.marks.last(where: { $0.name == name }) {
                members.append(mark)
                continue
            }
            let isRequired = required.contains(name)
            let isWelcome = members.count < least || isWelcome(schemas, direction, depth)
            guard isRequired || (isWelcome && members.count < most) else { continue }
            let described = schemas.isEmpty ? others(named: name, task) : schemas
            let value = value(of: described, direction, depth: depth + 1, variant: variant)
            if let value, isRequired || satisfies(value, described, direction) {
                members.append(.init(name: name, value: value))
            } else if isRequired {
                return nil
            }
        }
        // An object without members leaves no trace where it is a parameter.
        let wanted = direction == .parameter && depth == 0 && members.isEmpty ? max(least, min(most, 1)) : least
        while members.count < wanted, members.count < 100 {
            let name = self.name(members.count, task)
            let schemas = others(named: name, task)
            guard !schemas.isEmpty || direction != .parameter else {
                members.append(.init(name: name, value: .string("text")))
                continue
            }
            guard let value = value(of: schemas, direction, depth: depth + 1, variant: variant) else { return nil }
            members.append(.init(name: name, value: value))
        }
        return .object(members)
    }

    /// Whether a member that may be left out is put in. Answers are more use with all their own members, and with the
    /// plain ones of those.
    private func isWelcome(_ schemas: [SchemaID], _ direction: Direction, _ depth: Int) -> Bool {
        guard direction != .request, depth < Self.richDepth, schemas.count == 1 else { return false }
        let schema = specification[specification.resolved(schemas[0])]
        guard !schema.isDeprecated, !specification[schemas[0]].isDeprecated else { return false }
        if depth == 0 { return true }
        guard schema.oneOf.isEmpty, schema.anyOf.isEmpty, schema.allOf.isEmpty else { return false }
        return !schema.kinds.isEmpty && !schema.kinds.contains(.object) && !schema.kinds.contains(.array)
    }

    /// The schemas of a member that has none of its own.
    private func others(named name: String, _ task: SampleTask) -> [SchemaID] {
        task.parts.flatMap { part -> [SchemaID] in
            let matching = rules(of: part).memberPatterns.filter { $0.pattern?.fits(name) ?? false }.map(\.schema)
            if !matching.isEmpty { return matching }
            if case .schema(let element) = specification[part].additionalProperties { return [element] }
            return []
        }
    }

    /// A name for a member that no schema names.
    private func name(_ number: Int, _ task: SampleTask) -> String {
        for part in task.parts {
            for pattern in rules(of: part).memberPatterns {
                if let name = pattern.pattern?.text(1...64, variant: number) { return name }
            }
            guard let names = specification[part].propertyNames else { continue }
            if case .string(let name)? = value(of: [names], .request, depth: 30, variant: number) { return name }
        }
        return "key\(number + 1)"
    }
}
