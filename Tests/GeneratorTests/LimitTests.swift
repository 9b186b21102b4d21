import GeneratorDiagnostics
import GeneratorEmit
import GeneratorPipeline
import Testing

/// What is too much for Swift's compiler, or for a person, ends in a complaint. `Tests/Documents/hostile.py` has those
/// limits that only large documents reach.
@Suite struct LimitTests {
    /// The files that a document gives, and what is said of it.
    private func generate(schemas: String = "{}", paths: String) -> (files: [GeneratedFile], complaints: String) {
        let text = """
            {"openapi": "3.1.0", "info": {"title": "a", "version": "1"},
            "paths": \(paths),
            "components": {"schemas":
            \(schemas)}}
            """
        let diagnostics = Diagnostics()
        let pipeline = DocumentPipeline(
            files: MemoryFolder(files: ["a.json": text]), document: "a.json", module: "Limits",
            diagnostics: diagnostics)
        let files = pipeline.plan().map(pipeline.emit) ?? []
        return (files, diagnostics.text)
    }

    private func operation(_ name: String, tag: String = "all", sends schema: String) -> String {
        """
        "/\(name)": {"post": {"operationId": "\(name)", "tags": ["\(tag)"], "requestBody": {"content": {
        "application/json": {"schema": \(schema)}}}, "responses": {"204": {"description": ""}}}}
        """
    }

    private func reference(_ name: String) -> String { "{\"$ref\": \"#/components/schemas/\(name)\"}" }

    private func object(properties: Int) -> String {
        let members = (0..<properties).map { "\"p\($0)\": {\"type\": \"string\"}" }
        return "{\"type\": \"object\", \"properties\": {\(members.joined(separator: ", "))}}"
    }

    @Test func propertiesOfOneObject() {
        let paths = "{\(operation("send", sends: reference("Wide")))}"
        let result = generate(schemas: "{\"Wide\": \(object(properties: 5001))}", paths: paths)
        #expect(result.complaints.contains("warning: the object has more than 5000 properties; any value is accepted"))
        #expect(result.files.contains { $0.text.contains("JSONValue") })
        #expect(result.files.allSatisfy { !$0.text.contains("var p0") })
        let allowed = generate(schemas: "{\"Wide\": \(object(properties: 5000))}", paths: paths)
        #expect(allowed.complaints == "")
    }

    @Test func valuesOfAnEnumeration() {
        let values = (0...5000).map { "\"v\($0)\"" }.joined(separator: ", ")
        let result = generate(
            schemas: "{\"Choice\": {\"type\": \"string\", \"enum\": [\(values)]}}",
            paths: "{\(operation("send", sends: reference("Choice")))}")
        #expect(result.complaints.contains("warning: the enumeration has more than 5000 values; any is accepted"))
    }

    @Test(arguments: [("array", "items"), ("object", "additionalProperties")])
    func listsWithinLists(type: String, keyword: String) {
        var schema = "{\"type\": \"string\"}"
        for _ in 0..<100 { schema = "{\"type\": \"\(type)\", \"\(keyword)\": \(schema)}" }
        let result = generate(
            schemas: "{\"Deep\": \(schema)}", paths: "{\(operation("send", sends: reference("Deep")))}")
        #expect(
            result.complaints.contains(
                "warning: more than 8 lists or maps are within each other; any value is accepted"))
        #expect(result.files.allSatisfy { !$0.text.contains("[[[[[[[[[") && !$0.text.contains("]]]]]]]]]") })
    }

    @Test func documentOfComponentsAlone() {
        let result = generate(
            schemas: "{\"Pet\": {\"type\": \"object\", \"properties\": {\"name\": {\"type\": \"string\"}}}}",
            paths: "{}")
        #expect(result.complaints == "")
        #expect(result.files.contains { $0.text.contains("public struct Pet: JSONModel") })
    }
}
