import Foundation

/// What `Tests/Documents/run` and `Tests/Documents/fuzz` need of the generator in one process: a bare parse to compare
/// with, and the fuzzer.
@main
enum Main {
    static let usage = """
        usage: DocumentsTool bare ROUNDS FILE...
               DocumentsTool fuzz [--count N] [--seed S] [--jobs N] [--found DIR] [--samples DIR] DOCUMENT...
               DocumentsTool one FILE
        """

    static func main() {
        var words = Array(CommandLine.arguments.dropFirst())
        guard !words.isEmpty else { stop(usage, status: 2) }
        let command = words.removeFirst()
        switch command {
        case "bare": bare(words)
        case "fuzz": fuzz(words)
        case "one": one(words)
        case "work": work(words)
        default: stop(usage, status: 2)
        }
    }

    /// Prints the seconds of the processor that each round takes.
    private static func bare(_ words: [String]) {
        guard let rounds = words.first.flatMap(Int.init), words.count > 1 else { stop(usage, status: 2) }
        let files = words.dropFirst().map { path in
            guard let data = FileManager.default.contents(atPath: path) else { stop("cannot read \(path)", status: 2) }
            return [UInt8](data)
        }
        for _ in 0..<rounds {
            let start = clock()
            guard BareParse.parse(files) > 0 else { stop("libyaml cannot read \(words[1])", status: 1) }
            print(Double(clock() - start) / Double(CLOCKS_PER_SEC))
        }
    }

    private static func fuzz(_ words: [String]) {
        guard let settings = FuzzSettings(words) else { stop(usage, status: 2) }
        let failures = Supervisor(settings: settings).run()
        if failures > 0 { exit(1) }
    }

    /// A worker of the fuzzer. Only the supervisor starts it.
    private static func work(_ words: [String]) {
        guard let settings = FuzzSettings(words) else { stop(usage, status: 2) }
        Worker(settings: settings).run()
    }

    /// Runs a file that was found, with the fuzzer's limits.
    private static func one(_ words: [String]) {
        guard words.count == 1, let data = FileManager.default.contents(atPath: words[0]) else {
            stop(usage, status: 2)
        }
        Limits.impose()
        Limits.restartClock()
        let subject = FuzzSubject(path: words[0], bytes: [UInt8](data), folder: nil)
        let outcome = subject.run()
        print(outcome.description)
        if case .fault = outcome { exit(1) }
    }

    private static func stop(_ message: String, status: Int32) -> Never {
        FileHandle.standardError.write(Data((message + "\n").utf8))
        exit(status)
    }
}
