import GeneratorYAML

/// Finds what a JSONPath means in a document.
struct JSONPathEvaluator {
    /// A node with the mapping or the sequence that holds it.
    struct Found {
        let node: EditableNode
        /// Nil for the document itself.
        let parent: EditableNode?
    }

    /// Queries in filters run once for each node; this many steps are enough for any honest one.
    private static let mostSteps = 50_000_000

    let root: EditableNode
    private var steps = 0

    init(root: EditableNode) {
        self.root = root
    }

    /// Whether a query took too many steps; its results are not complete.
    var isExhausted: Bool { steps > Self.mostSteps }

    /// The nodes that a query finds, in the order of the document.
    mutating func nodes(_ path: JSONPath, from current: EditableNode? = nil) -> [Found] {
        var found = [Found(node: path.isRelative ? current ?? root : root, parent: nil)]
        for segment in path.segments {
            var next: [Found] = []
            for start in found {
                let starts = segment.isDescendant ? descendants(of: start.node) : [start.node]
                for node in starts {
                    for selector in segment.selectors { next += select(selector, in: node) }
                    if isExhausted { return [] }
                }
            }
            found = next
        }
        return found
    }

    /// The node and all that it contains.
    private mutating func descendants(of node: EditableNode) -> [EditableNode] {
        var all: [EditableNode] = []
        var waiting = [node]
        while let next = waiting.popLast(), !isExhausted {
            steps += 1
            all.append(next)
            waiting += children(of: next).reversed()
        }
        return all
    }

    private func children(of node: EditableNode) -> [EditableNode] {
        switch node.content {
        case .scalar: []
        case .sequence(let elements): elements
        case .mapping(let entries): entries.map(\.value)
        }
    }

    private mutating func select(_ selector: JSONPath.Selector, in node: EditableNode) -> [Found] {
        steps += 1
        switch selector {
        case .name(let name):
            steps += node.entries?.count ?? 0
            return node[name].map { [Found(node: $0, parent: node)] } ?? []
        case .wildcard:
            let children = children(of: node)
            steps += children.count
            return children.map { Found(node: $0, parent: node) }
        case .index(let index):
            guard let elements = node.elements else { return [] }
            let position = index < 0 ? elements.count + index : index
            return elements.indices.contains(position) ? [Found(node: elements[position], parent: node)] : []
        case .slice(let start, let end, let step):
            guard let elements = node.elements else { return [] }
            steps += elements.count
            return slice(elements.count, start, end, step).map { Found(node: elements[$0], parent: node) }
        case .filter(let condition):
            var found: [Found] = []
            for child in children(of: node) where !isExhausted && holds(condition, for: child) {
                found.append(Found(node: child, parent: node))
            }
            return found
        }
    }

    /// The positions of a slice, by RFC 9535, 2.3.4.2.2.
    private func slice(_ count: Int, _ start: Int?, _ end: Int?, _ step: Int) -> [Int] {
        func bounded(_ index: Int, _ range: ClosedRange<Int>) -> Int {
            let position = index < 0 ? count + index : index
            return min(max(position, range.lowerBound), range.upperBound)
        }
        if step == 0 { return [] }
        if step > 0 {
            let range = 0...count
            return Array(stride(from: bounded(start ?? 0, range), to: bounded(end ?? count, range), by: step))
        }
        let range = -1...max(count - 1, -1)
        let last = end.map { bounded($0, range) } ?? -1
        return Array(stride(from: start.map { bounded($0, range) } ?? count - 1, to: last, by: step))
    }

    // MARK: - Filters

    private mutating func holds(_ condition: JSONPath.Condition, for node: EditableNode) -> Bool {
        steps += 1
        switch condition {
        case .or(let parts):
            for part in parts where holds(part, for: node) { return true }
            return false
        case .and(let parts):
            for part in parts where !holds(part, for: node) { return false }
            return true
        case .not(let inner): return !holds(inner, for: node)
        case .exists(let path): return !nodes(path, from: node).isEmpty
        case .comparison(let left, let comparison, let right):
            let others = values(right, for: node)
            for value in values(left, for: node) {
                for other in others where compare(value, comparison, other) { return true }
            }
            return false
        case .matches(let subject, let pattern, let isPart):
            guard case .literal(.string(let text)) = values(subject, for: node)[0],
                case .literal(.string(let pattern)) = values(pattern, for: node)[0], let regex = try? Regex(pattern)
            else { return false }
            return isPart ? text.contains(regex) : text.wholeMatch(of: regex) != nil
        }
    }

    /// What is compared.
    private enum Operand {
        case nothing
        case literal(JSONPath.Literal)
        case collection(EditableNode)
    }

    /// What one side of a comparison stands for, one value at least.
    ///
    /// The standard wants a query that finds one node at most. Overlays in the field write `@.tags[*] == 'internal'`,
    /// by which they mean any of the nodes.
    private mutating func values(_ value: JSONPath.Value, for node: EditableNode) -> [Operand] {
        switch value {
        case .literal(let literal): return [.literal(literal)]
        case .query(let path):
            let found = nodes(path, from: node).map { operand($0.node) }
            return found.isEmpty ? [.nothing] : found
        case .count(let path): return [.literal(.number(Double(nodes(path, from: node).count)))]
        case .length(let inner):
            switch values(inner, for: node)[0] {
            case .literal(.string(let text)): return [.literal(.number(Double(text.unicodeScalars.count)))]
            case .collection(let node): return [.literal(.number(Double(children(of: node).count)))]
            default: return [.nothing]
            }
        }
    }

    private func operand(_ node: EditableNode) -> Operand {
        guard case .scalar = node.content, let scalar = node.origin.scalar else { return .collection(node) }
        switch scalar.kind {
        case .null: return .literal(.null)
        case .bool: return .literal(.bool(scalar.bool ?? false))
        case .int, .float: return .literal(.number(scalar.double ?? .nan))
        default: return .literal(.string(scalar.text))
        }
    }

    private func compare(_ left: Operand, _ comparison: JSONPath.Comparison, _ right: Operand) -> Bool {
        switch comparison {
        case .equal: isEqual(left, right)
        case .unequal: !isEqual(left, right)
        case .less: isLess(left, right)
        case .greater: isLess(right, left)
        case .lessOrEqual: isLess(left, right) || isEqual(left, right)
        case .greaterOrEqual: isLess(right, left) || isEqual(left, right)
        }
    }

    private func isLess(_ left: Operand, _ right: Operand) -> Bool {
        switch (left, right) {
        case (.literal(.number(let left)), .literal(.number(let right))): left < right
        case (.literal(.string(let left)), .literal(.string(let right))):
            left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
        default: false
        }
    }

    private func isEqual(_ left: Operand, _ right: Operand) -> Bool {
        switch (left, right) {
        case (.nothing, .nothing): true
        case (.literal(let left), .literal(let right)): left == right
        case (.collection(let left), .collection(let right)): isEqual(left, right)
        default: false
        }
    }

    /// Whether two mappings have equal values for the same keys, or two sequences equal elements.
    private func isEqual(_ left: EditableNode, _ right: EditableNode) -> Bool {
        switch (left.content, right.content) {
        case (.sequence(let first), .sequence(let second)):
            first.count == second.count && zip(first, second).allSatisfy { isEqual(operand($0), operand($1)) }
        case (.mapping(let first), .mapping(let second)):
            first.count == second.count
                && first.allSatisfy { entry in
                    right[entry.key.text ?? ""].map { isEqual(operand(entry.value), operand($0)) } ?? false
                }
        default: false
        }
    }
}
