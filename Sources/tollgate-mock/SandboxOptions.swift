import ArgumentParser
import Foundation
import TollgateMock

/// What the program serves instead of a mock: a real service through a proxy, or what was recorded of one.
struct SandboxOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Pass on to --upstream, and write what passes as fixtures.", valueName: "dir"))
    var record: String?

    @Flag(help: "Pass on to --upstream, and report what is not as described, as lines of JSON on standard error.")
    var watch = false

    @Option(help: ArgumentHelp("Where the real service is.", valueName: "url"))
    var upstream: String?

    @Option(help: ArgumentHelp("Which service it is, for example stoa. Any, if not said.", valueName: "service"))
    var upstreamService: String?

    @Option(help: ArgumentHelp("Answer what was recorded as fixtures.", valueName: "dir"))
    var replay: String?

    @Flag(exclusivity: .exclusive, help: "How a request finds what was recorded.")
    var matching = Matching.strict

    enum Matching: String, EnumerableFlag {
        case strict, lenient

        static func help(for value: Matching) -> ArgumentHelp? {
            switch value {
            case .strict: "With --replay: requests are those that were recorded, in their order."
            case .lenient: "With --replay: each request gets the answer of the one that is most like it."
            }
        }

        var mode: MockReplayMode { self == .strict ? .strict : .lenient }
    }

    func validate() throws {
        let passes = record != nil || watch
        if passes && upstream == nil { throw ValidationError("--record and --watch need --upstream.") }
        if !passes && (upstream != nil || upstreamService != nil) {
            throw ValidationError("--upstream is for --record and --watch.")
        }
        if passes && replay != nil { throw ValidationError("--replay needs no service behind it.") }
        if let upstream, upstreamURL == nil {
            throw ValidationError("\"\(upstream)\" is no address of a service, such as https://api.onstoa.com.")
        }
    }

    private var upstreamURL: URL? {
        guard let url = upstream.flatMap({ URL(string: $0) }), ["http", "https"].contains(url.scheme),
            url.host()?.isEmpty == false
        else { return nil }
        return url
    }

    /// Serves what the options ask for; nil if they ask for nothing.
    func start(host: String, port: Int) async throws -> Sandbox? {
        if let upstreamURL {
            let proxy = try await MockProxy.start(
                to: upstreamURL, service: upstreamService, recordingInto: record.map { URL(filePath: $0) },
                watching: watch, host: host, port: port, onViolation: { Self.complain("\($0.json)") },
                log: Self.complain)
            return Sandbox(environment: proxy.environment(of: upstreamService)) { await proxy.stop() }
        }
        guard let replay else { return nil }
        let mock = try await MockServer.start(
            replaying: URL(filePath: replay), matching.mode, host: host, port: port, log: Self.complain)
        return Sandbox(environment: mock.environment) { await mock.stop() }
    }

    /// Writes to standard error, whole lines at a time.
    @Sendable private static func complain(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }
}

/// Something that is being served.
struct Sandbox {
    /// What clients need to find it.
    let environment: [(name: String, value: String)]
    let stop: () async -> Void
}
