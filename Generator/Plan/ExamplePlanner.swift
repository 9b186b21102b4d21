import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorYAML

/// Collects the examples of a document that satisfy their schemas, with the types that they are read as.
struct ExamplePlanner {
    let specification: Specification
    let document: Document
    let sampler: Sampler
    let types: TypePlanner
    /// Decides on the schemas that no call uses by themselves, such as the members of a base.
    private var unused: TypePlanner

    private var rows: [TypePlan: [(place: String, json: String)]] = [:]
    private var known: Set<Node> = []

    init(specification: Specification, document: Document, sampler: Sampler, types: TypePlanner) {
        self.specification = specification
        self.document = document
        self.sampler = sampler
        self.types = types
        unused = TypePlanner(
            specification: specification, namer: types.namer, namespace: types.namespace, diagnostics: Diagnostics(),
            usage: types.usage, isOutside: types.isOutside)
    }

    mutating func examples() -> [TestPlan.Examples] {
        addSchemas()
        for operation in document.operations + document.webhooks { add(operation) }
        return rows.map { type, rows in TestPlan.Examples(type: type, rows: rows.sorted { $0.place < $1.place }) }
            .sorted { ($0.rows[0].place) < ($1.rows[0].place) }
    }

    private mutating func addSchemas() {
        for index in specification.schemas.indices {
            let id = SchemaID(index: index)
            let schema = specification[id]
            let hasOwn = schema.node.mapping?["example"] != nil
            for (number, example) in schema.examples.enumerated() {
                let isOwn = hasOwn && number == 0
                let place = isOwn ? ["example"] : ["examples", String(number - (hasOwn ? 1 : 0))]
                add(example, of: id, file: schema.file, pointer: schema.pointer + place)
            }
        }
    }

    private mutating func add(_ operation: Operation) {
        for parameter in operation.parameters where parameter.contentType == nil {
            add(parameter.examples, of: parameter.schema)
        }
        let bodies = (operation.requestBody?.content ?? []) + operation.responses.flatMap(\.content)
        for media in bodies where media.isJSON { add(media.examples, of: media.schema) }
    }

    private mutating func add(_ examples: [Example], of schema: SchemaID?) {
        guard let schema else { return }
        for example in examples { add(example.value, of: schema, file: example.file, pointer: example.pointer) }
    }

    private mutating func add(_ value: Node, of schema: SchemaID, file: String, pointer: [String]) {
        guard let type = type(of: schema), known.insert(value).inserted else { return }
        let isAccepted = [Sampler.Direction.response, .request].contains { direction in
            sampler.accepts(value, schema, direction: direction)
        }
        guard isAccepted else { return }
        let place = "\(file)#" + pointer.map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined()
        rows[type, default: []].append((place.replacing(" ", with: "%20"), JSONText.of(value)))
    }

    /// Nil for a schema that would need a type which no call uses, and for what cannot be read from JSON alone.
    private mutating func type(of id: SchemaID) -> TypePlan? {
        guard let type = types.types[specification.resolved(id)] ?? unusedType(of: id), isReadable(type) else {
            return nil
        }
        return types.isNullable(id) ? .optional(type) : type
    }

    private mutating func unusedType(of id: SchemaID) -> TypePlan? {
        let type = unused.type(of: id, suggestion: .init(scope: [types.namespace], name: "Unused"))
        return needsNothing(type) ? type : nil
    }

    /// Whether a type is made of Core's alone.
    private func needsNothing(_ type: TypePlan) -> Bool {
        switch type {
        case .scalar: true
        case .named, .custom: false
        case .array(let element), .dictionary(let element), .optional(let element), .indirect(let element):
            needsNothing(element)
        }
    }

    private func isReadable(_ type: TypePlan) -> Bool {
        switch type {
        case .scalar(.int64InString), .scalar(.decimalInString): false
        case .scalar, .custom: true
        case .named(let name): types.model(named: name)?.isMultipart != true
        case .array(let element), .dictionary(let element), .optional(let element), .indirect(let element):
            isReadable(element)
        }
    }
}
