/// How much is measured.
struct Effort: Sendable {
    /// How often both sides of a ratio are measured, one right after the other.
    var rounds: Int
    /// What one side of a comparison works in each round, in seconds; a call that takes longer is made once.
    var seconds: Double

    /// For results.
    static let full = Effort(rounds: 15, seconds: 0.1)
    /// To see that everything runs; the ratios are only roughly right.
    static let quick = Effort(rounds: 3, seconds: 0.01)
}
