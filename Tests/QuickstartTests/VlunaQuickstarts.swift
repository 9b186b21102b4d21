import Foundation
import Testing
import Tollgate
import TollgateMock

/// The flows of Vluna's own quickstarts, and what its server does that a caller would not expect.
@Suite struct VlunaQuickstarts {
    private static let feature = "openai.gpt5.2"

    @Test(arguments: Front.allCases)
    func authorizesAndCommits(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let acme = try mock.vlunaClient(transport).with(principalID: "org_acme")

            let lease = try await acme.gate.authorize(featureCode: Self.feature, featureFamilyCode: "llm.premium")
            let commit = try await acme.gate.commit(
                leaseToken: lease.leaseToken, featureCode: Self.feature, quantityMinor: 12_345)

            #expect(commit.amountXUSD == 26_000)
            #expect(commit.outcome == .charged(26_000))
            #expect(mock.vluna.balance(of: "org_acme") == 99_974_000)
        }
    }

    @Test(arguments: Front.allCases)
    func chargesACommitOnce(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let acme = try mock.vlunaClient(transport).with(principalID: "org_acme")
            let lease = try await acme.gate.authorize(featureCode: Self.feature)
            let keyed = acme.with(idempotencyKey: "commit-1")

            let first = try await keyed.gate.commit(
                leaseToken: lease.leaseToken, featureCode: Self.feature, quantityMinor: 1_000)
            let second = try await keyed.gate.commit(
                leaseToken: lease.leaseToken, featureCode: Self.feature, quantityMinor: 1_000)
            #expect(first.commitID == second.commitID)
            #expect(second.outcome == .charged(2_000))
            #expect(mock.vluna.balance(of: "org_acme") == 99_998_000)

            do {
                _ = try await keyed.gate.commit(
                    leaseToken: lease.leaseToken, featureCode: Self.feature, quantityMinor: 999)
                Issue.record("one key was good for two bodies")
            } catch let error as Vluna.Failure {
                #expect(error.status == 409)
                #expect(error.code == "WRITE.INVALID_PAYLOAD")
            }
        }
    }

    @Test(arguments: Front.allCases)
    func saysWhenACommitIsNotCharged(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let acme = try mock.vlunaClient(transport).with(principalID: "org_acme")
            func commit(_ lease: Vluna.Lease) async throws -> Vluna.Commit {
                try await acme.gate.commit(
                    leaseToken: lease.leaseToken, featureCode: lease.featureCode, quantityMinor: 1_000)
            }

            let closed = try await acme.gate.authorize(featureCode: Self.feature)
            #expect(try await commit(closed).outcome.isCharged)
            #expect(try await commit(closed).outcome == .quarantined(.leaseClosed))

            let cancelled = try await acme.gate.authorize(featureCode: Self.feature)
            #expect(try await acme.gate.cancel(leaseToken: cancelled.leaseToken).cancelled)
            let late = try await commit(cancelled)
            #expect(late.outcome == .quarantined(.leaseClosed))
            #expect(late.amountXUSD == 2_000)

            let inGrace = try await acme.gate.authorize(featureCode: Self.feature)
            mock.clock.advance(by: .seconds(12 * 3600 + 30))
            #expect(try await commit(inGrace).outcome == .charged(2_000))

            let expired = try await acme.gate.authorize(featureCode: Self.feature)
            mock.clock.advance(by: .seconds(13 * 3600))
            #expect(try await commit(expired).outcome == .quarantined(.leaseExpired))

            let unpriced = try await acme.gate.authorize(featureCode: "brand.new")
            #expect(try await commit(unpriced).outcome == .quarantined(.notPriced))

            #expect(mock.vluna.balance(of: "org_acme") == 99_996_000)
        }
    }

    @Test(arguments: Front.allCases)
    func saysWhyTheGateIsClosed(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let acme = try mock.vlunaClient(transport).with(principalID: "org_acme").with(retry: .never)
            func reason(_ feature: String) async throws -> Vluna.GateDenied.Reason? {
                do {
                    _ = try await acme.gate.authorize(featureCode: feature)
                    return nil
                } catch let error as Vluna.GateDenied {
                    return error.reason
                }
            }

            mock.vluna.setFeature("llm.small", family: "llm", meters: ["llm.small"])
            mock.vluna.setRate(1, per: .seconds(60), of: "llm.small")
            #expect(try await reason("llm.small") == nil)
            #expect(try await reason("llm.small") == .rate)

            mock.vluna.setFeature("llm.vip", family: "llm", meters: ["llm.vip"], needsEntitlement: true)
            #expect(try await reason("llm.vip") == .entitlement)

            mock.vluna.setQuota(0, per: .seconds(86_400), of: Self.feature)
            #expect(try await reason(Self.feature) == .quota)

            mock.vluna.setBalance(0, of: "org_acme")
            #expect(try await reason("openai.gpt-4o") == .balance)
        }
    }

    @Test(arguments: Front.allCases)
    func ingestsBatchesAndShowsLimits(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let acme = try mock.vlunaClient(transport).with(principalID: "org_acme")
            mock.vluna.setQuota(1_000_000, per: .seconds(86_400), of: Self.feature)

            let ingested = try await acme.gate.ingest(featureCode: Self.feature, quantityMinor: 500)
            #expect(ingested.amountXUSD == 2_000)

            let lease = try await acme.gate.authorize(featureCode: Self.feature)
            let batch = try await acme.gate.batchCommit(items: [
                Vluna.BatchCommitItem(
                    leaseToken: lease.leaseToken, featureCode: Self.feature, quantityMinor: 1_000, idempotencyKey: "a"),
                Vluna.BatchCommitItem(
                    leaseToken: "forged", featureCode: Self.feature, quantityMinor: 1_000, idempotencyKey: "b"),
            ])
            #expect(batch.items.map(\.status) == [.committed, .invalid])
            #expect(batch.committedCount == 1)

            let limits = try await acme.gate.limits(featureCode: [Self.feature], expand: [.quotas])
            let quota = try #require(limits.first?.quotas?.first)
            #expect(quota.limitMinor == 1_000_000)
            #expect(quota.usedMinor > 0)
        }
    }

    @Test(arguments: Front.allCases)
    func refusesAForgedSignature(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let key = try Vluna.ServiceKey(
                id: mock.vluna.serviceKeyID, secret: "Zm9yZ2VkIHNlY3JldCBvZiAzMiBieXRlcyBsb25nISE=")
            let forged = Vluna.ServiceClient(
                realmID: mock.vluna.realmID, key: key, baseURL: mock.vluna.serviceBaseURL, transport: transport)
            do {
                _ = try await forged.with(principalID: "org_acme").gate.authorize(featureCode: Self.feature)
                Issue.record("a forged signature opened the gate")
            } catch let error as Vluna.Failure {
                #expect(error.status == 401)
                #expect(error.code == "AUTH.INVALID_SERVICE_SIGNATURE")
            }
        }
    }

    @Test(arguments: Front.allCases)
    func acceptsTheSignaturesOfBothVersions(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            for version in [Vluna.ServiceKey.APIVersion.v0_1, .v0_3] {
                let key = try Vluna.ServiceKey(
                    id: mock.vluna.serviceKeyID, secret: mock.vluna.serviceKeySecret, version: version)
                let client = Vluna.ServiceClient(
                    realmID: mock.vluna.realmID, key: key, baseURL: mock.vluna.serviceBaseURL, transport: transport)
                let lease = try await client.with(principalID: "org_acme").with(userID: "u_1")
                    .gate.authorize(featureCode: Self.feature)
                #expect(lease.featureCode == Self.feature)
            }
        }
    }

    @Test(arguments: Front.allCases)
    func reportsWhatItCharged(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let acme = try mock.vlunaClient(transport).with(principalID: "org_acme")
            let lease = try await acme.gate.authorize(featureCode: Self.feature)
            _ = try await acme.gate.commit(
                leaseToken: lease.leaseToken, featureCode: Self.feature, quantityMinor: 1_000)

            let token = mock.vluna.issuePlatformToken(principalID: "org_acme", userID: "u_1")
            let customer = Vluna.BearerClient(
                accessToken: token, realmID: mock.vluna.realmID, baseURL: mock.vluna.bearerBaseURL,
                transport: transport)
            let day: TimeInterval = 86_400
            let report = try await customer.reports.queryOwnUsage(
                Vluna.UsageReportQuery(
                    time: Vluna.ReportTimeRange(
                        from: mock.clock.now - day, to: mock.clock.now + day, granularity: .day),
                    groupBy: [.featureCode], metrics: [.amountXUSD, .quantityMinor]))
            #expect(report.data.rows.map(\.featureCode) == [Self.feature])
            #expect(report.data.rows.map(\.amountXUSD) == [2_000])
        }
    }

    @Test(arguments: Front.allCases)
    func givesTheWholeResponse(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let acme = try mock.vlunaClient(transport).with(principalID: "org_acme")
                .with(requestID: "4bf92f3577b34da6a3ce929d0e0e4736")
            let full = try await acme.response { try await $0.gate.authorize(featureCode: Self.feature) }
            #expect(full.status == 200)
            #expect(full.requestID == "4bf92f3577b34da6a3ce929d0e0e4736")
            #expect(full.payload.featureCode == Self.feature)
            let body = try JSONValue(jsonBytes: full.body)
            #expect(body["data"]?["lease_token"] == .string(full.payload.leaseToken))
        }
    }
}
