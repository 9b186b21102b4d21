// Records usage as fast as it can, and says of each use on standard output when it is recorded. Tests kill it.
//
//     meter-recorder OUTBOX SINK URL TASKS BYTES KEY
//
// OUTBOX is the path of an SQLite file or the URL of a PostgreSQL database; SINK is stoa or stripe, at URL; BYTES is
// the size that no file may exceed, as if the disk were full, or none; KEY is the key of the sink.

import Foundation
import TollgateMetering
import TollgatePostgres
import TollgateStoa
import TollgateStripe

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

let arguments = CommandLine.arguments
guard arguments.count == 7, let url = URL(string: arguments[3]), let tasks = Int(arguments[4]) else {
    fatalError("usage: meter-recorder OUTBOX SINK URL TASKS BYTES KEY")
}
if let bytes = UInt(arguments[5]) {
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
    if arguments[2] == "stripe" {
        var sink = StripeSink(Stripe(secretKey: arguments[6], baseURL: url), meter: "api_tokens")
        sink.limits.flushEvery = interval
        return Meter(outbox: outbox, sink: sink, lease: .seconds(2))
    }
    let stoa = Stoa(apiKey: arguments[6], baseURL: url)
    return Meter(outbox: outbox, sink: .stoa(stoa), flushEvery: interval, lease: .seconds(2))
}

let outbox = arguments[1]
let meter =
    outbox.hasPrefix("postgres") ? makeMeter(try PostgresOutbox(outbox)) : makeMeter(try SQLiteOutbox(path: outbox))

await withTaskGroup(of: Void.self) { group in
    group.addTask { try? await meter.run() }
    for task in 0..<tasks {
        group.addTask {
            while true {
                let id = UUID()
                do {
                    say("begun \(id)")
                    try await meter.record(
                        userID: "user_\(task % 3)",
                        .chatCompletion(model: "gpt-4o-mini", inputTokens: 1, outputTokens: 0), id: id)
                    say("done \(id)")
                } catch {
                    say("failed \(id) \(error)")
                    try? await Task.sleep(for: .milliseconds(1))
                }
            }
        }
    }
}
