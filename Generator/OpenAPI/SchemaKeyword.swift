import GeneratorYAML

/// One keyword of schema objects: where it exists, and how it is read.
struct SchemaKeyword: Sendable {
    typealias Read = @Sendable (inout SchemaScope, Mapping.Entry) -> Void

    var keyword = ObjectKind.Keyword()
    /// Whether it only comments on the values and does not choose among them.
    var isAnnotation = false
    let read: Read

    static func annotation(in versions: ClosedRange<Version> = .v30 ... .v32, _ read: @escaping Read) -> SchemaKeyword {
        SchemaKeyword(keyword: .init(versions: versions), isAnnotation: true, read: read)
    }

    static func assertion(in versions: ClosedRange<Version> = .v30 ... .v32, _ read: @escaping Read) -> SchemaKeyword {
        SchemaKeyword(keyword: .init(versions: versions), read: read)
    }

    /// A keyword with schemas that are read for their own sake and not applied.
    static func unsupported(in versions: ClosedRange<Version> = .v31 ... .v32, _ read: @escaping Read) -> SchemaKeyword
    {
        SchemaKeyword(
            keyword: .init(versions: versions, unsupported: "values are not checked against it"), read: read)
    }

    /// The keywords of JSON Schema and of OpenAPI, and ours.
    static let all: [String: SchemaKeyword] = [
        structure, annotations, values, objects, arrays, composition, extensions,
    ].reduce(into: [:]) { all, part in all.merge(part) { first, _ in first } }

    private static let since31: ClosedRange<Version> = .v31 ... .v32
}

extension SchemaKeyword {
    private static let structure: [String: SchemaKeyword] = [
        "$ref": .annotation { $0.readReference($1) },
        "$dynamicRef": .annotation(in: since31) { $0.readDynamicReference($1) },
        "$recursiveRef": .annotation(in: since31) { $0.readRecursiveReference($1) },
        "$recursiveAnchor": .annotation(in: since31) { _ = $0.bool($1) },
        "$anchor": .annotation(in: since31) { _ = $0.string($1) },
        "$dynamicAnchor": .annotation(in: since31) { _ = $0.string($1) },
        "$id": .annotation(in: since31) { _ = $0.string($1) },
        "$schema": .annotation(in: since31) { _ = $0.string($1) },
        "$comment": .annotation(in: since31) { _ = $0.string($1) },
        "$vocabulary": .annotation(in: since31) { _, _ in },
        "$defs": .annotation(in: since31) { _ = $0.properties($1) },
        "definitions": .annotation(in: since31) { _ = $0.properties($1) },
    ]

    private static let annotations: [String: SchemaKeyword] = [
        "title": .annotation { $0.schema.title = $0.string($1) },
        "description": .annotation { $0.schema.description = $0.string($1) },
        "default": .annotation { $0.schema.defaultValue = $1.value },
        "example": .annotation { $0.schema.examples.insert($1.value, at: 0) },
        "examples": .annotation(in: since31) { $0.readExamples($1) },
        "readOnly": .annotation { $0.schema.isReadOnly = $0.bool($1) },
        "writeOnly": .annotation { $0.schema.isWriteOnly = $0.bool($1) },
        "deprecated": .annotation { $0.schema.isDeprecated = $0.bool($1) },
        "externalDocs": .annotation { $0.check($1, as: .externalDocumentation) },
        "xml": .annotation { $0.check($1, as: .xml) },
    ]

