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
    /// What those were refused for.
    var errors: [String] = []
    /// Whether the process has come to its end.
    var hasEnded = false

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

    /// - Parameter settings: What the program is told, as its source says.
    /// - Throws: What the system says if it cannot be started.
    init(_ settings: [String: String]) throws {
        let arguments = [Program.path("meter-recorder")] + settings.map { "\($0)=\($1)" }
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
            log.value.withLock { $0.hasEnded = true }
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
            // A pipe that Foundation opens elsewhere at this moment would not end while this process has it.
            for file in 3..<Int32(2_048) { posix_spawn_file_actions_addclose(&actions, file) }
            var process: pid_t = 0
            let result = posix_spawn(&process, arguments[0], &actions, nil, &pointers, environ)
            close(ends[1])
            guard result == 0 else {
                throw PostgresServer.Failure("\(arguments[0]): \(String(cString: strerror(result)))")
            }
            return (process, ends[0])
        }
    }

    /// Waits until the process has said what is waited for, or has come to its end.
    func wait(for isReached: (RecorderLog) -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(600)
        while !log.value.withLock({ $0.hasEnded || isReached($0) }) {
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
