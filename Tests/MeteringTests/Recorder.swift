import Foundation
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a process has said about what it recorded.
struct RecorderLog: Sendable {
    /// The ids of all uses, and of those that were acknowledged and refused.
    var begun: Set<String> = []
    var done: Set<String> = []
    var failed: Set<String> = []
    var errors: [String] = []

    mutating func read(_ line: Substring) {
        let words = line.split(separator: " ", maxSplits: 2)
        // The last line of a process that was killed may be incomplete.
        guard words.count >= 2, words[1].count == 36 else { return }
        switch words[0] {
        case "begun": begun.insert(String(words[1]))
        case "done": done.insert(String(words[1]))
        case "failed":
            failed.insert(String(words[1]))
            errors.append(words.count > 2 ? String(words[2]) : "")
        default: break
        }
    }

    mutating func add(_ other: RecorderLog) {
        begun.formUnion(other.begun)
        done.formUnion(other.done)
        failed.formUnion(other.failed)
        errors += other.errors
    }
}

private final class SharedLog: Sendable {
    let value = Mutex(RecorderLog())
}

/// A process of the program `meter-recorder`.
final class Recorder: Sendable {
    private let process: Int32
    private let log = SharedLog()
    private let reading: Task<Void, Never>

    /// - Parameters:
    ///   - outbox: The path of an SQLite file, or the URL of a database.
    ///   - sink: `stoa` or `stripe`.
    ///   - url: Where the sink is.
    ///   - key: The key of the sink.
    ///   - tasks: How many record at the same time.
    ///   - limit: The size that no file may exceed, in bytes.
    /// - Throws: What the system says if it cannot be started.
    init(_ outbox: String, _ sink: String, _ url: URL, key: String, tasks: Int, limit: Int? = nil) throws {
        let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        let program = folder.appending(path: "meter-recorder")
        let limit = limit.map { "\($0)" } ?? "none"
        let arguments = [program.path, outbox, sink, url.absoluteString, "\(tasks)", limit, key]
        let (process, input) = try Self.start(arguments)
        self.process = process
        // A thread of its own, since reading blocks.
        let (lines, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        Thread {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = read(input, &buffer, buffer.count)
                guard count > 0 else { break }
                continuation.yield(Array(buffer[..<count]))
            }
            close(input)
            continuation.finish()
        }.start()
        reading = Task { [log] in
            var rest: [UInt8] = []
            for await bytes in lines {
                rest += bytes
                guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { continue }
                let text = String(decoding: rest[..<end], as: UTF8.self)
                log.value.withLock { log in
                    for line in text.split(separator: "\n") { log.read(line) }
                }
                rest.removeSubrange(...end)
            }
        }
    }

    private static let starting = Mutex(())

    /// - Returns: The process, and the end of the pipe that its standard output comes from.
    private static func start(_ arguments: [String]) throws -> (process: Int32, output: Int32) {
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // One after the other, so that no process inherits the pipe of another.
        return try starting.withLock { _ in
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { throw PostgresServer.Failure("no pipe") }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
            var process: pid_t = 0
            let result = posix_spawn(&process, arguments[0], &actions, nil, &pointers, environ)
            close(ends[1])
            guard result == 0 else {
                throw PostgresServer.Failure("\(arguments[0]): \(String(cString: strerror(result)))")
            }
            return (process, ends[0])
        }
    }

    /// Waits until the process has said what is waited for.
    func wait(for isReached: (RecorderLog) -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while !log.value.withLock({ isReached($0) }) {
            try #require(ContinuousClock.now < deadline, "the recorder says nothing")
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// Kills the process.
    /// - Returns: All that it said.
    func kill() async throws -> RecorderLog {
        #if canImport(Glibc)
            _ = Glibc.kill(process, SIGKILL)
        #else
            _ = Darwin.kill(process, SIGKILL)
        #endif
        var status: Int32 = 0
        waitpid(process, &status, 0)
        await reading.value
        return log.value.withLock { $0 }
    }
}

/// A disk that gets full.
enum FullDisk: String, CaseIterable, Sendable {
    /// No file may become larger than a limit.
    case fileSize
    /// A small file system in memory; only root may make one, and not everywhere.
    case tmpfs

    static var available: [FullDisk] { [.fileSize] + (canMount ? [.tmpfs] : []) }

    private static let canMount: Bool = {
        guard let folder = try? TemporaryFolder.make() else { return false }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        guard run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder) else { return false }
        return run("umount", folder)
    }()

    /// Calls `body` with a folder on the disk, and the limit that a process has to set itself.
    func with(_ body: (String, Int?) async throws -> Void) async throws {
        try await TemporaryFolder.with { folder in
            guard self == .tmpfs else { return try await body(folder, 700_000) }
            try #require(Self.run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder))
            defer { _ = Self.run("umount", folder) }
            try await body(folder, nil)
        }
    }

    func makeRoom(in folder: String) throws {
        guard self == .tmpfs else { return }
        try #require(Self.run("mount", "-o", "remount,size=64m", folder))
    }

    private static func run(_ arguments: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
