import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorPlan
import GeneratorYAML

/// Reads `generator.yaml`: which document becomes which module, and how words are spelled.
///
/// ```yaml
/// modules:
///   - module: TollgateStoa
///     namespace: Stoa
///     service: stoa
///     documents:
///       - { file: stoa/openapi.yaml, client: Stoa }
/// mock: TollgateMock
/// scenarios: { service: mock, files: [mock/scenarios/low-balance.yaml] }
/// fixtures: FixtureTests
/// acronyms: [ID, URL]
/// spellings: { openai: OpenAI }
/// ```
struct ConfigurationReader {
    static let fileName = "generator.yaml"
    private static let keywords = ["modules", "mock", "scenarios", "fixtures", "acronyms", "spellings"]

    let files: any FileAccess
    let diagnostics: Diagnostics

    /// Nil if the file is not there or is no YAML. Otherwise what could be read; the rest is reported.
    func read() -> PlanConfiguration? {
        let path = files.displayPath(of: Self.fileName)
        guard let bytes = files.bytes(of: Self.fileName) else {
            diagnostics.error(
                "there is no file \"\(path)\"", at: nil, hint: "it says which document becomes which Swift module")
            return nil
        }
        guard let root = YAMLReader.read(path: path, bytes: bytes, diagnostics: diagnostics),
            let mapping = mapping(root, of: "the configuration", Self.keywords)
        else { return nil }
        let modules = list(mapping["modules"] ?? missing("modules", in: mapping)).compactMap(module)
        let mock = mapping["mock"]
        let fixtures = mapping["fixtures"]
        var configuration = PlanConfiguration(
            modules: modules.map(\.plan), mock: mock.flatMap { name($0, dots: false) },
            fixtures: fixtures.flatMap { name($0, dots: false) },
            acronyms: list(mapping["acronyms"]).compactMap(text), spellings: spellings(mapping["spellings"]))
        configuration.scenarios = mapping["scenarios"].flatMap { scenarios($0, modules.map(\.plan.service)) }
        reportDuplicates(modules, others: [(configuration.mock, mock), (configuration.fixtures, fixtures)])
        return configuration
    }

    // MARK: Modules

    private func module(_ node: Node) -> (plan: PlanConfiguration.Module, mapping: Mapping)? {
        guard let mapping = mapping(node, of: "a module", ["module", "namespace", "service", "documents"]) else {
            return nil
        }
        let module = requiredName("module", in: mapping)
        let namespace = requiredName("namespace", in: mapping, dots: true)
        let service = requiredName("service", in: mapping)
        let documents = list(mapping["documents"] ?? missing("documents", in: mapping)).compactMap(document)
        guard let module, let namespace, let service else { return nil }
        let plan = PlanConfiguration.Module(
            module: module, namespace: namespace, service: service, documents: documents)
        return (plan, mapping)
    }

    private func document(_ node: Node) -> PlanConfiguration.ModuleDocument? {
        guard let mapping = mapping(node, of: "a document", ["file", "client"]) else { return nil }
        let client = requiredName("client", in: mapping, dots: true)
        guard let file = (mapping["file"] ?? missing("file", in: mapping)).flatMap(text), let client else { return nil }
        guard isInside(file) else {
            diagnostics.error(
                "\"\(file)\" is not within the folder of the specification", at: mapping["file"]?.location,
                hint: "write the path from the folder of \(Self.fileName) on, without . and ..")
            return nil
        }
        guard files.bytes(of: file) != nil else {
            diagnostics.error("there is no file \"\(files.displayPath(of: file))\"", at: mapping["file"]?.location)
            return nil
        }
        return PlanConfiguration.ModuleDocument(name: file, client: client)
    }

    private func scenarios(_ node: Node, _ services: [String]) -> PlanConfiguration.Scenarios? {
        guard let mapping = mapping(node, of: "the scenarios", ["service", "files"]),
            let service = requiredName("service", in: mapping)
        else { return nil }
        if !services.contains(service) {
            diagnostics.error("there is no service \(service)", at: mapping["service"]?.location)
        }
        return PlanConfiguration.Scenarios(service: service, files: list(mapping["files"]).compactMap(text))
    }

