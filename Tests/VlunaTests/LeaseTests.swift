import Foundation
import Synchronization
import Testing
import TollgateCore
import TollgateMock
import TollgateTransport
import TollgateVluna

/// `gate.withLease { … }`: permission before, a commit or a cancel after.
@Suite struct LeaseTests {
    /// How a client reaches the mock.
    enum Front: CaseIterable, Sendable {
        case inProcess, socket

        func with(_ body: (MockServer, Vluna.ServiceClient) async throws -> Void) async throws {
            let mock = self == .socket ? try await MockServer.start() : MockServer.inProcess()
            mock.clock.freeze()
            var client = try mock.vluna.serviceClient().with(principalID: "org_acme")
            if self == .socket { client.client.transport = .default }
            do { try await body(mock, client) } catch {
                await mock.stop()
                throw error
            }
            await mock.stop()
        }
    }

    private static let feature = "openai.gpt5.2"
    private struct Broken: Error {}

    @Test(arguments: Front.allCases)
    func commitsWhatTheBodyReports(_ front: Front) async throws {
        try await front.with { mock, acme in
            let text = try await acme.gate.withLease(featureCode: Self.feature, labels: ["team": "search"]) { lease in
                #expect(lease.grant.featureCode == Self.feature)
                lease.report(quantityMinor: 700)
                lease.report(quantityMinor: Int32(300))
                return "done"
            }
            #expect(text == "done")
            #expect(mock.vluna.ledger.map(\.quantityMinor) == [1_000])
            #expect(mock.vluna.ledger.map(\.isCharged) == [true])
            #expect(mock.vluna.balance(of: "org_acme") == 99_998_000)
            try mock.verify(.vluna.authorize, times: 1)
            try mock.verify(.vluna.commit, times: 1)
            try mock.verify(.vluna.cancel, times: 0)
        }
    }

