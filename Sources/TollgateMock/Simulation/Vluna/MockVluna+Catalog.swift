import Foundation
import Synchronization
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension MockVluna {
    /// Adds a feature, or changes it. Its meters are added when they are new, without a price.
    /// - Parameters:
    ///   - code: The feature's code.
    ///   - family: The family that it belongs to.
    ///   - meters: Codes of its meters; the first gets what a commit does not split. One of the same name if absent.
    ///   - isActive: Whether it can be used.
    ///   - needsEntitlement: Whether only accounts that are entitled to it can use it.
    public func setFeature(
        _ code: String, family: String = "default", meters: [String]? = nil, isActive: Bool = true,
        needsEntitlement: Bool = false
    ) {
        let now = simulation.clock.now
        simulation.world.withLock { world in
            world.state.setFeature(
                code, family: family, meters: meters, isActive: isActive, needsEntitlement: needsEntitlement, at: now)
        }
    }

    /// Sets whether only accounts that are entitled to a family can use its features.
    public func setFamily(_ family: String, needsEntitlement: Bool) {
        let now = simulation.clock.now
        simulation.world.withLock { $0.state.setFamily(family, needsEntitlement: needsEntitlement, at: now) }
    }

    /// Sets what a meter costs. A meter that is not known is added.
    /// - Parameters:
    ///   - meter: The meter's code.
    ///   - price: What the customer pays for a block.
    ///   - quantity: The size of a block, in the meter's smallest unit; at least 1.
    ///   - rounding: How blocks are rounded.
    ///   - cost: What a block costs the realm's owner.
    ///   - unit: What the meter counts.
    public func setPrice(
        of meter: String, _ price: Vluna.XUSD, per quantity: Int64 = 1, rounding: Vluna.PriceRounding = .floor,
        cost: Vluna.XUSD? = nil, unit: String = "token"
    ) {
        precondition(quantity > 0, "a block has at least 1 unit")
        let rate = { (price: Vluna.XUSD) in
            VlunaState.Rate(unitPrice: price.millionths, unitQuantity: quantity, rounding: rounding)
        }
        let now = simulation.clock.now
        let rates = VlunaState.Rates(price: rate(price), cost: cost.map(rate), effectiveAt: now)
        simulation.world.withLock { $0.state.setRates(of: meter, rates, unit: unit, at: now) }
    }

    /// Takes the price of a meter away.
    public func removePrice(of meter: String) {
        let now = simulation.clock.now
        simulation.world.withLock { $0.state.setRates(of: meter, nil, unit: nil, at: now) }
    }

    // MARK: - Policies

    /// Sets the quota of a feature, or of all features without one of their own.
    /// - Parameters:
    ///   - limit: How much may be used in a window; -1 for any quantity, nil to have no such window.
    ///   - window: The length of a window.
    ///   - feature: The feature; nil for all.
    public func setQuota(_ limit: Int64?, per window: Duration = .seconds(86_400), of feature: String? = nil) {
        setPolicy(.quota, limit, seconds: window.components.seconds, of: feature)
    }

    /// Sets how often a feature may be authorized, or all features without a limit of their own.
    /// - Parameters:
    ///   - limit: How many calls fit in a window; nil to have no such window.
    ///   - window: The length of a window.
    ///   - feature: The feature; nil for all.
    public func setRate(_ limit: Int64?, per window: Duration = .seconds(60), of feature: String? = nil) {
        setPolicy(.rate, limit, seconds: window.components.seconds, of: feature)
    }

    /// Sets how many seats a feature has, or all features without a limit of their own.
    /// - Parameters:
    ///   - limit: How many seats can be active; -1 for any number, 0 for none, nil to have no seat policy.
    ///   - feature: The feature; nil for all.
    public func setSeats(_ limit: Int64?, of feature: String? = nil) {
        setPolicy(.seats, limit, seconds: 0, of: feature)
    }

    private func setPolicy(_ kind: VlunaState.PolicyKind, _ limit: Int64?, seconds: Int64, of feature: String?) {
        precondition(kind == .seats || seconds > 0, "a window takes at least a second")
        simulation.world.withLock { $0.state.setPolicy(kind, limit, seconds: seconds, of: feature) }
    }
}