    private func isInside(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return !parts.contains { ["", ".", ".."].contains($0) }
    }

    /// Several namespaces may share a module, but not that of the mock or of the fixtures.
    private func reportDuplicates(
        _ modules: [(plan: PlanConfiguration.Module, mapping: Mapping)], others: [(name: String?, node: Node?)]
    ) {
        let names = modules.map { ($0.plan.module, $0.mapping["module"]) }
        let distinct = names.enumerated().filter { index, name in !names[..<index].contains { $0.0 == name.0 } }
        reportDuplicates("module", distinct.map(\.element) + others)
        reportDuplicates("namespace", modules.map { ($0.plan.namespace, $0.mapping["namespace"]) })
        reportDuplicates("service", modules.map { ($0.plan.service, $0.mapping["service"]) })
    }

    private func reportDuplicates(_ what: String, _ names: [(name: String?, node: Node?)]) {
        var first: [String: Node] = [:]
        for case (let name?, let node?) in names {
            if let other = first[name] {
                let note = Diagnostic(.note, "the other one is here", at: other.location)
                diagnostics.error("\(what) \(name) is there twice", at: node.location, notes: [note])
            }
            first[name] = first[name] ?? node
        }
    }

    private func spellings(_ node: Node?) -> [String: String] {
        guard let node else { return [:] }
        guard let mapping = node.mapping else {
            wrongKind(node, expected: "a mapping from words to their spelling")
            return [:]
        }
        var spellings: [String: String] = [:]
        for entry in mapping {
            if let spelling = name(entry.value, dots: false) { spellings[entry.name] = spelling }
        }
        return spellings
    }

    // MARK: Values

    private func mapping(_ node: Node, of what: String, _ keywords: [String]) -> Mapping? {
        guard let mapping = node.mapping else {
            wrongKind(node, expected: "\(what) as a mapping")
            return nil
        }
        for entry in mapping where !keywords.contains(entry.name) {
            let hint = didYouMean(entry.name, in: keywords) ?? "known are " + keywords.joined(separator: ", ")
            diagnostics.error(
                "unknown keyword \"\(entry.name)\" in \(what)", at: entry.key.location, hint: hint)
        }
        return mapping
    }

    private func list(_ node: Node?) -> [Node] {
        guard let node else { return [] }
        guard let list = node.sequence else {
            wrongKind(node, expected: "a list")
            return []
        }
        return Array(list)
    }

    private func text(_ node: Node) -> String? {
        if node.string == nil { wrongKind(node, expected: "a string") }
        return node.string
    }

    private func requiredName(_ keyword: String, in mapping: Mapping, dots: Bool = false) -> String? {
        (mapping[keyword] ?? missing(keyword, in: mapping)).flatMap { name($0, dots: dots) }
    }

    /// A Swift name, or several with dots between them.
    private func name(_ node: Node, dots: Bool) -> String? {
        guard let text = text(node) else { return nil }
        let parts = dots ? text.split(separator: ".", omittingEmptySubsequences: false) : [text[...]]
        if parts.allSatisfy({ SwiftText.identifier(String($0)) == $0 && $0 != "_" }) { return text }
        diagnostics.error("\"\(text)\" cannot be a name in Swift", at: node.location)
        return nil
    }

    /// A keyword that is misspelt has been reported as unknown.
    private func missing(_ keyword: String, in mapping: Mapping) -> Node? {
        let isMisspelt = mapping.names.contains { closestMatch($0, in: [keyword]) != nil }
        if !isMisspelt { diagnostics.error("\"\(keyword)\" is missing", at: mapping.node.location) }
        return nil
    }

    private func wrongKind(_ node: Node, expected: String) {
        diagnostics.error("expected \(expected), found \(node.kind)", at: node.location)
    }
}
