import Foundation
import Synchronization

/// All that was said, in a file, and the secrets that must not be in it.
///
/// It is a file because a run says more than a process should keep, and would not be flat in memory if it did.
public final class Transcript: Sendable {
    /// What was said: which kind, and how much of it.
    public enum Kind: String, CaseIterable, Sendable {
        case log = "log lines"
        case error = "errors"
        case span = "spans"
        case metric = "metrics"
    }

    fileprivate struct State {
        var file: FileHandle
        var pending: [UInt8] = []
        var counts: [Kind: Int] = [:]
        var secrets: Set<String>
        /// Texts that were said a moment ago, which tests say again and again.
        var recent: Set<String> = []
    }

    private let url: URL
    private let state: Mutex<State>

    /// - Parameter secrets: Those that are known before anything is said.
    /// - Throws: What the file system has against a temporary file.
    public init(secrets: some Sequence<String>) throws {
        url = FileManager.default.temporaryDirectory.appending(path: "overheard-\(UUID())")
        try Data().write(to: url)
        let file = try FileHandle(forUpdating: url)
        // Without a name, it goes with the process, however that ends.
        try FileManager.default.removeItem(at: url)
        state = Mutex(State(file: file, secrets: Set(secrets)))
    }

    public func note(_ kind: Kind, _ text: String) {
        state.withLock { state in
            state.counts[kind, default: 0] += 1
            guard state.recent.insert(text).inserted else { return }
            if state.recent.count > 1_000 { state.recent = [] }
            state.pending += text.utf8
            state.pending.append(UInt8(ascii: "\n"))
            if state.pending.count > 1 << 18 { state.write() }
        }
    }

    public func expectNever(_ secrets: [String]) {
        guard !secrets.isEmpty else { return }
        state.withLock { $0.secrets.formUnion(secrets) }
    }

    /// How much was said, by kind.
    public var counts: [Kind: Int] { state.withLock { $0.counts } }

    /// How many secrets are looked for.
    public var secretCount: Int { state.withLock { $0.secrets.count } }

    /// The lines with a secret in them, which is blotted out.
    /// - Throws: What the file system has against reading.
    public func leaks() throws -> [String] {
        try state.withLock { state in
            state.write()
            try state.file.seek(toOffset: 0)
            let text = try state.file.readToEnd() ?? Data()
            try state.file.seekToEnd()
            return SecretFinder(state.secrets).lines(of: text)
        }
    }
}

extension Transcript.State {
    fileprivate mutating func write() {
        guard !pending.isEmpty else { return }
        do {
            try file.write(contentsOf: pending)
        } catch {
            fatalError("what the tests say cannot be kept: \(error)")
        }
        pending.removeAll(keepingCapacity: true)
    }
}
