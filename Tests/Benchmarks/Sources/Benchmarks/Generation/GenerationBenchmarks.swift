import Foundation
import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorPlan
import GeneratorYAML

/// How long the generator takes, as a multiple of libyaml's bare event parse of the same bytes in the same round.
struct GenerationBenchmarks {
    let effort: Effort
    let checkout: Checkout

    func section() async -> Section {
        var section = Section(title: "generation: time / time of libyaml's bare event parse of the same bytes (less is better)")
        for (name, generation) in subjects() {
            section.rows += await rows(name, generation, notes: &section.notes)
        }
        if checkout.openAI == nil { section.notes.append("openai.yaml is not there, and was left out.") }
        return section
    }

    private func subjects() -> [(String, Generation)] {
        let spec = checkout.spec()
        var subjects: [(String, Generation)] = []
        if let configuration = GeneratorConfiguration.read(spec) {
            let files = MemoryFiles(spec.filter { $0.key != GeneratorConfiguration.fileName })
            subjects.append(("spec/", Generation(files: files, configuration: configuration, strictness: .own)))
        }
        if let bytes = checkout.openAI {
            let files = MemoryFiles(["openai.yaml": bytes])
            subjects.append(
                ("openai.yaml", Generation(files: files, configuration: .openAI, strictness: .outside)))
        }
        return subjects
    }

    private func rows(_ name: String, _ generation: Generation, notes: inout [String]) async -> [Row] {
        let bytes = generation.files.sorted.map(\.bytes)
        let bare = Work(effort) { consume(BareParse.parse(bytes)) }
        consume(generation.run())
        let rounds = await interleaved(effort, ours: { generation.run() }, theirs: { bare.secondsPerCall() })
        notes.append(coverage(name, generation))
        let parse = Ratio.median(of: rounds.map(\.theirs))
        let stages: [(String, (Generation.Times) -> Double)] = [
            ("read", \.read), ("resolve", \.resolve), ("plan", \.plan), ("emit", \.emit), ("in sum", \.sum),
        ]
        return stages.map { stage, seconds in
            Row(
                name: "\(name), \(stage)", ratio: Ratio(rounds.map { seconds($0.ours) / $0.theirs }),
                context: "\(duration(Ratio.median(of: rounds.map { seconds($0.ours) }))) to \(duration(parse))")
        }
    }

    /// How much of the documents the generator takes so far.
    private func coverage(_ name: String, _ generation: Generation) -> String {
        let diagnostics = Diagnostics()
        let plan = generation.plan(generation.specification(diagnostics), diagnostics)
        let planned = plan.modules.flatMap(\.documents)
        let operations = planned.reduce(0) { $0 + $1.operations }
        let all = generation.nodes().reduce(0) { $0 + Self.operations(in: $1) }
        let errors = diagnostics.all.count { $0.severity == .error }
        let bytes = generation.files.sorted.reduce(0) { $0 + $1.bytes.count }
        let models = planned.reduce(0) { $0 + $1.models }
        return "\(name): \(bytes / 1000) kB; \(operations) of \(all) operations, \(models) models, \(errors) errors."
    }

    /// The operations that a file describes itself; references to other files do not count.
    private static func operations(in root: Node) -> Int {
        let methods: Set = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]
        let paths = root.mapping?["paths"]?.mapping?.compactMap(\.value.mapping) ?? []
        return paths.reduce(0) { $0 + $1.count { methods.contains($0.name) } }
    }
}

extension PlanConfiguration {
    fileprivate static let openAI = PlanConfiguration(
        modules: [
            Module(
                module: "TollgateOpenAI", namespace: "OpenAI", service: "openai",
                documents: [ModuleDocument(name: "openai.yaml", client: "OpenAI")])
        ],
        mock: "TollgateMock", acronyms: ["API", "ID", "URL"], spellings: ["openai": "OpenAI"])
}
