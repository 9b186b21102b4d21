import TollgateCore

extension Vluna.ServiceClient.Gate {
    /// Asks for permission, does the work, and commits what it used.
    ///
    ///     let text = try await acme.gate.withLease(featureCode: "openai.gpt5.2") { lease in
    ///         let answer = try await model.complete(prompt)
    ///         lease.report(quantityMinor: answer.totalTokens)
    ///         return answer.text
    ///     }
    ///
    /// What is committed is what the body reports; if it reports nothing, the tokens of the metered calls inside it. A
    /// body that throws, because it was cancelled or for any other reason, commits nothing: the lease is given back.
    /// Giving back and committing go on when the task is cancelled, for ten more seconds at most. When the task is
    /// cancelled while the gate is asked, a lease that was given all the same ends by itself; nothing was reserved by
    /// it.
    ///
    /// A lease that has expired while the work was done is replaced by a new one, if the gate gives one. Vluna does not
    /// tell when a lease ends, so the answer to the commit is what shows it.
    ///
    /// - Parameters:
    ///   - featureCode: The code of the feature that the work uses.
    ///   - featureFamilyCode: The family that a new feature is registered in.
    ///   - estimatedQuantityMinor: How much the work will probably use. Only brings hints: `lease.grant.hints`.
    ///   - budgetID: The id (a UUID) of a budget that must have something left.
    ///   - seatID: Your own id of the user whose seat this is.
    ///   - labels: Your own notes, for reports.
    ///   - isolation: The caller's actor.
    ///   - body: The work.
    /// - Returns: What the body returns; what it used is charged then, or it used nothing.
    /// - Throws: ``Vluna/GateDenied`` if there is no permission, and whatever else `authorize` throws; what the body
    ///   throws; ``Vluna/CommitFailed`` if the work was done and is not charged, or not known to be.
    @discardableResult
    public func withLease<Result: Sendable>(
        featureCode: String, featureFamilyCode: String? = nil, estimatedQuantityMinor: Int64? = nil,
        budgetID: String? = nil, seatID: String? = nil, labels: [String: String]? = nil,
        isolation: isolated (any Actor)? = #isolation, _ body: (Vluna.ActiveLease) async throws -> Result
    ) async throws -> Result {
        let terms = Vluna.LeaseTerms(
            featureCode: featureCode, featureFamilyCode: featureFamilyCode,
            estimatedQuantityMinor: estimatedQuantityMinor, budgetID: budgetID, seatID: seatID, labels: labels)
        return try await withLease(terms, keeping: nil, isolation: isolation, body)
    }

    /// With `keep`, a commit that could not be delivered is handed over, so that it is not lost.
    package func withLease<Result: Sendable>(
        _ terms: Vluna.LeaseTerms, keeping keep: (@Sendable (Vluna.PendingCommit) async throws -> Void)?,
        isolation: isolated (any Actor)? = #isolation, _ body: (Vluna.ActiveLease) async throws -> Result
    ) async throws -> Result {
        let lease = Vluna.ActiveLease(try await authorize(terms))
        let result: Result
        do {
            try Task.checkCancellation()
            result = try await Vluna.ActiveLease.$current.withValue(
                lease, operation: { try await body(lease) }, isolation: isolation)
        } catch {
            lease.close()
            await giveBack(lease.grant)
            throw error
        }
        let settlement = LeaseSettlement(gate: self, terms: terms, lease: lease.grant, keep: keep)
        if let failure = await settlement.settle(lease.close()) { throw failure.error(result) }
        return result
    }

    func authorize(_ terms: Vluna.LeaseTerms) async throws -> Vluna.Lease {
        try await authorize(
            featureCode: terms.featureCode, featureFamilyCode: terms.featureFamilyCode,
            estimatedQuantityMinor: terms.estimatedQuantityMinor, budgetID: terms.budgetID, seatID: terms.seatID,
            labels: terms.labels)
    }

    /// Gives a lease back. If it cannot be told, the lease ends by itself.
    func giveBack(_ lease: Vluna.Lease) async {
        _ = try? await shielded { try await self.cancel(leaseToken: lease.leaseToken) }
    }

    /// Whom the gate's calls are about, by the caller's own id.
    package var principalID: String? { client.headers[.principalID] }
}

extension Vluna {
    /// What permission is asked for.
    package struct LeaseTerms: Sendable {
        package var featureCode: String
        package var featureFamilyCode: String?
        package var estimatedQuantityMinor: Int64?
        package var budgetID: String?
        package var seatID: String?
        package var labels: [String: String]?

        package init(
            featureCode: String, featureFamilyCode: String? = nil, estimatedQuantityMinor: Int64? = nil,
            budgetID: String? = nil, seatID: String? = nil, labels: [String: String]? = nil
        ) {
            self.featureCode = featureCode
            self.featureFamilyCode = featureFamilyCode
            self.estimatedQuantityMinor = estimatedQuantityMinor
            self.budgetID = budgetID
            self.seatID = seatID
            self.labels = labels
        }
    }

    /// A commit that is to be sent.
    package struct PendingCommit: Sendable {
        package var lease: Lease
        package var quantityMinor: Int64
        package var labels: [String: String]?
        package var key: String
    }
}
