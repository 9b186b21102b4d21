import Foundation

/// A server in a process of its own, so that its processor time and memory are not this one's.
final class ServerProcess {
    /// The argument that makes this program be the server.
    static let argument = "serve"

    let url: URL
    private let process: Process
    private let input: Pipe

    /// Starts this program once more, as a server.
    init(_ argument: String = ServerProcess.argument) throws {
        process = Process()
        input = Pipe()
        let output = Pipe()
        process.executableURL = URL(filePath: CommandLine.arguments[0])
        process.arguments = [argument]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let url = URL(string: line.trimmingCharacters(in: .newlines)), url.port != nil else {
            throw Mismatch("the server does not say where it is")
        }
        self.url = url
    }

    /// The memory that the server has, in millions of bytes; 0 where the system does not say it in a file.
    func residentMegabytes() throws -> Double {
        let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return Double(line?.split(separator: " ").dropFirst().first ?? "0").map { $0 * 1024 / 1e6 } ?? 0
    }

    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// What the other process does: it says where it is, and ends when its input does.
    static func serve() async throws {
        let server = try await BareServer.start(try await SampleCall.all().map(\.reply))
        try await stay(at: server.url)
        await server.stop()
    }

    /// Says where a server is, and returns when the input ends.
    static func stay(at url: URL) async throws {
        FileHandle.standardOutput.write(Data("\(url)\n".utf8))
        // Not on a thread of the pool, which the server needs.
        await withCheckedContinuation { continuation in
            Thread {
                _ = FileHandle.standardInput.readDataToEndOfFile()
                continuation.resume()
            }.start()
        }
    }
}
