/// A query of RFC 9535: which nodes of a document are meant.
struct JSONPath {
    /// One step from nodes to others.
    struct Segment {
        var selectors: [Selector]
        /// Whether the step goes to nodes at any depth (`..`).
        var isDescendant = false
    }

    indirect enum Selector {
        case name(String)
        case wildcard
        case index(Int)
        case slice(start: Int?, end: Int?, step: Int)
        case filter(Condition)
    }

    /// What a filter asks of a node.
    indirect enum Condition {
        case or([Condition])
        case and([Condition])
        case not(Condition)
        case comparison(Value, Comparison, Value)
        case exists(JSONPath)
        /// `match(…)`, or `search(…)` if only a part has to match.
        case matches(Value, pattern: Value, isPart: Bool)
    }

    enum Comparison: String, CaseIterable {
        case equal = "=="
        case unequal = "!="
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case less = "<"
        case greater = ">"
    }

    /// One side of a comparison.
    indirect enum Value {
        case literal(Literal)
        case query(JSONPath)
        /// The length of a text, of a sequence or of a mapping.
        case length(Value)
        /// How many nodes a query finds.
        case count(JSONPath)
    }

    enum Literal: Equatable {
        case null
        case bool(Bool)
        case number(Double)
        case string(String)
    }

    var segments: [Segment]
    /// Whether the query begins at the node that a filter looks at (`@`), not at the document (`$`).
    var isRelative = false
}
