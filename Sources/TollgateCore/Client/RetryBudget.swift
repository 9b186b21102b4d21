import Synchronization

/// Bounds the retries of all calls of a client: when everything fails, tries must not multiply the load.
///
/// A bucket holds tokens. A retry takes some; a call that succeeds puts some back. While there are too few, calls fail
/// after their first try. Copies of a client share one budget.
public final class RetryBudget: Sendable {
    /// The most tokens that the bucket holds; it starts full.
    public let capacity: Int
    /// What one retry takes.
    public let cost: Int
    /// What one call that succeeds puts back.
    public let refund: Int
    private let tokens: Mutex<Int>

    public init(capacity: Int = 500, cost: Int = 5, refund: Int = 1) {
        self.capacity = capacity
        self.cost = cost
        self.refund = refund
        tokens = Mutex(capacity)
    }

    /// Takes the tokens for one retry; returns false, and takes none, if there are too few.
    func take() -> Bool {
        tokens.withLock { tokens in
            guard tokens >= cost else { return false }
            tokens -= cost
            return true
        }
    }

    /// Puts back what a call that succeeded is worth.
    func putBack() {
        tokens.withLock { $0 = min($0 + refund, capacity) }
    }
}
