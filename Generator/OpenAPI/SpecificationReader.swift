import GeneratorDiagnostics
import GeneratorYAML

/// Reads OpenAPI documents and the files that they refer to.
public struct SpecificationReader {
    /// What to make of a document that breaks a rule and can be read all the same.
    public enum Strictness: Sendable {
        /// It is an error: the document is ours to mend.
        case own
        /// It is a warning where the meaning is clear: the document came from outside.
        case outside
    }

    private let files: any FileAccess
    private let diagnostics: Diagnostics
    private let strictness: Strictness

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - files: where the documents and the files that they refer to come from.
    ///   - diagnostics: where complaints go.
    ///   - strictness: what to make of slips whose meaning is clear.
    public init(files: some FileAccess, diagnostics: Diagnostics, strictness: Strictness = .own) {
        self.files = files
        self.diagnostics = diagnostics
        self.strictness = strictness
    }

    /// Reads documents with all that they refer to. Each file is read once, whoever refers to it.
    ///
    /// A complaint does not end the reading: what is wrong is left out, and the rest is returned.
    ///
    /// - Parameter paths: the root documents, relative to the folder of the specification: `vluna/openapi.yaml`.
    /// - Returns: what could be read. It is complete if `diagnostics` has no errors.
    public func read(documents paths: [String]) -> Specification {
        let session = Session(files: files, diagnostics: diagnostics, strictness: strictness)
        let documents = paths.compactMap(session.document)
        session.readPending()
        session.checkPending()
        return Specification(documents: documents, schemas: session.schemas)
    }
}

/// One run of the reader: what was read so far, and what is still to be read.
final class Session {
    let source: any FileAccess
    let diagnostics: Diagnostics
    let strictness: SpecificationReader.Strictness

    /// By path.
    var fileStates: [String: FileState] = [:]
    /// Those that were read, in order of first use.
    var files: [SpecificationFile] = []

    /// Indexed by ``SchemaID``. Those from ``firstPendingSchema`` on are known by their place only.
    var schemas: [Schema] = []
    /// Parallel to ``schemas``.
    var schemaFiles: [SpecificationFile] = []
    /// The first schema at a node. Places are compared by their pointers only where a YAML alias repeats a node.
    var schemaIDs: [Node: SchemaID] = [:]
    var aliasedSchemaIDs: [[String]: [Node: SchemaID]] = [:]
    private var firstPendingSchema = 0
    private var firstPendingFile = 0

    /// The path items that root documents contain or refer to.
    var usedPathItems: Set<Node> = []

    /// What operations say of paging, which is checked when all schemas are known.
    var pagings: [(fields: Fields, paging: Paging, operation: Operation)] = []
    /// What operations say of streaming, likewise.
    var streamings: [(fields: Fields, streaming: Streaming, operation: Operation)] = []

    init(files: any FileAccess, diagnostics: Diagnostics, strictness: SpecificationReader.Strictness) {
        source = files
        self.diagnostics = diagnostics
        self.strictness = strictness
    }

    /// Reads the schemas and the components that nobody has read yet, until there are none.
    ///
    /// Schemas wait in a list instead of being read where they stand: thus neither deep nesting nor recursive schemas
    /// take stack, and each is read once.
    func readPending() {
        while true {
            if firstPendingSchema < schemas.count {
                readSchema(at: firstPendingSchema)
                firstPendingSchema += 1
            } else if firstPendingFile < files.count {
                components(of: files[firstPendingFile])
                firstPendingFile += 1
            } else {
                return
            }
        }
    }

    /// Runs the checks that look at more than one object.
    func checkPending() {
        breakReferenceCycles()
        for (fields, paging, operation) in pagings { check(paging, fields, of: operation) }
        for (fields, streaming, operation) in streamings { check(streaming, fields, of: operation) }
        for index in schemas.indices { checkSchema(SchemaID(index: index)) }
    }
}
