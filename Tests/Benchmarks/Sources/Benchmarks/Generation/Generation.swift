import GeneratorDiagnostics
import GeneratorEmit
import GeneratorOpenAPI
import GeneratorPlan
import GeneratorYAML

/// One run of the generator over files in memory, timed by stage. Nothing is written.
struct Generation {
    /// Seconds of processor time.
    struct Times {
        /// Bytes to nodes, of all files.
        var read = 0.0
        /// Nodes to specification: what reading the specification costs beyond `read`.
        var resolve = 0.0
        var plan = 0.0
        var emit = 0.0

        var sum: Double { read + resolve + plan + emit }
    }

    let files: MemoryFiles
    let configuration: PlanConfiguration
    let strictness: SpecificationReader.Strictness

    private var documents: [String] { configuration.modules.flatMap(\.documents).map(\.name) }

    func run() -> Times {
        var times = Times()
        times.read = seconds { consume(nodes()) }
        let diagnostics = Diagnostics()
        var specification = Specification()
        times.resolve = seconds { specification = self.specification(diagnostics) } - times.read
        var plan = Plan()
        times.plan = seconds { plan = self.plan(specification, diagnostics) }
        times.emit = seconds { consume(Emitter.files(for: plan)) }
        return times
    }

    func nodes() -> [Node] {
        files.sorted.compactMap { YAMLReader.read(path: $0.path, bytes: $0.bytes, diagnostics: Diagnostics()) }
    }

    func specification(_ diagnostics: Diagnostics) -> Specification {
        SpecificationReader(files: files, diagnostics: diagnostics, strictness: strictness).read(documents: documents)
    }

    func plan(_ specification: Specification, _ diagnostics: Diagnostics) -> Plan {
        PlanBuilder(specification: specification, configuration: configuration, diagnostics: diagnostics).build()
    }

    private func seconds(_ body: () -> Void) -> Double {
        let start = processorSeconds()
        body()
        return processorSeconds() - start
    }
}

/// The files of a specification, so that no disk is measured.
struct MemoryFiles: FileAccess {
    private let content: [String: [UInt8]]

    init(_ content: [String: [UInt8]]) {
        self.content = content
    }

    /// In the order of their paths.
    var sorted: [(path: String, bytes: [UInt8])] {
        content.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    func bytes(of path: String) -> [UInt8]? { content[path] }

    func displayPath(of path: String) -> String { path }
}
