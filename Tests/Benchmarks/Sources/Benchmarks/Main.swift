@main
enum Main {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let effort = arguments.contains("--quick") ? Effort.quick : .full
        print(Table.text([try JSONBenchmarks(effort: effort).section(), GenerationBenchmarks(effort: effort, checkout: Checkout()).section()]))
    }
}
