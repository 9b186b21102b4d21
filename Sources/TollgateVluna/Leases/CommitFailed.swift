import TollgateCore

extension Vluna {
    /// The work under a lease is done, and what it used is not charged, or not known to be.
    ///
    /// What the body returned is in ``result``: the work need not be done again.
    public struct CommitFailed: TollgateError {
        /// Why.
        public enum Cause: Sendable {
            /// Vluna has recorded the usage, and neither counted nor charged it.
            case quarantined(Commit.Quarantine)
            /// The commit did not arrive, was not answered, or was refused.
            case undelivered(any Error)
            /// The body reported nothing, and nothing inside it was metered. The lease was given back. A body that has
            /// used nothing says so: `lease.report(quantityMinor: 0)`.
            case notReported
            /// What the body reported is below zero, or too much to add up. The lease was given back.
            case invalidReport
            /// A metered call inside the body did not tell what it used. What the others used is charged.
            case incomplete(Commit)
        }

        public let cause: Cause
        /// What the gate had given.
        public let lease: Lease
        /// What was to be committed, in the feature's smallest unit; nil if it is not known.
        public let quantityMinor: Int64?
        /// The key that the commit was sent with. A commit repeated with it is charged once.
        public let idempotencyKey: String
        /// What the body returned.
        public let result: any Sendable

        /// Whether the usage may have been charged nevertheless.
        public var mayHaveBeenCharged: Bool {
            switch cause {
            case .quarantined, .notReported, .invalidReport: false
            case .incomplete: true
            case .undelivered(let error): Self.mayHaveArrived(error)
            }
        }

        private static func mayHaveArrived(_ error: any Error) -> Bool {
            switch error {
            case let error as any APIError: error.response.call.mayHaveBeenApplied
            case let error as ConnectionError: error.mayHaveBeenApplied
            case let error as TimeoutError: error.mayHaveBeenApplied
            case is InvalidRequest, is ConfigurationError: false
            default: true
            }
        }

        public var description: String {
            let quantity = quantityMinor.map { "\($0) of \(lease.featureCode)" } ?? "the use of \(lease.featureCode)"
            switch cause {
            case .quarantined(let reason):
                return "The work is done, and Vluna has recorded \(quantity) without charging it: \(reason)."
            case .undelivered(let error):
                return "The work is done, and \(quantity) is not committed: \(error)"
            case .notReported:
                return "The work is done, and nothing was reported: \(quantity) is not committed."
            case .invalidReport:
                return "The work is done, and what was reported is no quantity: \(quantity) is not committed."
            case .incomplete:
                return "The work is done, and only \(quantity) is committed: a call did not tell what it used."
            }
        }
    }
}
