import Foundation

/// A server in a process of its own, so that its processor time and memory are not this one's.
final class ServerProcess {
    /// The argument that makes this program be the server.
    static let argument = "serve"

    let url: URL
    private let process: Process
    private let input: Pipe

    /// Starts this program once more, as a server.
    convenience init() throws {
        try self.init(URL(filePath: CommandLine.arguments[0]), [Self.argument])
    }

    /// Starts a program that was built with this one, and that says first where it is: `STOA_BASE_URL=http://…`.
    convenience init(_ name: String, _ arguments: [String]) throws {
        try self.init(
            URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: name), arguments)
    }

    private init(_ program: URL, _ arguments: [String]) throws {
        process = Process()
        input = Pipe()
        let output = Pipe()
        process.executableURL = program
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let place = text.prefix { !$0.isNewline }.split(separator: "=").last
        guard let url = place.flatMap({ URL(string: String($0)) }), url.port != nil else {
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
        process.terminate()
        process.waitUntilExit()
    }

    /// What the other process does: it says where it is, and ends when its input does.
    static func serve() async throws {
        let server = try await BareServer.start(try await SampleCall.all().map(\.reply))
        FileHandle.standardOutput.write(Data("\(server.url)\n".utf8))
        // Not on a thread of the pool, which the server needs.
        await withCheckedContinuation { continuation in
            Thread {
                _ = FileHandle.standardInput.readDataToEndOfFile()
                continuation.resume()
            }.start()
        }
        await server.stop()
    }
}
