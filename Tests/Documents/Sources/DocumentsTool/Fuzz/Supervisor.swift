import Foundation
import Synchronization

/// Starts workers, starts them again after a case that ended one, and reports what was found.
struct Supervisor {
    struct Finding {
        var number: Int
        /// What happened; the same words for the same cause, as far as that can be told.
        var fault: String
    }

    private struct Tally {
        var generated = 0
        var refused = 0
        var findings: [Finding] = []
    }

    let settings: FuzzSettings
    /// The limit on memory is one document's: what a process keeps of those before must not add up.
    private static let mostPerWorker = 4_000

    /// - Returns: how many cases failed.
    func run() -> Int {
        let start = ContinuousClock.now
        let tally = Mutex(Tally())
        let settings = settings
        DispatchQueue.concurrentPerform(iterations: settings.jobs) { job in
            let share = settings.count / settings.jobs + 1
            var range = min(settings.count, job * share)..<min(settings.count, (job + 1) * share)
            while !range.isEmpty {
                let part = range.prefix(Self.mostPerWorker)
                let result = Self.work(part, settings)
                tally.withLock {
                    $0.generated += result.progress.generated
                    $0.refused += result.progress.refused
                    $0.findings += result.findings
                }
                range = min(part.upperBound, result.progress.number + 1)..<range.upperBound
            }
        }
        let all = tally.withLock { $0 }
        report(all.findings)
        let seconds = Int((ContinuousClock.now - start) / .seconds(1))
        print(
            "\(settings.count) mutated documents (seed \(settings.seed)) in \(seconds) s: \(all.generated) generated, "
                + "\(all.refused) refused with diagnostics, \(all.findings.count) failed")
        return all.findings.count
    }

    // MARK: Workers

    private static func work(
        _ range: Range<Int>, _ settings: FuzzSettings
    ) -> (progress: StatusFile.Progress, findings: [Finding]) {
        let path = NSTemporaryDirectory() + "/fuzz-status-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let child = Child.run(settings.workerWords(range: range, status: path))
        var findings = child.output.split(separator: "\n").compactMap { line -> Finding? in
            let parts = line.split(separator: " ", maxSplits: 2)
            guard parts.count == 3, parts[0] == "fault", let number = Int(parts[1]) else { return nil }
            return Finding(number: number, fault: String(parts[2]))
        }
        let unknown = StatusFile.Progress(number: range.lowerBound)
        let progress = StatusFile(path: path)?.read() ?? unknown
        if let death = child.death { findings.append(Finding(number: progress.number, fault: death)) }
        return (progress, findings)
    }

    // MARK: Findings

    /// One input is kept of each kind, as small as it gets.
    private func report(_ findings: [Finding]) {
        guard !findings.isEmpty else { return }
        let corpus = Corpus(paths: settings.documents)
        let kinds = Dictionary(grouping: findings) { Self.kind(of: $0.fault) }
        for (kind, members) in kinds.sorted(by: { $0.value.count > $1.value.count }) {
            print("\(members.count) times: \(kind)")
            for member in members.prefix(3) {
                let subject = FuzzCase(number: member.number, seed: settings.seed, corpus: corpus).subject
                print("  case \(member.number): \(member.fault)")
                guard let found = settings.found else { continue }
                let small = Minimiser(folder: found, kind: kind).minimised(subject)
                let path = "\(found)/\(member.number)-\(subject.path)"
                try? FileManager.default.createDirectory(atPath: found, withIntermediateDirectories: true)
                try? Data(small).write(to: URL(filePath: path))
                print("  \(path): \(small.count) bytes of \(subject.bytes.count)")
            }
        }
    }

    /// Without names and numbers.
    static func kind(of fault: String) -> String {
        var kind = ""
        for character in fault.prefix(160) {
            if character.isNumber {
                if kind.last != "0" { kind.append("0") }
            } else {
                kind.append(character)
            }
        }
        return kind.split(separator: ": ").last.map(String.init) ?? kind
    }
}
