import GeneratorOpenAPI

/// Finds out how the operations of a document from outside are asked for a stream: where an answer is JSON or a stream
/// of events, a Boolean member `stream` of the body chooses, as with all services that stream what a model says.
struct StreamingInference {
    let specification: Specification

    func document(_ document: Document) -> Document {
        var document = document
        for index in document.operations.indices where document.operations[index].streaming == nil {
            if offersStream(document.operations[index]) {
                // What ends such a stream, if anything does.
                document.operations[index].streaming = Streaming(
                    member: "stream", end: "[DONE]", location: document.operations[index].location)
            }
        }
        return document
    }

    private func offersStream(_ operation: Operation) -> Bool {
        let answers = operation.successes.flatMap(\.content)
        let bodies = (operation.requestBody?.content ?? []).filter { $0.isJSON || $0.isMultipart }
        guard answers.contains(where: \.isJSON), answers.contains(where: { $0.contentType == "text/event-stream" }),
            let schema = bodies.first(where: \.isJSON)?.schema ?? bodies.first?.schema
        else { return false }
        var seen: Set<SchemaID> = []
        return hasMember(schema, &seen)
    }

    private func hasMember(_ id: SchemaID, _ seen: inout Set<SchemaID>) -> Bool {
        guard seen.insert(id).inserted else { return false }
        let schema = specification[id]
        if let member = schema.properties.first(where: { $0.name == "stream" }) {
            return isBoolean(member.schema)
        }
        for part in schema.allOf where hasMember(part, &seen) { return true }
        return schema.reference.map { hasMember($0, &seen) } ?? false
    }

    private func isBoolean(_ id: SchemaID) -> Bool {
        let schema = specification[specification.resolved(id)]
        if schema.kinds == [.boolean] { return true }
        return (schema.anyOf + schema.oneOf).contains { specification[specification.resolved($0)].kinds == [.boolean] }
    }
}
