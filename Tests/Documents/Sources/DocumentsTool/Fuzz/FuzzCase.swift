import Foundation
import GeneratorDiagnostics
import GeneratorEmit
import GeneratorOpenAPI
import GeneratorPipeline

/// One mutated document: the same for the same seed and number.
struct FuzzCase {
    let subject: FuzzSubject

    init(number: Int, seed: UInt64, corpus: Corpus) {
        var random = RandomSource(seed: seed, stream: UInt64(number))
        let base = random.pick(corpus.bases)
        let other = random.pick(corpus.bases)
        var isJSON = base.path.hasSuffix(".json")
        var text = base.text
        if random.below(100) < 60 {
            var value = base.value
            NodeMutation(document: base.value).apply(to: &value, other: other.value, &random)
            isJSON = random.once(in: 2)
            text = [UInt8]((isJSON ? value.json : value.yaml).utf8)
            if random.once(in: 6) { ByteMutation.apply(to: &text, other: other.text, &random) }
        } else {
            ByteMutation.apply(to: &text, other: other.text, &random)
            if base.text.first == UInt8(ascii: "{") { isJSON = true }
        }
        let folder = (base.path as NSString).deletingLastPathComponent
        subject = FuzzSubject(path: isJSON ? "fuzz.json" : "fuzz.yaml", bytes: text, folder: folder)
    }
}

/// What became of a document.
enum FuzzOutcome: CustomStringConvertible {
    case refused(String)
    case generated([GeneratedFile])
    /// Neither diagnostics nor proper files.
    case fault(String)

    var description: String {
        switch self {
        case .refused(let reason): "refused: \(reason)"
        case .generated(let files): "generated: \(files.count) files"
        case .fault(let fault): "fault: \(fault)"
        }
    }
}

/// A document that goes through reading, planning and emitting, as `tollgate generate --input` does it.
struct FuzzSubject {
    let path: String
    let bytes: [UInt8]
    /// Where the files are that it refers to.
    let folder: String?

    func run() -> FuzzOutcome {
        let name = (path as NSString).lastPathComponent
        let files = MutatedFiles(name: name, bytes: bytes, folder: folder.map { Folder($0, displayedAs: "") })
        let diagnostics = Diagnostics()
        let pipeline = DocumentPipeline(files: files, document: name, module: "Fuzzed", diagnostics: diagnostics)
        let generated = pipeline.plan().map(pipeline.emit)
        let text = DiagnosticPrinter().text(diagnostics.all)
        guard let generated else {
            return text.contains("error: ") ? .refused(text) : .fault("nothing was generated, and nobody says why")
        }
        return FileCheck.fault(in: generated).map(FuzzOutcome.fault) ?? .generated(generated)
    }
}

/// A folder in which one file is another one.
private struct MutatedFiles: FileAccess {
    let name: String
    let bytes: [UInt8]
    let folder: Folder?

    func bytes(of path: String) -> [UInt8]? { path == name ? bytes : folder?.bytes(of: path) }

    func displayPath(of path: String) -> String { path }
}
