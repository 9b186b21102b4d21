import Foundation

/// Synchronous work, whose cost is the processor time of one call: other programs disturb it less than the clock.
struct Work {
    private let body: () -> Void
    /// Calls a round.
    private let calls: Int

    /// Takes work and warms it up.
    ///
    /// - Parameters:
    ///   - effort: how long a round should take.
    ///   - body: one call.
    init(_ effort: Effort, _ body: @escaping () -> Void) {
        var calls = 1
        while true {
            let seconds = Self.seconds(calls: calls, body)
            if seconds >= effort.seconds / 2 {
                self.calls = max(1, Int(Double(calls) * effort.seconds / seconds))
                break
            }
            calls *= 2
        }
        self.body = body
    }

    /// The processor time of one call, in seconds, as the mean of one round.
    func secondsPerCall() -> Double {
        Self.seconds(calls: calls, body) / Double(calls)
    }

    private static func seconds(calls: Int, _ body: () -> Void) -> Double {
        let start = processorSeconds()
        for _ in 0..<calls { body() }
        return processorSeconds() - start
    }
}

/// The processor time that this process has used, in seconds.
func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Keeps a result from being optimised away.
@inline(never)
func consume<Value>(_ value: Value) {
    withExtendedLifetime(value) {}
}

/// Makes the rounds of a comparison.
///
/// - Parameters:
///   - effort: how many.
///   - ours: measures our side once.
///   - theirs: measures the other side once.
/// - Returns: what both sides measured. The side that begins changes from round to round, so that neither profits from
///   what the other leaves behind.
func interleaved<Ours, Theirs>(
    _ effort: Effort, ours: () async throws -> Ours, theirs: () async throws -> Theirs
) async rethrows -> [(ours: Ours, theirs: Theirs)] {
    var rounds: [(ours: Ours, theirs: Theirs)] = []
    for round in 0..<effort.rounds {
        if round.isMultiple(of: 2) {
            let first = try await ours()
            rounds.append((first, try await theirs()))
        } else {
            let first = try await theirs()
            rounds.append((try await ours(), first))
        }
    }
    return rounds
}
