import Synchronization

/// What the levers of one server move: its time, its faults, its journal and its scripts.
package final class MockEngine: Sendable {
    package let clock = MockClock()
    package let faults = MockFaults()
    package let journal = MockJournal()
    package let scripts = MockScripts()
    private let currentSeed: Mutex<UInt64>

    package init(seed: UInt64) {
        currentSeed = Mutex(seed)
    }

    /// What ids and tokens are made from.
    package var seed: UInt64 { currentSeed.withLock { $0 } }

    /// Makes it as new, perhaps with another seed.
    package func reset(seed: UInt64?) {
        if let seed { currentSeed.withLock { $0 = seed } }
        clock.reset()
        faults.reset()
        journal.clear()
        scripts.removeAll()
    }
}
