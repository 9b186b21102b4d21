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
            let seconds = processorSeconds { for _ in 0..<calls { body() } }
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
        processorSeconds { for _ in 0..<calls { body() } } / Double(calls)
    }
}

/// The processor time that this process spends meanwhile, all its threads together, in seconds.
func processorSeconds(_ body: () -> Void) -> Double {
    let start = clock()
    body()
    // POSIX fixes the unit at a millionth of a second.
    return Double(clock() - start) / 1e6
}

/// The processor time that this process spends meanwhile, all its threads together, in seconds.
func awaitedProcessorSeconds(_ body: () async throws -> Void) async rethrows -> Double {
    let start = clock()
    try await body()
    return Double(clock() - start) / 1e6
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
///   - prepare: makes what both sides of a round work on.
///   - ours: measures our side once.
///   - theirs: measures the other side once.
/// - Returns: what both sides measured. The side that begins changes from round to round, so that neither profits from
///   what the other leaves behind.
func interleaved<Input, Measured>(
    _ effort: Effort, prepare: () async throws -> Input, ours: (Input) async throws -> Measured,
    theirs: (Input) async throws -> Measured
) async rethrows -> [(ours: Measured, theirs: Measured)] {
    var rounds: [(ours: Measured, theirs: Measured)] = []
    for round in 0..<effort.rounds {
        let input = try await prepare()
        if round.isMultiple(of: 2) {
            let first = try await ours(input)
            rounds.append((first, try await theirs(input)))
        } else {
            let first = try await theirs(input)
            rounds.append((try await ours(input), first))
        }
    }
    return rounds
}

/// Makes the rounds of a comparison that needs nothing prepared.
func interleaved<Measured>(
    _ effort: Effort, ours: () async throws -> Measured, theirs: () async throws -> Measured
) async rethrows -> [(ours: Measured, theirs: Measured)] {
    try await interleaved(effort, prepare: {}, ours: { try await ours() }, theirs: { try await theirs() })
}

/// The two sides of a comparison, or what is to be measured, are not what they should be.
struct Mismatch: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
