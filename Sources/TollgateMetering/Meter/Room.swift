import TollgateCore

/// Keeps the number of uses that wait below a limit.
actor Room {
    private let outbox: any Outbox
    private let limit: Int
    private let policy: Meter.FullPolicy
    private let time: any TimeSource
    /// How many wait, as far as is known: never fewer than there are, since only others' sending makes it fewer.
    private var known: Int?
    /// How many are about to be added.
    private var promised = 0

    init(outbox: any Outbox, limit: Int, policy: Meter.FullPolicy, time: any TimeSource) {
        self.outbox = outbox
        self.limit = limit
        self.policy = policy
        self.time = time
    }

    /// Makes sure that there is room for so many more.
    func take(_ count: Int) async throws {
        var pause = Duration.milliseconds(10)
        while (known ?? limit) + promised + count > limit {
            let waiting = try await outbox.counts().waiting
            known = waiting
            // So many at once never fit; they may when nothing else is there.
            if waiting + promised + count <= limit || (waiting == 0 && promised == 0) { break }
            guard policy == .wait else {
                throw OutboxError(.full, "\(waiting) uses wait, and \(limit) may")
            }
            try await time.sleep(for: pause)
            pause = min(pause * 2, .seconds(1))
        }
        promised += count
    }

    func giveBack(_ count: Int) {
        promised -= count
    }

    func fill(_ count: Int) {
        promised -= count
        known = (known ?? 0) + count
    }
}
