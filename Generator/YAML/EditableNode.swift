import GeneratorDiagnostics

/// A node of a document that is being changed. What is put in keeps its place in the file that it comes from.
///
/// Aliases are expanded: a change at one place does not show at another.
public final class EditableNode {
    /// What a node contains.
    public enum Content {
        case scalar
        case sequence([EditableNode])
        case mapping([(key: Node, value: EditableNode)])
    }

    /// Where the node was read; also what it says, if it is a scalar.
    public let origin: Node
    /// What it contains now.
    public var content: Content

    /// Copies a node with all that it contains.
    public init(_ node: Node) {
        origin = node
        content =
            switch node.content {
            case .scalar: .scalar
            case .sequence(let elements): .sequence(elements.map(EditableNode.init))
            case .mapping(let entries): .mapping(entries.map { ($0.key, EditableNode($0.value)) })
            }
    }

    /// The elements, or nil if the node is no sequence.
    public var elements: [EditableNode]? {
        if case .sequence(let elements) = content { elements } else { nil }
    }

    /// The entries, or nil if the node is no mapping.
    public var entries: [(key: Node, value: EditableNode)]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// The value of a key, or nil if there is none. Takes time in proportion to the number of keys.
    public subscript(key: String) -> EditableNode? {
        entries?.first { $0.key.text == key }?.value
    }

    /// The node as one of a document that no longer changes; nil if it is nested deeper, or has more nodes, than a
    /// document may.
    public func frozen() -> Node? {
        var builder = FrozenTree()
        guard let root = builder.add(self, depth: 0) else { return nil }
        return Node(tree: Tree(files: builder.files, storage: builder.storage), index: root)
    }
}

/// Puts the nodes of several documents into one.
private struct FrozenTree {
    static let mostNodes = 8_000_000

    var storage = TreeStorage()
    var files: [SourceFile] = []
    private var fileNumbers: [ObjectIdentifier: UInt16] = [:]

    /// The number of the node's record.
    mutating func add(_ node: EditableNode, depth: Int) -> UInt32? {
        switch node.content {
        case .scalar:
            return add(scalar: node.origin)
        case .sequence(let elements):
            guard let record = open(node, depth) else { return nil }
            var children: [UInt32] = []
            for element in elements {
                guard let child = add(element, depth: depth + 1) else { return nil }
                children.append(child)
            }
            return close(record, children, count: children.count)
        case .mapping(let entries):
            guard let record = open(node, depth) else { return nil }
            var children: [UInt32] = []
            for entry in entries {
                guard let key = add(scalar: entry.key), let value = add(entry.value, depth: depth + 1) else {
                    return nil
                }
                children += [key, value]
            }
            let start = storage.children.count
            _ = close(record, children, count: entries.count)
            _ = storage.indexKeys(start: start, count: entries.count)
            return record
        }
    }

    private mutating func add(scalar node: Node) -> UInt32? {
        guard storage.records.count < Self.mostNodes else { return nil }
        var record = node.record
        let text = node.tree.storage.text(of: record)
        record.start = UInt32(storage.text.count)
        record.file = number(of: node.file)
        storage.text += text
        storage.records.append(record)
        return UInt32(storage.records.count - 1)
    }

    private mutating func open(_ node: EditableNode, _ depth: Int) -> UInt32? {
        guard depth < TreeBuilder.deepestNesting, storage.records.count < Self.mostNodes else { return nil }
        var record = node.origin.record
        record.file = number(of: node.origin.file)
        if case .mapping = node.content { record.kind = .mapping } else { record.kind = .sequence }
        storage.records.append(record)
        return UInt32(storage.records.count - 1)
    }

    private mutating func close(_ record: UInt32, _ children: [UInt32], count: Int) -> UInt32 {
        storage.records[Int(record)].start = UInt32(storage.children.count)
        storage.records[Int(record)].count = UInt32(count)
        storage.children += children
        return record
    }

    private mutating func number(of file: SourceFile) -> UInt16 {
        if let number = fileNumbers[ObjectIdentifier(file)] { return number }
        let number = UInt16(files.count)
        fileNumbers[ObjectIdentifier(file)] = number
        files.append(file)
        return number
    }
}
