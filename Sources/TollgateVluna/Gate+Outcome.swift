import Foundation
import TollgateCore

extension Vluna.GateDenied {
    /// What a denial is about.
    public enum Reason: Sendable, Hashable {
        /// The prepaid balance is gone.
        case balance
        /// A quota window is used up.
        case quota
        /// The budget is used up.
        case budget
        /// Too many calls in the rate window; a hint says when it ends.
        case rate
        /// The plan does not contain the feature.
        case entitlement
        /// The user has no seat, or there are no more.
        case seat
        /// Not a decision of the gate, for example a service key that is disabled: see `code`.
        case other
    }

    /// What the denial is about. Balance and quota have one code, so that only the message tells them apart.
    public var reason: Reason {
        if code == "SERVER.CONFIG" {
            if message.contains("quota") { return .quota }
            return message.contains("balance") ? .balance : .other
        }
        if code.hasPrefix("BUDGET.") { return .budget }
        if code.hasPrefix("LIMIT.") { return .rate }
        if code.hasPrefix("ENTITLEMENT.") { return .entitlement }
        return code.hasPrefix("SEAT.") ? .seat : .other
    }
}

extension Vluna.Commit {
    /// Whether usage that was accepted is also paid for.
    ///
    /// A commit is answered with success even if it comes too late or cannot be priced. It is then recorded and neither
    /// counted nor charged ("quarantined"); the amounts say what it would have cost.
    public enum Outcome: Sendable, Hashable {
        /// The usage is counted and charged.
        case charged(Vluna.XUSD)
        /// The usage is recorded and not charged.
        case quarantined(Quarantine)

        /// Whether the usage is charged.
        public var isCharged: Bool {
            if case .charged = self { return true }
            return false
        }
    }

    /// Why usage is recorded and not charged.
    public enum Quarantine: Sendable, Hashable {
        /// The lease had been committed or cancelled before.
        case leaseClosed
        /// The lease had expired, and the time of grace was over.
        case leaseExpired
        /// The meter does not belong to the feature.
        case meterNotAllowed
        /// The meter has no price.
        case notPriced
    }

    /// What became of the usage, read from the hints.
    public var outcome: Outcome {
        for hint in hints ?? [] {
            switch hint.kind {
            case .leaseClosedAtCommit: return .quarantined(.leaseClosed)
            case .leaseExpired where hint.exceededGrace != false: return .quarantined(.leaseExpired)
            case .featureMeterNotAllowed: return .quarantined(.meterNotAllowed)
            case .pricingNotConfigured, .pricingMeterPriceMissing: return .quarantined(.notPriced)
            default: continue
            }
        }
        return .charged(amountXUSD)
    }
}
