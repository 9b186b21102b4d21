import Foundation

/// This program, run again.
struct Child {
    var output: String
    /// How it ended, unless it ended by itself.
    var death: String?

    /// Runs it to its end. What it prints goes through files, so that nobody has to read while it runs.
    static func run(_ words: [String]) -> Child {
        let base = NSTemporaryDirectory() + "/fuzz-child-\(UUID().uuidString)"
        defer { for suffix in ["out", "err"] { try? FileManager.default.removeItem(atPath: "\(base).\(suffix)") } }
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (descriptor, suffix) in [(Int32(1), "out"), (2, "err")] {
            posix_spawn_file_actions_addopen(
                &actions, descriptor, "\(base).\(suffix)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }
        let program = CommandLine.arguments[0]
        let variables = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        let arguments = CStrings([program] + words)
        let environment = CStrings(variables.map { "\($0)=\($1)" })
        var process = pid_t()
        let failure = posix_spawn(&process, program, &actions, nil, arguments.pointers, environment.pointers)
        guard failure == 0 else { return Child(output: "", death: "cannot start: error \(failure)") }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let output = text(of: base + ".out")
        let signal = status & 0x7F
        guard signal != 0 else { return Child(output: output, death: nil) }
        let complaint = text(of: base + ".err").split(separator: "\n").first { $0.contains("rror: ") } ?? ""
        return Child(output: output, death: "\(Limits.description(ofSignal: signal)) \(complaint)")
    }

    private static func text(of path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}

/// Strings as C takes lists of them.
private final class CStrings {
    private(set) var pointers: [UnsafeMutablePointer<CChar>?]

    init(_ strings: [String]) {
        pointers = strings.map { strdup($0) } + [nil]
    }

    deinit { for pointer in pointers { free(pointer) } }
}
