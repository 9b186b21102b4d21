/// A scalar: its text, and what the text means by the YAML 1.2 core schema.
///
/// Without quotes `null`, `true`, `12` and `1.5` have a type, and `yes`, `no`, `on`, `off` and dates are strings.
public struct Scalar: Sendable {
    /// The node that the scalar is.
    public let node: Node

    /// How the scalar is written.
    public enum Style: Sendable, Hashable {
        /// Without quotes: the type follows from the text.
        case plain
        /// In quotes or as a block (`|`, `>`): a string.
        case string
    }

    /// How the scalar is written.
    public var style: Style { node.record.kind == .plainScalar ? .plain : .string }

    /// The text, without quotes and escapes.
    public var text: String { node.tree.storage.string(of: node.record) }

    /// What the scalar is; never a mapping or a sequence.
    public var kind: Node.Kind {
        let record = node.record
        guard record.kind == .plainScalar else { return .string }
        return CoreSchema.kind(of: node.tree.storage.text(of: record))
    }

    /// The string, or nil if the scalar is no string.
    public var string: String? { kind == .string ? text : nil }

    /// The truth value, or nil if the scalar is no boolean.
    public var bool: Bool? { kind == .bool ? text.lowercased() == "true" : nil }

    /// The integer, or nil if the scalar is none or does not fit.
    public var int: Int? { kind == .int ? CoreSchema.int(text) : nil }

    /// The number, rounded to the nearest double, or nil if the scalar is no number.
    public var double: Double? { kind == .int || kind == .float ? CoreSchema.double(text) : nil }

    /// The text of the number exactly as written, or nil if the scalar is no number.
    public var number: String? { kind == .int || kind == .float ? text : nil }

    /// Whether the scalar is null.
    public var isNull: Bool { kind == .null }
}
