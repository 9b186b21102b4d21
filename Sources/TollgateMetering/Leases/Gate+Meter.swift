import Foundation
import TollgateCore
import TollgateVluna

extension Vluna.ServiceClient.Gate {
    /// Asks for permission, does the work, and commits what it used; a commit that cannot be delivered waits in the
    /// meter's outbox and is sent from there, so that it is not lost.
    ///
    /// Otherwise as `withLease` without a meter.
    ///
    /// - Parameters:
    ///   - featureCode: The code of the feature that the work uses.
    ///   - meter: A meter that sends to Vluna: `sink: .vluna(vluna)`.
    ///   - featureFamilyCode: The family that a new feature is registered in.
    ///   - estimatedQuantityMinor: How much the work will probably use. Only brings hints: `lease.grant.hints`.
    ///   - budgetID: The id (a UUID) of a budget that must have something left.
    ///   - labels: Your own notes, for reports.
    ///   - isolation: The caller's actor.
    ///   - body: The work.
    /// - Returns: What the body returns; what it used is charged then, or waits in the outbox, or it used nothing.
    /// - Throws: As `withLease` without a meter; ``ConfigurationError`` if the meter does not send to Vluna, or the
    ///   client's calls are not about a principal.
    @discardableResult
    public func withLease<Result: Sendable>(
        featureCode: String, meter: Meter, featureFamilyCode: String? = nil, estimatedQuantityMinor: Int64? = nil,
        budgetID: String? = nil, labels: [String: String]? = nil, isolation: isolated (any Actor)? = #isolation,
        _ body: (Vluna.ActiveLease) async throws -> Result
    ) async throws -> Result {
        guard meter.sender.sink is VlunaSink else {
            throw ConfigurationError("A meter that keeps the commits of leases sends to Vluna: `sink: .vluna(vluna)`.")
        }
        guard let principalID else {
            throw ConfigurationError("The outbox knows who pays by the principal: `vluna.with(principalID:)`.")
        }
        let terms = Vluna.LeaseTerms(
            featureCode: featureCode, featureFamilyCode: featureFamilyCode,
            estimatedQuantityMinor: estimatedQuantityMinor, budgetID: budgetID, labels: labels)
        let grantedAt = meter.time.now
        return try await withLease(
            terms, keeping: { try await meter.keep($0, of: principalID, grantedAt: grantedAt) }, isolation: isolation,
            body)
    }
}

extension Meter {
    /// Records a commit that could not be delivered.
    fileprivate func keep(_ commit: Vluna.PendingCommit, of principalID: String, grantedAt: Date) async throws {
        let lease = UsageRecord.Lease(
            token: commit.lease.leaseToken, featureCode: commit.lease.featureCode,
            quantityMinor: commit.quantityMinor, grantedAt: grantedAt, wasSent: true)
        // The sink commits under the record's id: the same key as before, so that the commit is charged once.
        let record = UsageRecord(
            id: UUID(uuidString: commit.key), userID: principalID,
            usage: .custom(commit.lease.featureCode, quantity: Decimal(commit.quantityMinor)), time: time.now,
            metadata: (commit.labels ?? [:]).mapValues { .string($0) }, lease: lease)
        try await self.record([record])
    }

    /// Counts a use for the lease that the task works under.
    ///
    /// - Returns: Whether the lease's commit bills it, so that this meter must not: if the meter sends to Vluna.
    func isBilledByLease(_ record: UsageRecord) -> Bool {
        guard record.lease == nil, Vluna.ActiveLease.measure(record.usage) else { return false }
        return sender.sink is VlunaSink
    }
}

extension Vluna.ActiveLease {
    /// Adds what a metered call has used to the lease that the task works under: all tokens.
    ///
    /// - Returns: Whether there is a lease that it counts for.
    package static func measure(_ usage: Usage) -> Bool {
        guard let current, usage.operation != .custom else { return false }
        return current.measure(quantityMinor: usage.totalTokens.map { Int64($0) })
    }
}
