import GeneratorDiagnostics
import GeneratorYAML

/// One schema object, 3.0's and 3.1's spellings brought to one form.
///
/// A schema never changes once it is read, so that it is one word to copy, however much it says.
public final class Schema: Sendable {
    let parts: SchemaParts

    init(_ parts: SchemaParts) {
        self.parts = parts
    }

    /// Where it stands: the file, relative to the folder of the specification, and the JSON pointer within it, for
    /// example `/components/schemas/Lease`.
    public var file: String { parts.file }
    public var pointer: [String] { parts.pointer }
    public var location: SourceLocation { (parts.key ?? parts.node).location }
    /// As read; constraints and examples are taken from here.
    public var node: Node { parts.node }

    /// The target of `$ref` (or of a `$dynamicRef` that resolves statically).
    public var reference: SchemaID? { parts.reference }
    /// True when `$ref` stands alone, or with annotations only (`description`, `title`, …) that 3.0 ignores.
    public var isBareReference: Bool { parts.isBareReference }
    /// `true` and `{}` accept anything; `false` accepts nothing.
    public var booleanValue: Bool? { parts.booleanValue }

    /// Without `null`; empty when the schema names no type.
    public var kinds: [Kind] { parts.kinds }
    public var isNullable: Bool { parts.isNullable }
    public var format: String? { parts.format }
    public var title: String? { parts.title }
    public var description: String? { parts.description }
    public var enumValues: [Node] { parts.enumValues }
    public var constValue: Node? { parts.constValue }
    public var defaultValue: Node? { parts.defaultValue }
    public var examples: [Node] { parts.examples }
    public var isReadOnly: Bool { parts.isReadOnly }
    public var isWriteOnly: Bool { parts.isWriteOnly }
    public var isDeprecated: Bool { parts.isDeprecated }

    public var properties: [Property] { parts.properties }
    public var required: [String] { parts.required }
    public var additionalProperties: AdditionalProperties { parts.additionalProperties }
    public var patternProperties: [Property] { parts.patternProperties }
    public var items: SchemaID? { parts.items }
    public var prefixItems: [SchemaID] { parts.prefixItems }
    /// What the names of the properties must be like.
    public var propertyNames: SchemaID? { parts.propertyNames }
    /// What the properties must be like that nothing else describes, here or in the parts of the schema.
    public var unevaluatedProperties: AdditionalProperties { parts.unevaluatedProperties }
    public var contentEncoding: String? { parts.contentEncoding }
    public var contentMediaType: String? { parts.contentMediaType }
    /// What a string holds that is a document in turn.
    public var contentSchema: SchemaID? { parts.contentSchema }

    public var allOf: [SchemaID] { parts.allOf }
    public var oneOf: [SchemaID] { parts.oneOf }
    public var anyOf: [SchemaID] { parts.anyOf }
    public var discriminator: Discriminator? { parts.discriminator }

    /// `x-tollgate-payload`.
    public var payload: String? { parts.payload }
    /// `x-tollgate-flatten`.
    public var isFlattened: Bool { parts.isFlattened }
    /// `x-tollgate-carried`.
    public var isCarried: Bool { parts.isCarried }
    /// `x-tollgate-type`.
    public var swiftType: String? { parts.swiftType }
    /// `x-tollgate-name`.
    public var swiftName: String? { parts.swiftName }
    /// `x-tollgate-names`: wire value to Swift name.
    public var swiftNames: [String: String] { parts.swiftNames }
    /// `x-tollgate-discriminator`.
    public var siblingDiscriminator: Discriminator? { parts.siblingDiscriminator }
}

extension Schema {
    public enum Kind: String, Sendable, CaseIterable {
        case string, integer, number, boolean, array, object
    }

    public enum AdditionalProperties: Sendable {
        /// Nothing was said.
        case unspecified
        case forbidden
        /// `true` or `{}`.
        case anything
        case schema(SchemaID)
    }

    public struct Property: Sendable {
        public var name: String
        public var schema: SchemaID
        /// Of the key.
        public var location: SourceLocation

        public init(name: String, schema: SchemaID, location: SourceLocation) {
            self.name = name
            self.schema = schema
            self.location = location
        }
    }

    public struct Discriminator: Sendable {
        public var property: String
        /// Wire value to schema, in the order of the document.
        public var mapping: [(value: String, schema: SchemaID)]
        /// OpenAPI 3.2: the schema of values that are missing or not mapped.
        public var defaultMapping: SchemaID?
        public var location: SourceLocation

        public init(property: String, mapping: [(value: String, schema: SchemaID)], location: SourceLocation) {
            self.property = property
            self.mapping = mapping
            self.location = location
        }
    }
}
