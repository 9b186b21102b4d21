import GeneratorDiagnostics
import GeneratorPlan
import GeneratorYAML

/// `generator.yaml`, read without any checks.
enum GeneratorConfiguration {
    static let fileName = "generator.yaml"

    /// - Returns: nil if there is no such file.
    static func read(_ files: [String: [UInt8]]) -> PlanConfiguration? {
        guard let bytes = files[fileName],
            let root = YAMLReader.read(path: fileName, bytes: bytes, diagnostics: Diagnostics())?.mapping
        else { return nil }
        return PlanConfiguration(
            modules: (root["modules"]?.sequence).map { $0.compactMap(\.mapping).map(module) } ?? [],
            mock: root["mock"]?.string, acronyms: (root["acronyms"]?.sequence).map { $0.compactMap(\.string) } ?? [])
    }

    private static func module(_ mapping: Mapping) -> PlanConfiguration.Module {
        let documents = (mapping["documents"]?.sequence).map { $0.compactMap(\.mapping) } ?? []
        return PlanConfiguration.Module(
            module: text("module", in: mapping), namespace: text("namespace", in: mapping),
            service: text("service", in: mapping),
            documents: documents.map { .init(name: text("file", in: $0), client: text("client", in: $0)) })
    }

    private static func text(_ key: String, in mapping: Mapping) -> String {
        mapping[key]?.string ?? ""
    }
}