    private static let values: [String: SchemaKeyword] = [
        "type": .assertion { $0.readType($1) },
        "nullable": .assertion(in: .v30 ... .v30) { $0.schema.isNullable = $0.schema.isNullable || $0.bool($1) },
        "format": .assertion { $0.schema.format = $0.string($1) },
        "enum": .assertion { $0.readEnum($1) },
        "const": .assertion(in: since31) { $0.readConst($1) },
        "contentEncoding": .assertion(in: since31) { $0.schema.contentEncoding = $0.string($1) },
        "contentMediaType": .assertion(in: since31) { $0.schema.contentMediaType = $0.string($1) },
        "contentSchema": .unsupported { $0.schema.contentSchema = $0.subschema($1) },
        "minimum": .assertion { $0.checkNumber($1) },
        "maximum": .assertion { $0.checkNumber($1) },
        "exclusiveMinimum": .assertion { $0.checkExclusive($1) },
        "exclusiveMaximum": .assertion { $0.checkExclusive($1) },
        "multipleOf": .assertion { $0.checkNumber($1) },
        "pattern": .assertion { _ = $0.string($1) },
        "minLength": .assertion { $0.checkCount($1) },
        "maxLength": .assertion { $0.checkCount($1) },
    ]

    private static let objects: [String: SchemaKeyword] = [
        "properties": .assertion { $0.schema.properties = $0.properties($1) },
        "required": .assertion { $0.readRequired($1) },
        "additionalProperties": .assertion { $0.schema.additionalProperties = $0.additionalProperties($1) },
        "patternProperties": .assertion(in: since31) { $0.schema.patternProperties = $0.properties($1) },
        "propertyNames": .unsupported { $0.schema.propertyNames = $0.subschema($1) },
        "minProperties": .assertion { $0.checkCount($1) },
        "maxProperties": .assertion { $0.checkCount($1) },
        "dependentRequired": .assertion(in: since31) { _ = $0.session.mapping($1.value) },
        "dependentSchemas": .unsupported { _ = $0.properties($1) },
        "unevaluatedProperties": .assertion(in: since31) {
            $0.schema.unevaluatedProperties = $0.additionalProperties($1)
        },
    ]

    private static let arrays: [String: SchemaKeyword] = [
        "items": .assertion { $0.readItems($1) },
        "prefixItems": .assertion(in: since31) { $0.schema.prefixItems = $0.subschemas($1) },
        "contains": .unsupported { _ = $0.subschema($1) },
        "minContains": .assertion(in: since31) { $0.checkCount($1) },
        "maxContains": .assertion(in: since31) { $0.checkCount($1) },
        "minItems": .assertion { $0.checkCount($1) },
        "maxItems": .assertion { $0.checkCount($1) },
        "uniqueItems": .assertion { _ = $0.bool($1) },
        "unevaluatedItems": .assertion(in: since31) { _ = $0.subschema($1) },
    ]

    private static let composition: [String: SchemaKeyword] = [
        "allOf": .assertion { $0.schema.allOf = $0.subschemas($1) },
        "oneOf": .assertion { $0.schema.oneOf = $0.subschemas($1) },
        "anyOf": .assertion { $0.schema.anyOf = $0.subschemas($1) },
        "not": .unsupported(in: .v30 ... .v32) { _ = $0.subschema($1) },
        "if": .unsupported { _ = $0.subschema($1) },
        "then": .unsupported { _ = $0.subschema($1) },
        "else": .unsupported { _ = $0.subschema($1) },
        "discriminator": .assertion { $0.schema.discriminator = $0.discriminator($1) },
    ]

    private static let extensions: [String: SchemaKeyword] = [
        "x-tollgate-payload": .assertion { $0.schema.payload = $0.string($1) },
        "x-tollgate-flatten": .annotation { $0.schema.isFlattened = $0.bool($1) },
        "x-tollgate-carried": .annotation { $0.readCarried($1) },
        "x-tollgate-type": .assertion { $0.readSwiftType($1) },
        "x-tollgate-name": .annotation { $0.schema.swiftName = $0.session.identifier($1.value) },
        "x-tollgate-names": .assertion { $0.readSwiftNames($1) },
        "x-tollgate-discriminator": .assertion { $0.schema.siblingDiscriminator = $0.siblingDiscriminator($1) },
    ]
}