    @Test(arguments: Front.allCases)
    func cancelsWhenTheBodyThrows(_ front: Front) async throws {
        try await front.with { mock, acme in
            await #expect(throws: Broken.self) {
                try await acme.gate.withLease(featureCode: Self.feature) { lease in
                    lease.report(quantityMinor: 700)
                    throw Broken()
                }
            }
            #expect(mock.vluna.ledger.isEmpty)
            #expect(mock.leasesGivenBack() == 1)
            // Should the cancel fail, too, it is still the body's error that is thrown.
            mock.inject(.status(500), into: .operation(.vluna.cancel), .always)
            await #expect(throws: Broken.self) {
                try await acme.gate.withLease(featureCode: Self.feature) { _ in throw Broken() }
            }
        }
    }

    @Test(arguments: Front.allCases)
    func aBodyThatUsedNothingGivesTheLeaseBack(_ front: Front) async throws {
        try await front.with { mock, acme in
            let isCached = try await acme.gate.withLease(featureCode: Self.feature) { lease in
                lease.report(quantityMinor: 0)
                return true
            }
            #expect(isCached)
            #expect(mock.leasesGivenBack() == 1)
            #expect(mock.vluna.ledger.isEmpty)
        }
    }

    @Test func aBodyThatReportsNothingIsNotTakenForFree() async throws {
        try await Front.inProcess.with { mock, acme in
            let error = await #expect(throws: Vluna.CommitFailed.self) {
                try await acme.gate.withLease(featureCode: Self.feature) { _ in "text" }
            }
            guard let error, case .notReported = error.cause else { throw Unexpected("\(String(describing: error))") }
            #expect(error.result as? String == "text")
            #expect(error.quantityMinor == nil && !error.mayHaveBeenCharged)
            let negative = await #expect(throws: Vluna.CommitFailed.self) {
                try await acme.gate.withLease(featureCode: Self.feature) { lease in
                    lease.report(quantityMinor: 5)
                    lease.report(quantityMinor: -5)
                }
            }
            guard case .invalidReport = negative?.cause else { throw Unexpected("\(String(describing: negative))") }
            let huge = await #expect(throws: Vluna.CommitFailed.self) {
                try await acme.gate.withLease(featureCode: Self.feature) { lease in
                    lease.report(quantityMinor: Int64.max)
                    lease.report(quantityMinor: 1)
                }
            }
            guard case .invalidReport = huge?.cause else { throw Unexpected("\(String(describing: huge))") }
            #expect(mock.leasesGivenBack() == 3)
            #expect(mock.vluna.ledger.isEmpty)
        }
    }

    @Test(arguments: Front.allCases)
    func aDenialIsTypedAndTheBodyDoesNotRun(_ front: Front) async throws {
        try await front.with { mock, acme in
            let acme = acme.with(retry: .never)
            func denial(_ feature: String) async throws -> Vluna.GateDenied? {
                do {
                    try await acme.gate.withLease(featureCode: feature) { lease in
                        lease.report(quantityMinor: 1)
                    }
                    return nil
                } catch let error as Vluna.GateDenied {
                    return error
                }
            }
            mock.vluna.setFeature("llm.small", family: "llm", meters: ["llm.small"])
            mock.vluna.setPrice(of: "llm.small", Vluna.XUSD(millionths: 1))
            mock.vluna.setRate(1, per: .seconds(60), of: "llm.small")
            #expect(try await denial("llm.small") == nil)
            let rate = try #require(try await denial("llm.small"))
            #expect(rate.reason == .rate && rate.status == 429)
            #expect(rate.hints?.first?.kind == .rateLimit && rate.hints?.first?.until != nil)

            // Two denials with one code, which only the message tells apart.
            mock.vluna.setQuota(0, per: .seconds(86_400), of: Self.feature)
            let quota = try #require(try await denial(Self.feature))
            mock.vluna.setBalance(0, of: "org_acme")
            let balance = try #require(try await denial("openai.gpt-4o"))
            #expect(quota.reason == .quota && balance.reason == .balance)
            #expect(quota.code == "SERVER.CONFIG" && balance.code == "SERVER.CONFIG")
            #expect(quota.status == 402 && balance.status == 402)
            #expect(mock.vluna.ledger.count == 1)
        }
    }

    // MARK: - Answers that are lost

    @Test(arguments: Front.allCases)
    func lostAnswersCountOnce(_ front: Front) async throws {
        try await front.with { mock, acme in
            mock.inject(.reset(.afterApplied), into: .vluna.authorize)
            mock.inject(.reset(.afterApplied), into: .vluna.commit, next: 2)
            try await acme.gate.withLease(featureCode: Self.feature) { $0.report(quantityMinor: 1_000) }
            #expect(mock.requests(of: .vluna.authorize).count == 2)
            #expect(mock.requests(of: .vluna.commit).count == 3)
            #expect(mock.vluna.ledger.map(\.isCharged) == [true])
            #expect(mock.vluna.balance(of: "org_acme") == 99_998_000)
        }
    }

    @Test(arguments: Front.allCases)
    func aCommitThatIsNotDeliveredSaysSo(_ front: Front) async throws {
        try await front.with { mock, acme in
            func failure(_ fault: MockFault) async throws -> Vluna.CommitFailed {
                mock.removeFaults()
                mock.inject(fault, into: .operation(.vluna.commit), .always)
                do {
                    try await acme.gate.withLease(featureCode: Self.feature) { lease in
                        lease.report(quantityMinor: 1_000)
                        return 42
                    }
                    throw Unexpected("a commit that never arrived was taken for charged")
                } catch let error as Vluna.CommitFailed {
                    return error
                }
            }
            let refused = try await failure(.status(422))
            #expect(!refused.mayHaveBeenCharged && refused.result as? Int == 42)
            guard case .undelivered(let reason) = refused.cause, (reason as? any APIError)?.status == 422 else {
                throw Unexpected("\(refused)")
            }
            let before = try await failure(.reset(.beforeApplied))
            let after = try await failure(.reset(.afterApplied))
            #expect(before.mayHaveBeenCharged && after.mayHaveBeenCharged)
            #expect(mock.vluna.ledger.count == 1)
            // Repeated with the key it is charged, and once only.
            mock.removeFaults()
            for failed in [before, after] {
                let commit = try await acme.with(idempotencyKey: failed.idempotencyKey).gate.commit(
                    leaseToken: failed.lease.leaseToken, featureCode: Self.feature,
                    quantityMinor: try #require(failed.quantityMinor))
                #expect(commit.outcome == .charged(2_000))
            }
            #expect(mock.vluna.ledger.count == 2)
        }
    }

    // MARK: - Leases that end

    @Test(arguments: Front.allCases)
    func aLeaseThatExpiredIsRenewed(_ front: Front) async throws {
        try await front.with { mock, acme in
            try await acme.gate.withLease(featureCode: Self.feature) { lease in
                mock.clock.advance(by: .seconds(13 * 3600))
                lease.report(quantityMinor: 1_000)
            }
            #expect(mock.requests(of: .vluna.authorize).count == 2)
            #expect(mock.vluna.ledger.map(\.isCharged) == [false, true])
            #expect(mock.vluna.balance(of: "org_acme") == 99_998_000)
            // Within the grace it is charged as it is.
            try await acme.gate.withLease(featureCode: Self.feature) { lease in
                mock.clock.advance(by: .seconds(12 * 3600 + 30))
                lease.report(quantityMinor: 1_000)
            }
            #expect(mock.requests(of: .vluna.authorize).count == 3)
            #expect(mock.vluna.balance(of: "org_acme") == 99_996_000)
        }
    }

    @Test func aLeaseThatCannotBeRenewedIsNotReportedAsCharged() async throws {
        try await Front.inProcess.with { mock, acme in
            let error = await #expect(throws: Vluna.CommitFailed.self) {
                try await acme.gate.withLease(featureCode: Self.feature) { lease in
                    mock.clock.advance(by: .seconds(13 * 3600))
                    mock.vluna.setBalance(0, of: "org_acme")
                    lease.report(quantityMinor: 1_000)
                }
            }
            guard case .quarantined(.leaseExpired) = error?.cause else {
                throw Unexpected("\(String(describing: error))")
            }
            #expect(error?.mayHaveBeenCharged == false && error?.quantityMinor == 1_000)
            #expect(mock.vluna.ledger.map(\.isCharged) == [false])
        }
    }

    @Test(arguments: Front.allCases)
    func aQuarantinedCommitIsNotReportedAsCharged(_ front: Front) async throws {
        try await front.with { mock, acme in
            func cause(
                _ feature: String, _ body: (Vluna.ActiveLease) async throws -> Void = { _ in }
            ) async throws -> Vluna.Commit.Quarantine? {
                do {
                    try await acme.gate.withLease(featureCode: feature) { lease in
                        try await body(lease)
                        lease.report(quantityMinor: 1_000)
                    }
                    return nil
                } catch let error as Vluna.CommitFailed {
                    guard case .quarantined(let reason) = error.cause else { throw error }
                    return reason
                }
            }
            let unpriced = try await cause("brand.new")
            let closed = try await cause(Self.feature) { lease in
                _ = try await acme.gate.cancel(leaseToken: lease.grant.leaseToken)
            }
            #expect(unpriced == .notPriced && closed == .leaseClosed)
            #expect(mock.vluna.ledger.allSatisfy { !$0.isCharged })
            #expect(mock.vluna.balance(of: "org_acme") == 100_000_000)
        }
    }

    @Test func keysOfTheCallersOwnMakeItOnce() async throws {
        try await Front.inProcess.with { mock, acme in
            for _ in 0..<2 {
                try await acme.with(idempotencyKey: "job-1").gate.withLease(featureCode: Self.feature) {
                    $0.report(quantityMinor: 1_000)
                }
            }
            #expect(mock.vluna.ledger.count == 1)
            #expect(mock.vluna.balance(of: "org_acme") == 99_998_000)
        }
    }

    struct Unexpected: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) {
            self.description = description
        }
    }
}

extension MockServer {
    /// How many cancels ended a lease.
    func leasesGivenBack() -> Int {
        requests(of: .vluna.cancel).count { request in
            request.status == 200 && (try? Vluna.CancelRequest(jsonBytes: request.body)) != nil
        }
    }
}
