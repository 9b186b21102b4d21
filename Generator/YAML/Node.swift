import GeneratorDiagnostics

/// A mapping, a sequence or a scalar of a YAML or JSON document, which knows its place in the source.
///
/// A node is two words that refer into its document, so it is cheap to copy. Anchors, aliases and merge keys are
/// resolved: an alias is the node that it stands for, with the place of that node.
public struct Node: Sendable {
    let tree: Tree
    let index: UInt32

    var record: TreeStorage.Record { tree.storage.records[Int(index)] }

    /// What a node contains.
    public enum Content: Sendable {
        case scalar(Scalar)
        case sequence(NodeList)
        case mapping(Mapping)
    }

    /// What a node is, by the YAML 1.2 core schema.
    public enum Kind: Sendable, Hashable {
        case mapping, sequence, null, bool, int, float, string
    }

    /// Where the node begins. The length covers a scalar that stands on one line, and is 1 for all other nodes.
    public var location: SourceLocation {
        record.mark.location(in: file)
    }

    /// The file that the node is in.
    public var file: SourceFile { tree.files[Int(record.file)] }

    /// What the node contains.
    public var content: Content {
        switch record.kind {
        case .mapping: .mapping(Mapping(node: self))
        case .sequence: .sequence(NodeList(node: self))
        case .plainScalar, .stringScalar: .scalar(Scalar(node: self))
        }
    }

    /// What the node is.
    public var kind: Kind {
        switch content {
        case .mapping: .mapping
        case .sequence: .sequence
        case .scalar(let scalar): scalar.kind
        }
    }

    /// The node as a mapping, or nil if it is none.
    public var mapping: Mapping? { record.kind == .mapping ? Mapping(node: self) : nil }

    /// The elements of the node, or nil if it is no sequence.
    public var sequence: NodeList? { record.kind == .sequence ? NodeList(node: self) : nil }

    /// The node as a scalar, or nil if it is none.
    public var scalar: Scalar? {
        switch record.kind {
        case .plainScalar, .stringScalar: Scalar(node: self)
        case .mapping, .sequence: nil
        }
    }

    /// The node's string, or nil if it is no string. A number, a boolean or null without quotes is no string.
    public var string: String? { scalar?.string }

    /// The text of any scalar as written, without quotes and escapes: `1.10` is `1.10`; nil for mappings and sequences.
    public var text: String? { scalar?.text }

    /// The node's truth value, or nil if it is no boolean.
    public var bool: Bool? { scalar?.bool }

    /// The node's integer, or nil if it is none or does not fit. `1.0` is no integer.
    public var int: Int? { scalar?.int }

    /// The node's number, rounded to the nearest double, or nil if it is no number.
    public var double: Double? { scalar?.double }

    /// The text of the node's number exactly as written, or nil if it is no number.
    public var number: String? { scalar?.number }

    /// Whether the node is null, written or left out.
    public var isNull: Bool { scalar?.isNull ?? false }
}

/// Two nodes are equal when they are the same node of the same document, whatever they contain.
extension Node: Hashable {
    public static func == (left: Node, right: Node) -> Bool {
        left.index == right.index && left.tree === right.tree
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(tree))
        hasher.combine(index)
    }
}

extension Node.Kind: CustomStringConvertible {
    /// The kind with its article, for diagnostics: `expected a mapping, found a string`.
    public var description: String {
        switch self {
        case .mapping: "a mapping"
        case .sequence: "a sequence"
        case .null: "null"
        case .bool: "a boolean"
        case .int: "an integer"
        case .float: "a number"
        case .string: "a string"
        }
    }
}
