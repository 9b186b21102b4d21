import GeneratorYAML

/// What a schema says, as far as it is read.
struct SchemaParts: Sendable {
    let file: String
    let pointer: [String]
    /// The key that the schema is the value of.
    let key: Node?
    let node: Node

    var reference: SchemaID?
    var isBareReference = false
    var booleanValue: Bool?
    var kinds: [Schema.Kind] = []
    var isNullable = false
    var format: String?
    var title: String?
    var description: String?
    var enumValues: [Node] = []
    var constValue: Node?
    var defaultValue: Node?
    var examples: [Node] = []
    var isReadOnly = false
    var isWriteOnly = false
    var isDeprecated = false
    var properties: [Schema.Property] = []
    var required: [String] = []
    var additionalProperties = Schema.AdditionalProperties.unspecified
    var patternProperties: [Schema.Property] = []
    var items: SchemaID?
    var prefixItems: [SchemaID] = []
    var propertyNames: SchemaID?
    var unevaluatedProperties = Schema.AdditionalProperties.unspecified
    var contentEncoding: String?
    var contentMediaType: String?
    var contentSchema: SchemaID?
    var allOf: [SchemaID] = []
    var oneOf: [SchemaID] = []
    var anyOf: [SchemaID] = []
    var discriminator: Schema.Discriminator?
    var payload: String?
    var isFlattened = false
    var isCarried = false
    var swiftType: String?
    var swiftName: String?
    var swiftNames: [String: String] = [:]
    var siblingDiscriminator: Schema.Discriminator?

    init(_ target: Target) {
        file = target.place.file.path
        pointer = target.place.pointer
        key = target.key
        node = target.node
    }
}
