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

    /// What to read, and how.
    public struct Options {
        /// What to make of slips whose meaning is clear.
        public var strictness = Strictness.own
        /// OpenAPI Overlays that change each root document before it is read, in order.
        public var overlays: [SourceFile] = []
        /// Which operations are read, with what they reach: those that any of the filters chooses, or all.
        public var filters: [OperationFilter] = []
        /// The files that stand for those on the network.
        public var references = ReferenceMap()
        /// How many elements and members of objects are looked at: references can make a small document mean a huge one.
        var mostParts = 1_000_000

        /// Reads everything, strictly.
        public init(strictness: Strictness = .own) {
            self.strictness = strictness
        }
    }

    private let files: any FileAccess
    private let diagnostics: Diagnostics
    private let options: Options

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - files: where the documents and the files that they refer to come from.
    ///   - diagnostics: where complaints go.
    ///   - options: what to read, and how.
    public init(files: some FileAccess, diagnostics: Diagnostics, options: Options) {
        self.files = files
        self.diagnostics = diagnostics
        self.options = options
    }

    /// Makes a reader of whole documents.
    public init(files: some FileAccess, diagnostics: Diagnostics, strictness: Strictness = .own) {
        self.init(files: files, diagnostics: diagnostics, options: Options(strictness: strictness))
    }

    /// Reads documents with all that they refer to. Each file is read once, whoever refers to it.
    ///
    /// A complaint does not end the reading: what is wrong is left out, and the rest is returned.
    ///
    /// - Parameter paths: the root documents, relative to the folder of the specification: `vluna/openapi.yaml`.
    /// - Returns: what could be read. It is complete if `diagnostics` has no errors.
    public func read(documents paths: [String]) -> Specification {
        let session = Session(files: files, diagnostics: diagnostics, options: options)
        session.rootPaths = Set(paths)
        let documents = paths.compactMap(session.document)
        session.checkFilters()
        session.readPending()
        session.checkPending()
        session.reportRepeated()
        return Specification(documents: documents, schemas: session.schemas)
    }
}

/// One run of the reader: what was read so far, and what is still to be read.
final class Session {
    let source: any FileAccess
    let diagnostics: Diagnostics
    let options: SpecificationReader.Options
    var strictness: SpecificationReader.Strictness { options.strictness }

    /// Those of the root documents.
    var rootPaths: Set<String> = []
    /// By path.
    var fileStates: [String: FileState] = [:]
    /// The schemas and documents that have URIs of their own.
    var identified: [String: Place] = [:]
    /// Those that were read, in order of first use.
    var files: [SpecificationFile] = []

    /// Where the schemas stand, indexed by ``SchemaID``.
    var schemaPlaces: [Target] = []
    /// The first of them, as far as they are read.
    var schemas: [Schema] = []
    /// The first schema at a node. Places are compared by their pointers only where a YAML alias repeats a node.
    var schemaIDs: [Node: SchemaID] = [:]
    var aliasedSchemaIDs: [[String]: [Node: SchemaID]] = [:]
    private var firstPendingFile = 0

    /// The path items that root documents contain or refer to.
    var usedPathItems: Set<Node> = []

    /// How many nodes the overlays have added so far.
    var overlayNodes = 0
    /// Components that operations refer to.
    var knownParameters: [Node: Parameter] = [:]
    var knownResponses: [Node: Response] = [:]
    /// How many elements and members of objects were looked at so far.
    var partCount = 0
    /// How many names may still be compared in search of one that was meant.
    var hintBudget = 1_000_000
    /// How many complaints there were so far.
    var complaints = 0
    /// What was found wrong in the parts that are being read, the innermost last. Each is left out if it is faulty.
    var faults: [[Diagnostic]] = []
    /// What is said of many places, with these places.
    var repeated: [Repeated: Set<SourceLocation>] = [:]
    /// The operation that is being read: `GET /users`.
    var operationName: String?
    /// Whether the operation is what a service sends because of another.
    var isInCallback = false
    /// The names of the security schemes of the document that is being read.
    var schemes: [String] = []
    /// What the filters choose among.
    var candidates = FilterCandidates()

    /// What operations say of paging, which is checked when all schemas are known.
    var pagings: [(fields: Fields, paging: Paging, operation: Operation)] = []
    /// What operations say of streaming, likewise.
    var streamings: [(fields: Fields, streaming: Streaming, operation: Operation)] = []

    init(files: any FileAccess, diagnostics: Diagnostics, options: SpecificationReader.Options) {
        source = files
        self.diagnostics = diagnostics
        self.options = options
    }

    /// Reads the schemas and the components that nobody has read yet, until there are none.
    ///
    /// Schemas wait in a list instead of being read where they stand: thus neither deep nesting nor recursive schemas
    /// take stack, and each is read once.
    func readPending() {
        while true {
            if schemas.count < schemaPlaces.count {
                schemas.append(readSchema(schemaPlaces[schemas.count]))
            } else if options.filters.isEmpty, firstPendingFile < files.count {
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
        breakReferenceChains()
        for (fields, paging, operation) in pagings { check(paging, fields, of: operation) }
        for (fields, streaming, operation) in streamings { check(streaming, fields, of: operation) }
        correctMappings()
        for index in schemas.indices { checkSchema(SchemaID(index: index)) }
    }
}
