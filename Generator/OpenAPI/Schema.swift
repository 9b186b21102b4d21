import GeneratorDiagnostics
import GeneratorYAML

/// One schema object, 3.0's and 3.1's spellings brought to one form.
public struct Schema: Sendable {
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
        public var location: SourceLocation

        public init(property: String, mapping: [(value: String, schema: SchemaID)], location: SourceLocation) {
            self.property = property
            self.mapping = mapping
            self.location = location
        }
    }

    /// Where it stands: the file, relative to the folder of the specification, and the JSON pointer within it, for
    /// example `/components/schemas/Lease`.
    public var file: String
    public var pointer: [String]
    public var location: SourceLocation
    /// As read; constraints and examples are taken from here.
    public var node: Node

    /// The target of `$ref` (or of a `$dynamicRef` that resolves statically).
    public var reference: SchemaID?
    /// True when `$ref` stands alone, or with annotations only (`description`, `title`, …) that 3.0 ignores.
    public var isBareReference = false
    /// `true` and `{}` accept anything; `false` accepts nothing.
    public var booleanValue: Bool?

    /// Without `null`; empty when the schema names no type.
    public var kinds: [Kind] = []
    public var isNullable = false
    public var format: String?
    public var title: String?
    public var description: String?
    public var enumValues: [Node] = []
    public var constValue: Node?
    public var defaultValue: Node?
    public var examples: [Node] = []
    public var isReadOnly = false
    public var isWriteOnly = false
    public var isDeprecated = false

    public var properties: [Property] = []
    public var required: [String] = []
    public var additionalProperties = AdditionalProperties.unspecified
    public var patternProperties: [Property] = []
    public var items: SchemaID?
    public var prefixItems: [SchemaID] = []
    public var contentEncoding: String?

    public var allOf: [SchemaID] = []
    public var oneOf: [SchemaID] = []
    public var anyOf: [SchemaID] = []
    public var discriminator: Discriminator?

    /// `x-tollgate-payload`.
    public var payload: String?
    /// `x-tollgate-flatten`.
    public var isFlattened = false
    /// `x-tollgate-carried`.
    public var isCarried = false
    /// `x-tollgate-type`.
    public var swiftType: String?
    /// `x-tollgate-name`.
    public var swiftName: String?
    /// `x-tollgate-names`: wire value to Swift name.
    public var swiftNames: [String: String] = [:]
    /// `x-tollgate-discriminator`.
    public var siblingDiscriminator: Discriminator?

    public init(file: String, pointer: [String], location: SourceLocation, node: Node) {
        self.file = file
        self.pointer = pointer
        self.location = location
        self.node = node
    }
}
