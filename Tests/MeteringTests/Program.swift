import Foundation

/// Another program, run to its end.
enum Program {
    /// - Parameters:
    ///   - path: The program.
    ///   - arguments: What it is told.
    /// - Returns: Its exit status, and all that it printed.
    /// - Throws: What the system says if it cannot be started.
    static func run(_ path: String, _ arguments: [String]) async throws -> (status: Int32, output: String) {
        // A thread of its own: those of tasks are few, and what the program waits for may need them.
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try runBlocking(path, arguments) }) }.start()
        }
    }

    /// The same for those who cannot wait otherwise.
    static func runBlocking(_ path: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    /// Where a program of this package is: beside the tests.
    static func path(_ name: String) -> String {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: name).path
    }
}
