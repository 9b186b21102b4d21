import GeneratorDiagnostics
import GeneratorOpenAPI

/// How the operations use the schemas: decisions about a type need to know who sends and who receives it.
struct SchemaUsage {
    /// Bodies of documented error responses.
    private(set) var errors = SchemaSet()
    /// Everything that a caller may have to write: there, absent and null can differ.
    private(set) var requests = SchemaSet()
    /// Everything that a caller may get to read.
    private(set) var responses = SchemaSet()
    /// Bodies that are sent as the parts of `multipart/form-data`.
    private(set) var multiparts = SchemaSet()
    /// Members of bodies that a call sets itself: those that ask for a stream.
    private(set) var hiddenMembers: [SchemaID: Set<String>] = [:]
    /// Everything that is sent or received, with what it is made of.
    private(set) var all = SchemaSet()
    /// All schemas that have names, of a document that has nothing else.
    private(set) var library: [SchemaID] = []

    init(specification: Specification, documents: [Document], isOutside: Bool = false) {
        var plain = SchemaSet()
        for operation in documents.flatMap(\.operations) {
            for media in operation.requestBody?.content ?? [] {
                guard let schema = media.schema else { continue }
                let target = specification.resolved(schema)
                SchemaUsage.add(schema, of: specification, to: &requests)
                if let member = operation.streaming?.member { hiddenMembers[target, default: []].insert(member) }
                if media.isMultipart { multiparts.insert(target) }
                let parts = media.isMultipart ? specification[target].children : [schema]
                for part in parts { SchemaUsage.add(part, of: specification, to: &plain) }
            }
            for response in operation.responses {
                for media in response.content {
                    for schema in [media.schema, media.itemSchema].compactMap({ $0 }) {
                        SchemaUsage.add(schema, of: specification, to: &responses)
                    }
                }
            }
            for media in operation.failures.flatMap(\.content) where media.isJSON {
                if let schema = media.schema { errors.insert(specification.resolved(schema)) }
            }
        }
        let sent = documents.flatMap(\.webhooks) + documents.flatMap(\.operations).flatMap(\.callbacks).map(\.operation)
        for media in sent.flatMap({ $0.requestBody?.content ?? [] }) {
            if let schema = media.schema { SchemaUsage.add(schema, of: specification, to: &responses) }
        }
        if isOutside, documents.allSatisfy(\.isLibrary) {
            library = specification.schemas.indices.lazy.map(SchemaID.init(index:)).filter {
                specification[$0].componentName != nil
            }
            for schema in library { SchemaUsage.add(schema, of: specification, to: &responses) }
        }
        plain.formUnion(responses)
        ambiguous = multiparts.intersection(plain).members.map { specification[$0].location }
        // What comes from outside cannot be parted; JSON is what most of its uses need.
        if isOutside { multiparts.subtract(plain) }
        var others = SchemaSet()
        for parameter in documents.flatMap(\.operations).flatMap(\.parameters) {
            if let schema = parameter.schema { SchemaUsage.add(schema, of: specification, to: &others) }
        }
        all = plain
        all.formUnion(requests)
        all.formUnion(others)
    }

    /// Schemas that are sent as parts here and as JSON there, which no one type can be.
    let ambiguous: [SourceLocation]

    private static func add(_ id: SchemaID, of specification: Specification, to set: inout SchemaSet) {
        var waiting = [id]
        while let next = waiting.popLast() {
            guard set.insert(next) else { continue }
            waiting += specification[next].children
        }
    }
}

extension Document {
    /// Whether it describes no exchange, only what others refer to.
    fileprivate var isLibrary: Bool { operations.isEmpty && webhooks.isEmpty && omissions.isEmpty }
}

extension Schema {
    /// Every schema that this one refers to or contains.
    var children: [SchemaID] {
        var all = allOf
        all += oneOf
        all += anyOf
        all += prefixItems
        all += properties.lazy.map(\.schema)
        all += patternProperties.lazy.map(\.schema)
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
