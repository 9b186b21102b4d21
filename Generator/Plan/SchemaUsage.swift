import GeneratorOpenAPI

/// How the operations use the schemas: decisions about a type need to know who sends and who receives it.
struct SchemaUsage {
    /// Bodies of documented error responses.
    private(set) var errors: Set<SchemaID> = []
    /// Everything that a caller may have to write: there, absent and null can differ.
    private(set) var requests: Set<SchemaID> = []

    init(specification: Specification, operations: [Operation]) {
        for operation in operations {
            for media in operation.requestBody?.content ?? [] {
                if let schema = media.schema { addRequest(schema, in: specification) }
            }
            for response in operation.responses where response.status.isError {
                for media in response.content where media.isJSON {
                    if let schema = media.schema { errors.insert(specification.resolved(schema)) }
                }
            }
        }
    }

    private mutating func addRequest(_ id: SchemaID, in specification: Specification) {
        var waiting = [id]
        while let next = waiting.popLast() {
            guard requests.insert(next).inserted else { continue }
            waiting += specification[next].children
        }
    }
}

extension Schema {
    /// Every schema that this one refers to or contains.
    var children: [SchemaID] {
        var all = allOf + oneOf + anyOf + prefixItems + properties.map(\.schema) + patternProperties.map(\.schema)
        if let reference { all.append(reference) }
        if let items { all.append(items) }
        if case .schema(let element) = additionalProperties { all.append(element) }
        return all
    }
}

extension ResponseStatus {
    var isError: Bool {
        switch self {
        case .code(let code): code >= 400
        case .range(let first): first >= 4
        case .default: true
        }
    }
}
