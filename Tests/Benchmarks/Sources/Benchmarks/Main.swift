/// Prints how this package compares with what it is built on, as ratios that were taken in one run.
@main
enum Main {
    static func main() async throws {
        var parts = CommandLine.arguments.dropFirst().filter { $0 != "--quick" }
        let effort = CommandLine.arguments.contains("--quick") ? Effort.quick : .full
        let known = ["generation", "json", "mock", "client"]
        if let unknown = parts.first(where: { !known.contains($0) }) {
            print("unknown: \(unknown). usage: Tests/Benchmarks/run [--quick] [\(known.joined(separator: "|"))]…")
            throw ExitStatus()
        }
        if parts.isEmpty { parts = known }
        var sections: [Section] = []
        if parts.contains("generation") {
            sections.append(await GenerationBenchmarks(effort: effort, checkout: Checkout()).section())
        }
        if parts.contains("json") { sections.append(try await JSONBenchmarks(effort: effort).section()) }
        if parts.contains("mock") {
            sections.append(try await MockBenchmarks(effort: effort, calls: SampleCalls()).section())
        }
        if parts.contains("client") {
            sections.append(try await ClientBenchmarks(effort: effort, calls: SampleCalls()).section())
        }
        print(Table.text(sections))
    }
}
