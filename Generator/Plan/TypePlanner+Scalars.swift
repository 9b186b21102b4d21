import GeneratorOpenAPI
import GeneratorYAML

// Strings, numbers and booleans.
extension TypePlanner {
    func scalar(_ kind: Schema.Kind, _ schema: Schema, id: SchemaID) -> ScalarPlan {
        let parts = specification.parts(of: id)
        let format = parts.lazy.compactMap(\.format).first
        switch kind {
        case .string:
            return string(format: format, encoding: parts.lazy.compactMap(\.contentEncoding).first)
        case .integer: return format == "int64" ? .int64 : format == "uint64" ? .uint64 : .int
        case .number: return format == "decimal" ? .decimal : .double
        case .boolean: return .bool
        case .array, .object: return .jsonValue
        }
    }

    private func string(format: String?, encoding: String?) -> ScalarPlan {
        switch format {
        case "date-time": .date
        case "date": .calendarDate
        case "uuid": .uuid
        case "uri", "url": .url
        case "byte": .base64
        case "decimal": .decimalInString
        default: encoding == "base64" ? .base64 : .string
        }
    }

    /// The one type for alternatives that are all plain scalars.
    func scalar(ofAlternatives schemas: [SchemaID]) -> ScalarPlan? {
        var kinds: Set<Schema.Kind> = []
        var scalars: Set<ScalarPlan> = []
        for id in schemas {
            let schema = specification[specification.resolved(id)]
            guard schema.isPlainScalar, let kind = schema.kinds.first else { return nil }
            kinds.insert(kind)
            scalars.insert(scalar(kind, schema, id: specification.resolved(id)))
        }
        if kinds == [.integer, .number] { return .double }
        if kinds.count > 1 { return .jsonScalar }
        if scalars.count == 1 { return scalars.first }
        switch kinds.first {
        case .string: return .string
        case .integer: return scalars.contains(.uint64) ? .jsonScalar : .int64
        case .number: return .double
        default: return nil
        }
    }

    // MARK: Defaults

    func literal(_ node: Node) -> String? {
        switch node.kind {
        case .string: node.string.map(SwiftText.stringLiteral)
        case .int: node.int.map { String($0) }
        case .bool: node.bool.map { $0 ? "true" : "false" }
        default: nil
        }
    }

    /// A Swift expression for a default of the document; `nil` when Swift has no literal for it.
    func defaultValue(_ node: Node, type: TypePlan) -> String? {
        switch type {
        case .scalar(let scalar): return defaultScalar(node, scalar: scalar)
        case .named(let name): return defaultCase(node, of: name)
        case .array(let element): return defaultArray(node, of: element)
        case .dictionary: return node.mapping.map { $0.isEmpty } == true ? "[:]" : nil
        case .custom, .optional, .indirect: return nil
        }
    }

    private func defaultScalar(_ node: Node, scalar: ScalarPlan) -> String? {
        switch scalar {
        case .string: node.string.map(SwiftText.stringLiteral)
        case .bool: node.bool.map { $0 ? "true" : "false" }
        case .int, .int64: node.int.map { String($0) }
        case .uint64: node.int.flatMap { $0 < 0 ? nil : String($0) }
        case .double: node.double.flatMap { $0.isFinite ? String($0) : nil }
        case .jsonScalar: literal(node)
        default: nil
        }
    }

    private func defaultArray(_ node: Node, of element: TypePlan) -> String? {
        guard let nodes = node.sequence else { return nil }
        if nodes.isEmpty { return "[]" }
        guard isOutside, nodes.count < 10 else { return nil }
        let values = nodes.compactMap { defaultValue($0, type: element) }
        return values.count == nodes.count ? "[\(values.joined(separator: ", "))]" : nil
    }

    private func defaultCase(_ node: Node, of name: TypeName) -> String? {
        guard let plan = openEnum(named: name) else { return nil }
        let literal = plan.raw == .string ? node.string.map(SwiftText.stringLiteral) : node.int.map { String($0) }
        return plan.cases.first { $0.literal == literal }.map { "." + $0.name }
    }

    /// Whether a default is a value of another kind than the type's.
    func isMisfit(_ node: Node, of type: TypePlan) -> Bool {
        switch type {
        case .scalar(.jsonValue): false
        case .scalar(.bool): node.bool == nil
        case .scalar(.int), .scalar(.int64), .scalar(.uint64), .scalar(.double), .scalar(.decimal):
            node.number == nil
        case .scalar(.jsonScalar): node.scalar == nil
        case .scalar: node.string == nil
        case .array: node.sequence == nil
        case .dictionary: node.mapping == nil
        case .named(let name):
            openEnum(named: name).map { $0.raw == .string ? node.string == nil : node.number == nil } ?? false
        case .custom, .optional, .indirect: false
        }
    }
}

extension Schema {
    /// A scalar that needs no declaration of its own.
    var isPlainScalar: Bool {
        kinds.count == 1 && enumValues.isEmpty && constValue == nil && swiftType == nil && reference == nil
            && allOf.isEmpty && oneOf.isEmpty && anyOf.isEmpty
            && kinds.allSatisfy { $0 != .object && $0 != .array }
    }
}

extension Node {
    /// The kind of a value in a document; nil for null.
    var schemaKind: Schema.Kind? {
        switch kind {
        case .string: .string
        case .int: .integer
        case .float: .number
        case .bool: .boolean
        case .sequence: .array
        case .mapping: .object
        case .null: nil
        }
    }
}
