import Foundation
import GeneratorDiagnostics
import GeneratorEmit
import GeneratorPlan

/// How long the generator takes, as a multiple of libyaml's bare event parse of the same bytes in the same round.
struct GenerationBenchmarks {
    let effort: Effort
    /// The paths of documents that are measured besides this package's own.
    let documents: [String]

    func section() async throws -> Section {
        var section = Section(
            title: "generation: time / time of libyaml's bare event parse of the same bytes (less is better)")
        for subject in [Subject.own()] + documents.map(Subject.document) {
            // Besides warming up, this finds out which files are read.
            section.notes.append(try coverage(of: subject))
            section.rows += await rows(subject)
        }
        return section
    }

    private func rows(_ subject: Subject) async -> [Row] {
        let bytes = Array(subject.files.content.values)
        let bare = Work(effort) { consume(BareParse.parse(bytes)) }
        let stages = [
            ("YAML to nodes", Work(effort) { consume(subject.nodes()) }),
            ("YAML to plan", Work(effort) { consume(subject.plan(Diagnostics())) }),
            ("YAML to Swift", Work(effort) { consume(subject.generate()) }),
        ]
        var rows: [Row] = []
        for (stage, work) in stages {
            let rounds = await interleaved(
                effort, ours: { work.secondsPerCall() }, theirs: { bare.secondsPerCall() })
            let medians = [rounds.map(\.ours), rounds.map(\.theirs)].map { duration(Ratio.median(of: $0)) }
            rows.append(
                Row(
                    name: "\(subject.name), \(stage)", ratio: Ratio(rounds.map { $0.ours / $0.theirs }),
                    context: medians.joined(separator: " against ")))
        }
        return rows
    }

    /// How much goes in and comes out, and how much the generator cannot take so far.
    private func coverage(of subject: Subject) throws -> String {
        let diagnostics = Diagnostics()
        let plan = subject.plan(diagnostics)
        let errors = diagnostics.all.count { $0.severity == .error }
        guard let plan else {
            throw Mismatch("\(subject.name): the generator stops\n" + DiagnosticPrinter().text(diagnostics.all))
        }
        let content = subject.files.content.values
        guard !content.isEmpty, BareParse.parse(content) > 0 else { throw Mismatch("\(subject.name): nothing to read") }
        let files = subject.generate()
        let documents = plan.modules.flatMap(\.documents)
        let sizes = [content.reduce(0) { $0 + $1.count }, files.reduce(0) { $0 + $1.text.utf8.count }].map { $0 / 1000 }
        let missing = errors == 0 ? "no errors" : "\(errors) errors, whose places were left out"
        return "\(subject.name): \(sizes[0]) kB in \(content.count) files become \(sizes[1]) kB in \(files.count); "
            + "\(documents.reduce(0) { $0 + $1.operations }) operations, "
            + "\(documents.reduce(0) { $0 + $1.models }) models; \(missing)."
    }
}
