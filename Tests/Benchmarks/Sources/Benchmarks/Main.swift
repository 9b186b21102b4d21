import Foundation

/// Prints how this package compares with what it is built on, as ratios that were taken in one run.
@main
enum Main {
    static func main() async {
        do {
            if Array(CommandLine.arguments.dropFirst()) == [ServerProcess.argument] {
                return try await ServerProcess.serve()
            }
            guard let arguments = Arguments(CommandLine.arguments.dropFirst()) else { stop(Arguments.usage, status: 2) }
            print(Table.text(try await sections(arguments)))
        } catch {
            stop("error: \(error)", status: 1)
        }
    }

    private static func sections(_ arguments: Arguments) async throws -> [Section] {
        let effort = arguments.effort
        let calls = try await SampleCall.all()
        var sections: [Section] = []
        if arguments.includes(.generation) {
            sections.append(try await GenerationBenchmarks(effort: effort, documents: arguments.documents).section())
        }
        if arguments.includes(.json) { sections.append(try await JSONBenchmarks(effort: effort).section()) }
        if arguments.includes(.mock) {
            sections.append(try await MockBenchmarks(effort: effort, calls: calls).section())
            sections.append(try await SandboxBenchmarks(effort: effort, calls: calls).section())
        }
        if arguments.includes(.client) {
            sections.append(try await ClientBenchmarks(effort: effort, calls: calls).section())
        }
        if arguments.includes(.overhead) { sections.append(try await OverheadBenchmarks(effort: effort).section()) }
        if arguments.includes(.metering) { sections.append(try await MeteringBenchmarks(effort: effort).section()) }
        return sections
    }

    private static func stop(_ message: String, status: Int32) -> Never {
        FileHandle.standardError.write(Data((message + "\n").utf8))
        exit(status)
    }
}

/// What the command line asks for.
struct Arguments {
    enum Part: String, CaseIterable {
        case generation, json, mock, client, overhead, metering
    }

    static let usage =
        "usage: Tests/Benchmarks/run [--quick] [--document FILE.yaml]... "
        + "[\(Part.allCases.map(\.rawValue).joined(separator: "|"))]..."

    private(set) var effort = Effort.full
    /// Specifications from elsewhere, besides this package's own.
    private(set) var documents: [String] = []
    private var parts: [Part] = []

    /// Nil if there is anything that is not known.
    init?(_ words: some Sequence<String>) {
        var words = words.makeIterator()
        while let word = words.next() {
            if word == "--quick" {
                effort = .quick
            } else if word == "--document", let file = words.next() {
                documents.append(file)
            } else if let part = Part(rawValue: word) {
                parts.append(part)
            } else {
                return nil
            }
        }
    }

    func includes(_ part: Part) -> Bool {
        parts.isEmpty || parts.contains(part)
    }
}
