/// Changes to the structure of a document.
struct NodeMutation {
    /// Names of components, to refer to.
    private let references: [String]

    init(document: Value) {
        var found: [String] = []
        if case .object(let sections) = document["components"] {
            for section in sections {
                guard case .object(let members) = section.value else { continue }
                found += members.map { "#/components/\(section.key)/\($0.key)" }
            }
        }
        references = found
    }

    /// Does some changes.
    func apply(to document: inout Value, other: Value, _ random: inout RandomSource) {
        for _ in 0..<(1 + random.below(4)) {
            var left = random.below(max(1, document.count))
            var next = random
            document.visit(&left) { change(&$0, document: other, &next) }
            random = next
        }
    }

    private func change(_ value: inout Value, document: Value, _ random: inout RandomSource) {
        switch value {
        case .scalar: value = changedScalar(value, &random)
        case .list(var values):
            switch random.below(5) {
            case 0 where !values.isEmpty: values.remove(at: random.below(values.count))
            case 1 where !values.isEmpty: values.append(random.pick(values))
            case 2 where !values.isEmpty: values.swapAt(random.below(values.count), random.below(values.count))
            case 3: values.insert(replacement(document, &random), at: random.below(values.count + 1))
            default:
                value = replacement(document, &random)
                return
            }
            value = .list(values)
        case .object(var members):
            changeMembers(&members, document: document, &random)
            value = random.once(in: 25) ? replacement(document, &random) : .object(members)
        }
    }

    private func changeMembers(
        _ members: inout [(key: String, value: Value)], document: Value, _ random: inout RandomSource
    ) {
        let position = random.below(members.count)
        switch random.below(10) {
        case 0, 1:
            if !members.isEmpty { members.remove(at: position) }
        case 2:
            if !members.isEmpty { members.append((random.pick(OddValues.names), members[position].value)) }
        case 3:
            if !members.isEmpty { members[position].key = random.pick(OddValues.names) }
        case 4:
            if members.count > 1 {
                let other = random.below(members.count)
                let kept = members[position].value
                members[position].value = members[other].value
                members[other].value = kept
            }
        case 5:
            if !members.isEmpty { members[position].value = replacement(document, &random) }
        case 6: members.append(("$ref", .string(reference(&random))))
        case 7:
            if !members.isEmpty {
                let kept = members[position].value
                members[position].value = random.once(in: 2) ? .list([kept, kept]) : .object([("items", kept)])
            }
        default:
            let keyword = random.pick(OddValues.keywords)
            members.removeAll { $0.key == keyword.name }
            members.append((keyword.name, keywordValue(keyword.values, &random)))
        }
    }

    private func changedScalar(_ value: Value, _ random: inout RandomSource) -> Value {
        if value.plainString?.hasPrefix("#/") == true, !random.once(in: 3) { return .string(reference(&random)) }
        return random.once(in: 8) ? .object([("$ref", .string(reference(&random)))]) : random.pick(OddValues.scalars)
    }

    private func reference(_ random: inout RandomSource) -> String {
        if references.isEmpty || random.once(in: 4) { return random.pick(OddValues.references) }
        let target = random.pick(references)
        return random.once(in: 6) ? target + random.pick(["/properties", "/items", "/allOf/0", "/", "/x"]) : target
    }

    private func keywordValue(_ values: [Value], _ random: inout RandomSource) -> Value {
        switch random.below(6) {
        case 0: .object([("$ref", .string(reference(&random)))])
        case 1: .list([.object([("$ref", .string(reference(&random)))]), .object([("type", .string("null"))])])
        case 2: random.pick(OddValues.scalars)
        default: random.pick(values)
        }
    }

    /// A part of another document, or something odd.
    private func replacement(_ document: Value, _ random: inout RandomSource) -> Value {
        if random.once(in: 2) { return random.pick(OddValues.scalars) }
        var left = random.below(max(1, document.count))
        var part = Value.object([])
        var copy = document
        copy.visit(&left) { part = $0 }
        return part.count > 400 ? .object([]) : part
    }
}

extension Value {
    /// How many values it is, itself included.
    var count: Int {
        switch self {
        case .scalar: 1
        case .list(let values): values.reduce(1) { $0 + $1.count }
        case .object(let members): members.reduce(1) { $0 + $1.value.count }
        }
    }

    /// Changes the value that `left` others stand before.
    mutating func visit(_ left: inout Int, _ change: (inout Value) -> Void) {
        if left == 0 {
            left = -1
            change(&self)
            return
        }
        left -= 1
        switch self {
        case .scalar: break
        case .list(var values):
            for index in values.indices where left >= 0 { values[index].visit(&left, change) }
            self = .list(values)
        case .object(var members):
            for index in members.indices where left >= 0 { members[index].value.visit(&left, change) }
            self = .object(members)
        }
    }
}
