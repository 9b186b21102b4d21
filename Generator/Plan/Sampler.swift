import GeneratorOpenAPI
import GeneratorYAML

/// Makes JSON values that satisfy schemas, and judges those that documents give as examples.
///
/// The values are small and the same at every run: examples that satisfy their schema come first, then defaults,
/// constants and choices, then the plainest value that all constraints allow. Members that only come back (`readOnly`)
/// are left out of requests, those that are only sent (`writeOnly`) out of responses, and a cycle ends where a member
/// may be left out, a list may be empty or a value may be null.
public final class Sampler {
    public enum Direction: Sendable {
        case request, response
        /// As a request, but with the members that may be left out: an object of which nothing is there says nothing.
        case parameter
    }

    struct Key: Hashable {
        let schema: SchemaID
        let direction: Direction
        let depth: Int
    }

    let specification: Specification
    private var rules: [SampleRules?]
    /// Values of named schemas that were made before.
    var known: [Key: SampleValue] = [:]
    /// The named schemas that are being made; one that needs itself cannot be made.
    var open: Set<SchemaID> = []
    /// How much work may still be done for one value. Schemas of alternatives of alternatives could take for ever.
    var budget = 0

    public init(specification: Specification) {
        self.specification = specification
        rules = Array(repeating: nil, count: specification.schemas.count)
    }

    /// A value that satisfies a schema.
    /// - Returns: JSON on one line; nil if none was found.
    public func json(of schema: SchemaID, direction: Direction) -> String? {
        value(of: schema, direction).map(\.json)
    }

    /// The first example of a body that satisfies its schema, or a value that does.
    /// - Returns: JSON on one line; nil if there is neither.
    public func json(of media: MediaType, direction: Direction) -> String? {
        guard let schema = media.schema else { return media.examples.first.map { JSONText.of($0.value) } }
        if let example = example(of: media.examples, schema, direction) { return JSONText.of(example) }
        return json(of: schema, direction: direction)
    }

    /// The first of some examples that satisfies a schema.
    public func example(of examples: [Example], _ schema: SchemaID, _ direction: Direction) -> Node? {
        examples.first { accepts($0.value, schema, direction: direction) }?.value
    }

    /// Whether an example satisfies a schema, as far as its keywords are known here.
    public func accepts(_ example: Node, _ schema: SchemaID, direction: Direction) -> Bool {
        budget = 50_000
        return accepts(SampleValue(example), schema, direction)
    }

    func value(of schema: SchemaID, _ direction: Direction) -> SampleValue? {
        budget = 20_000
        return value(of: [schema], direction, depth: 0, variant: 0)
    }

    /// What a schema demands of its values, read once.
    func rules(of id: SchemaID) -> SampleRules {
        if let known = rules[id.index] { return known }
        let read = SampleRules(specification[id])
        rules[id.index] = read
        return read
    }
}

/// The keywords of a schema that are not taken apart when it is read.
final class SampleRules {
    let minimumLength: Int?
    let maximumLength: Int?
    let pattern: SamplePattern?
    /// Inclusive and exclusive; the exclusive ones of 3.0 are a boolean beside the limit.
    let minimum: Double?
    let maximum: Double?
    let exclusiveMinimum: Double?
    let exclusiveMaximum: Double?
    let step: Double?
    let minimumItems: Int?
    let maximumItems: Int?
    let hasUniqueItems: Bool
    let minimumMembers: Int?
    let maximumMembers: Int?
    let dependentRequired: [(name: String, required: [String])]
    let forbidden: Node?
    let properties: [String: SchemaID]
    let memberPatterns: [(pattern: SamplePattern?, schema: SchemaID)]

    init(_ schema: Schema) {
        let node = schema.node.mapping
        func count(_ keyword: String) -> Int? { node?[keyword]?.double.flatMap { Int(exactly: $0.rounded()) } }
        func limit(_ keyword: String, _ mark: String, isExclusive: Bool) -> Double? {
            if let own = node?[mark]?.double, isExclusive { return own }
            return (node?[mark]?.bool ?? false) == isExclusive ? node?[keyword]?.double : nil
        }
        minimumLength = count("minLength")
        maximumLength = count("maxLength")
        pattern = node?["pattern"]?.string.flatMap { SamplePattern($0) }
        minimum = limit("minimum", "exclusiveMinimum", isExclusive: false)
        maximum = limit("maximum", "exclusiveMaximum", isExclusive: false)
        exclusiveMinimum = limit("minimum", "exclusiveMinimum", isExclusive: true)
        exclusiveMaximum = limit("maximum", "exclusiveMaximum", isExclusive: true)
        step = node?["multipleOf"]?.double.flatMap { $0 > 0 ? $0 : nil }
        minimumItems = count("minItems")
        maximumItems = count("maxItems")
        hasUniqueItems = node?["uniqueItems"]?.bool ?? false
        minimumMembers = count("minProperties")
        maximumMembers = count("maxProperties")
        dependentRequired =
            (node?["dependentRequired"]?.mapping ?? nil).map { mapping in
                mapping.map { ($0.name, $0.value.sequence?.compactMap(\.string) ?? []) }
            } ?? []
        forbidden = node?["not"]
        properties = Dictionary(schema.properties.map { ($0.name, $0.schema) }) { first, _ in first }
        memberPatterns = schema.patternProperties.map { (SamplePattern($0.name), $0.schema) }
    }
}
