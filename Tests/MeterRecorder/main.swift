// Records usage as fast as it can, and says of each use on standard output when it is recorded. Tests kill it.
//
//     meter-recorder outbox=OUTBOX sink=SINK url=URL key=KEY [tasks=N] [count=N] [clock=SECONDS] [file-limit=BYTES]
//
// outbox is the path of an SQLite file or the URL of a PostgreSQL database; sink is stoa or stripe, at url, with key.
// tasks says how many record at the same time. After count uses of each, it ends without a shutdown, and sends nothing.
// Its clock differs by so many seconds from the machine's. No file may exceed the limit, as if the disk were full.

import Foundation
import Logging
import TollgateCore
import TollgateMetering
import TollgatePostgres
import TollgateStoa
import TollgateStripe

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The machine's time, set wrong.
struct ShiftedTime: TimeSource {
    let seconds: TimeInterval

    var now: Date { Date() + seconds }
    var uptime: Duration { SystemTime().uptime }

    func sleep(for duration: Duration) async throws { try await SystemTime().sleep(for: duration) }
    func expire(after limit: Duration) async throws { try await SystemTime().expire(after: limit) }
}

let pairs = CommandLine.arguments.dropFirst().compactMap { argument -> (String, String)? in
    guard let equals = argument.firstIndex(of: "=") else { return nil }
    return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
}
let settings = Dictionary(pairs) { $1 }
guard let location = settings["outbox"], let url = settings["url"].flatMap({ URL(string: $0) }),
    let key = settings["key"]
else {
    fatalError("usage: see the top of the source")
}
let time = ShiftedTime(seconds: settings["clock"].flatMap { Double($0) } ?? 0)
let count = settings["count"].flatMap { Int($0) }
if let bytes = settings["file-limit"].flatMap({ UInt($0) }) {
    // Writing more fails then, instead of ending the process.
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: rlim_t(bytes))
    #if canImport(Glibc)
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    #else
        setrlimit(RLIMIT_FSIZE, &limit)
    #endif
}

/// One line, in one piece.
@Sendable func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
}

func makeMeter(_ outbox: some Outbox) -> Meter {
    let interval = Duration.milliseconds(20)
    let logger = Logger(label: "recorder") { _ in SwiftLogNoOpLogHandler() }
    func meter(_ sink: some UsageSink) -> Meter {
        Meter(outbox: outbox, sink: sink, flushEvery: interval, lease: .seconds(2), time: time, logger: logger)
    }
    guard settings["sink"] == "stripe" else { return meter(StoaSink(Stoa(apiKey: key, baseURL: url))) }
    var sink = StripeSink(Stripe(secretKey: key, baseURL: url), meter: "api_tokens")
    sink.limits.flushEvery = interval
    return meter(sink)
}

func openMeter() throws -> Meter {
    location.hasPrefix("postgres")
        ? makeMeter(try PostgresOutbox(location)) : makeMeter(try SQLiteOutbox(path: location, time: time))
}

func record(with meter: Meter, as task: Int) async {
    for _ in 0..<(count ?? .max) {
        let id = UUID()
        do {
            say("begun \(id)")
            try await meter.record(
                userID: "user_\(task % 3)", .chatCompletion(model: "gpt-4o-mini", inputTokens: 1, outputTokens: 0),
                id: id)
            say("done \(id)")
        } catch {
            say("failed \(id) \(error)")
            try? await Task.sleep(for: .milliseconds(1))
        }
    }
}

do {
    let meter = try openMeter()
    await withTaskGroup(of: Void.self) { group in
        if count == nil { group.addTask { try? await meter.run() } }
        for task in 0..<(settings["tasks"].flatMap { Int($0) } ?? 4) {
            group.addTask { await record(with: meter, as: task) }
        }
    }
} catch {
    // Nothing was begun.
    say("closed \(error)")
}
exit(0)
