/// The entries of a mapping in the order of the document, with merge keys (`<<`) applied.
public struct Mapping: Sendable, RandomAccessCollection {
    /// One key with its value.
    public struct Entry: Sendable {
        /// The key; always a scalar.
        public let key: Node
        /// The value.
        public let value: Node

        /// The text of the key: `200` and `"200"` are both `200`.
        public var name: String { key.tree.storage.string(of: key.record) }
    }

    /// The node that the mapping is.
    public let node: Node

    public var startIndex: Int { 0 }
    public var endIndex: Int { Int(node.record.count) }

    /// The entry at a position.
    public subscript(position: Int) -> Entry {
        precondition(indices.contains(position), "no entry at \(position)")
        let offset = Int(node.record.start) + 2 * position
        return Entry(
            key: Node(tree: node.tree, index: node.tree.storage.children[offset]),
            value: Node(tree: node.tree, index: node.tree.storage.children[offset + 1]))
    }

    /// The value of a key, or nil if the mapping does not have it. Takes constant time.
    public subscript(key: String) -> Node? { entry(key)?.value }

    /// The entry of a key, or nil if the mapping does not have it. Takes constant time.
    public func entry(_ key: String) -> Entry? {
        let record = node.record
        var key = key
        let position = key.withUTF8 {
            node.tree.storage.position(
                of: UnsafeRawBufferPointer($0), start: Int(record.start), count: Int(record.count))
        }
        return position.map { self[$0] }
    }

    /// The texts of all keys, in order.
    public var names: [String] { map(\.name) }
}

/// The elements of a sequence.
public struct NodeList: Sendable, RandomAccessCollection {
    /// The node that the sequence is.
    public let node: Node

    public var startIndex: Int { 0 }
    public var endIndex: Int { Int(node.record.count) }

    /// The element at a position.
    public subscript(position: Int) -> Node {
        precondition(indices.contains(position), "no element at \(position)")
        return Node(tree: node.tree, index: node.tree.storage.children[Int(node.record.start) + position])
    }
}
