import Foundation
import TollgateVluna

extension VlunaState {
    /// What a plan of an account says about a feature or a family.
    struct Entitlement: Sendable {
        let target: MockEntitlementTarget
        let allows: Bool
        /// Of the plan that it belongs to; the highest counts.
        let priority: Double
    }

    /// - Throws: ``VlunaFailure`` if the feature needs an entitlement that the account has not.
    func checkEntitlement(to feature: Feature, of account: Account, at now: Date) throws(VlunaFailure) {
        let family = registry.families[feature.family]
        guard feature.needsEntitlement || family?.entitlementRequired == true else { return }
        let fitting = entitlements(of: account, at: now).filter {
            $0.target == .feature(feature.code) || $0.target == .family(feature.family)
        }
        guard let decisive = fitting.max(by: { $0.rank(for: feature) < $1.rank(for: feature) }) else {
            throw VlunaFailure(status: 403, code: "ENTITLEMENT.REQUIRED", message: "an entitlement is required")
        }
        guard decisive.allows else {
            throw VlunaFailure(status: 403, code: "ENTITLEMENT.DENIED", message: "the entitlement is denied")
        }
    }
}

extension VlunaState.Entitlement {
    /// The higher one decides: plan priority first, then a denial over a permission, then the feature over its family.
    fileprivate func rank(for feature: VlunaState.Feature) -> (Double, Int, Int) {
        (priority, allows ? 0 : 1, target == .feature(feature.code) ? 1 : 0)
    }
}
