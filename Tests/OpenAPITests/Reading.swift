import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorYAML

/// Files in memory, by path.
struct MemoryFiles: FileAccess {
    var files: [String: String]

    func bytes(of path: String) -> [UInt8]? { files[path].map { [UInt8]($0.utf8) } }

    func displayPath(of path: String) -> String { path }
}

/// What came of reading documents.
struct Reading {
    let specification: Specification
    /// One line for each diagnostic: `file:line:column: severity: message [hint]`; notes are indented.
    let complaints: [String]

    init(
        _ files: [String: String], documents: [String] = ["openapi.yaml"],
        strictness: SpecificationReader.Strictness = .own,
        configure: (inout SpecificationReader.Options) -> Void = { _ in }
    ) {
        let diagnostics = Diagnostics()
        var options = SpecificationReader.Options(strictness: strictness)
        configure(&options)
        let reader = SpecificationReader(files: MemoryFiles(files: files), diagnostics: diagnostics, options: options)
        specification = reader.read(documents: documents)
        complaints = diagnostics.all.flatMap { [Self.line($0)] + $0.notes.map { "  " + Self.line($0) } }
    }

    /// Reads one document: two lines that say the version and the title, and from line 3 on what is given.
    init(
        version: String = "3.1.0", _ rest: String, strictness: SpecificationReader.Strictness = .own,
        files: [String: String] = [:], configure: (inout SpecificationReader.Options) -> Void = { _ in }
    ) {
        let head = "openapi: \(version)\ninfo: { title: Test, version: '1' }\n"
        self.init(
            files.merging(["openapi.yaml": head + rest]) { _, document in document }, strictness: strictness,
            configure: configure)
    }

    /// Reads one document whose component schemas are given, from line 5 on with an indentation of 4.
    init(
        version: String = "3.1.0", schemas: String, strictness: SpecificationReader.Strictness = .own,
        files: [String: String] = [:], configure: (inout SpecificationReader.Options) -> Void = { _ in }
    ) {
        let indented = schemas.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }
        let rest = "components:\n  schemas:\n" + indented.joined(separator: "\n") + "\npaths: {}\n"
        self.init(version: version, rest, strictness: strictness, files: files, configure: configure)
    }

    /// Reads one document whose only operation, `GET /things/{id}`, is given from line 8 on with an indentation of 6.
    init(operation: String, version: String = "3.1.0", strictness: SpecificationReader.Strictness = .own) {
        let indented = operation.split(separator: "\n", omittingEmptySubsequences: false).map { "      " + $0 }
        let head = """
            paths:
              /things/{id}:
                parameters:
                  - { name: id, in: path, required: true, schema: { type: string } }
                get:

            """
        self.init(version: version, head + indented.joined(separator: "\n") + "\n", strictness: strictness)
    }

    private static func line(_ diagnostic: Diagnostic) -> String {
        let place = diagnostic.location.map { "\($0): " } ?? ""
        let hint = diagnostic.hint.map { " [\($0)]" } ?? ""
        return "\(place)\(diagnostic.severity.rawValue): \(diagnostic.message)\(hint)"
    }

    var document: Document? { specification.documents.first }

    var operation: GeneratorOpenAPI.Operation? { document?.operations.first }

    /// The component schema of a name.
    func schema(_ name: String) -> Schema? {
        specification.schemas.first { $0.pointer == ["components", "schemas", name] }
    }

    /// The place of a schema: `openapi.yaml#/components/schemas/Pet`.
    func place(_ id: SchemaID?) -> String? {
        id.map { specification[$0].file + "#/" + specification[$0].pointer.joined(separator: "/") }
    }
}
