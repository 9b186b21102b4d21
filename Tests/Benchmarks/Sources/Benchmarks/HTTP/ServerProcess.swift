import Foundation

/// The bare server in a process of its own, so that its processor time is not this one's.
final class ServerProcess {
    /// The argument that makes this program be the server.
    static let argument = "serve"

    let url: URL
    private let process: Process
    private let input: Pipe

    /// Starts this program once more, as the server.
    init() throws {
        process = Process()
        input = Pipe()
        let output = Pipe()
        process.executableURL = URL(filePath: CommandLine.arguments[0])
        process.arguments = [Self.argument]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let url = URL(string: line.trimmingCharacters(in: .newlines)), url.port != nil else {
            throw Mismatch("the server does not say where it is")
        }
        self.url = url
    }

    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// What the other process does: it says where it is, and ends when its input does.
    static func serve() async throws {
        let server = try await BareServer.start(try await SampleCall.all().map(\.reply))
        FileHandle.standardOutput.write(Data("\(server.url)\n".utf8))
        _ = FileHandle.standardInput.readDataToEndOfFile()
        await server.stop()
    }
}
