import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorPlan
import GeneratorYAML

/// Reads the files that `scenarios` of `generator.yaml` lists.
struct ScenarioReader {
    let files: any FileAccess
    let diagnostics: Diagnostics

    func read(_ names: [String]) -> [ScenarioPlanner.File] {
        names.compactMap { name in
            let path = files.displayPath(of: name)
            guard let bytes = files.bytes(of: name) else {
                diagnostics.error("there is no file \"\(path)\"", at: nil)
                return nil
            }
            guard let root = YAMLReader.read(path: path, bytes: bytes, diagnostics: diagnostics) else { return nil }
            let file = name.split(separator: "/").last ?? ""
            return (String(file.prefix { $0 != "." }), root)
        }
    }
}
