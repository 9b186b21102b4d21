/// How much is measured.
struct Effort: Sendable {
    /// How often both sides of a ratio are measured, one right after the other.
    var rounds: Int
    /// What one side of a comparison works in each round, in seconds; a call that takes longer is made once.
    var seconds: Double
    /// The requests of one side in each round.
    var requests: Int
    /// The connections that requests come on.
    let connections = 16
    /// The tasks that call at the same time; AsyncHTTPClient opens no more connections to one server by itself.
    let callers = 8

    /// For results.
    static let full = Effort(rounds: 31, seconds: 0.05, requests: 2000)
    /// To see that everything runs; the ratios are only roughly right.
    static let quick = Effort(rounds: 3, seconds: 0.01, requests: 400)
}
