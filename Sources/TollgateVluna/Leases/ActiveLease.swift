import Synchronization
import TollgateCore

extension Vluna {
    /// The lease that `gate.withLease { lease in … }` works under, and what the work has used so far.
    public final class ActiveLease: Sendable {
        /// What was used, when the work is done.
        enum Use: Sendable, Hashable {
            /// Reported, or measured; `isComplete` is false if a call inside did not tell what it used.
            case some(Int64, isComplete: Bool)
            /// The body said so.
            case none
            /// The body said nothing, and nothing was measured.
            case unknown
            /// What the body reported is no quantity.
            case invalid
        }

        fileprivate struct State {
            var reported: Int64?
            var measured: Int64 = 0
            var hasUnknown = false
            var isInvalid = false
            var isOpen = true

            mutating func add(_ quantity: Int64?, to total: WritableKeyPath<State, Int64>) {
                guard let quantity, quantity >= 0 else {
                    isInvalid = true
                    return
                }
                let (sum, overflow) = self[keyPath: total].addingReportingOverflow(quantity)
                if overflow { isInvalid = true } else { self[keyPath: total] = sum }
            }
        }

        /// What the gate gave, with its hints.
        public let grant: Vluna.Lease
        private let state = Mutex(State())

        init(_ grant: Vluna.Lease) {
            self.grant = grant
        }

        /// Reports what the work has used, to be committed when the body returns. Several reports add up.
        ///
        /// What the body reports goes before what metered calls inside it have measured. Zero is a report: nothing was
        /// used, and the lease is given back. After the body has ended a report counts for nothing.
        ///
        /// - Parameter quantity: How much more, in the feature's smallest unit; not below zero.
        public func report(quantityMinor quantity: some BinaryInteger) {
            state.withLock { state in
                guard state.isOpen else { return }
                state.reported = state.reported ?? 0
                state.add(Int64(exactly: quantity), to: \.reportedSoFar)
            }
        }

        // MARK: - Metered calls

        /// The lease that the task works under.
        @TaskLocal package static var current: ActiveLease?

        /// Adds what a metered call inside the body has used.
        ///
        /// - Parameter quantity: How much; nil if the provider did not tell.
        /// - Returns: Whether it counts: not after the body has ended.
        package func measure(quantityMinor quantity: Int64?) -> Bool {
            state.withLock { state in
                guard state.isOpen else { return false }
                if let quantity { state.add(quantity, to: \.measured) } else { state.hasUnknown = true }
                return true
            }
        }

        /// Ends the work.
        /// - Returns: What it has used.
        @discardableResult
        func close() -> Use {
            state.withLock { state in
                state.isOpen = false
                if state.isInvalid { return .invalid }
                if let reported = state.reported {
                    return reported == 0 ? .none : .some(reported, isComplete: true)
                }
                return state.measured == 0 ? .unknown : .some(state.measured, isComplete: !state.hasUnknown)
            }
        }
    }
}

extension Vluna.ActiveLease.State {
    fileprivate var reportedSoFar: Int64 {
        get { reported ?? 0 }
        set { reported = newValue }
    }
}
