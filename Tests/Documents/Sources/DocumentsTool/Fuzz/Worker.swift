import Foundation
import GeneratorEmit

/// Runs its share of the cases in this process. The supervisor sees how far it has come, whatever happens.
struct Worker {
    let settings: FuzzSettings

    /// One in so many results is kept as a sample.
    private static let samplesEach = 1009

    func run() {
        Limits.impose()
        let corpus = Corpus(paths: settings.documents)
        guard !corpus.bases.isEmpty, let path = settings.status, let status = StatusFile(path: path) else {
            print("fault \(settings.range.lowerBound) there is nothing to work with")
            return
        }
        var progress = StatusFile.Progress(number: settings.range.lowerBound)
        for number in settings.range {
            progress.number = number
            status.write(progress)
            Limits.restartClock()
            let fuzzCase = FuzzCase(number: number, seed: settings.seed, corpus: corpus)
            switch fuzzCase.subject.run() {
            case .refused: progress.refused += 1
            case .generated(let files):
                progress.generated += 1
                if progress.generated % Self.samplesEach == 1, let samples = settings.samples {
                    keep(files.map { ("\($0.module)/\($0.path)", $0.text) }, at: "\(samples)/\(number)")
                }
            case .fault(let fault): print("fault \(number) \(fault.prefix(300))")
            }
        }
        progress.number = settings.range.upperBound
        status.write(progress)
    }

    private func keep(_ files: [(path: String, text: String)], at folder: String) {
        for file in files {
            let url = URL(filePath: folder).appending(path: file.path)
            try? FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try? Data(file.text.utf8).write(to: url)
        }
    }
}

/// A few numbers that outlive the process that writes them.
final class StatusFile {
    struct Progress {
        var number: Int
        var generated = 0
        var refused = 0
    }

    private let descriptor: Int32

    init?(path: String) {
        descriptor = open(path, O_RDWR | O_CREAT, 0o600)
        if descriptor < 0 { return nil }
    }

    deinit { close(descriptor) }

    func write(_ progress: Progress) {
        let numbers = [Int64(progress.number), Int64(progress.generated), Int64(progress.refused)]
        _ = numbers.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    func read() -> Progress? {
        var numbers: [Int64] = [0, 0, 0]
        let count = numbers.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count == 24 else { return nil }
        return Progress(number: Int(numbers[0]), generated: Int(numbers[1]), refused: Int(numbers[2]))
    }
}
