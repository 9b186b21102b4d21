import Foundation
import Testing
import TollgateCore
import TollgateVluna

@testable import TollgateMock

/// Contracts, rating policies, events, tokens and accounts.
@Suite struct VlunaRegistryAgreementTests {
    private let mock = MockServer.frozen()
    private let feature = "openai.gpt5.2"

    private func contract(
        _ principal: String = "org_acme", from start: Date = .start, price: JSONValue? = nil
    ) async throws -> Vluna.Contract {
        let contracts = try mock.vluna(principal).billing.contracts
        let contract = try await contracts.upsert(effectiveAt: start)
        if let price {
            _ = try await contracts.upsertTerm(
                contractID: contract.contractID, kind: .pricing, termKey: "OpenAI.GPT5.2 ", effectiveAt: start,
                value: price)
        }
        return contract
    }

    private func amount(_ principal: String = "org_acme") async throws -> Vluna.XUSD {
        try await mock.vluna(principal).use(feature, 1_000).amountXUSD
    }

    // MARK: - Contracts

    @Test func aContractsPriceIsPaidByItsAccountOnly() async throws {
        let contract = try await contract(price: ["unit_price_xusd": "1800", "unit_quantity_minor": "1000"])
        #expect(try await amount() == 1_800)
        #expect(try await amount("org_other") == 2_000)
        let pricing = try await mock.vluna().gate.meters(meterCode: [feature], expand: [.pricing]).first?.pricing
        #expect(pricing?.unitPriceXUSD == 1_800)
        #expect(pricing?.rounding == .ceil, "what the term does not say is as the meter has it")
        #expect(pricing?.unitCostXUSD == 1_500)

        let contracts = try mock.vluna().billing.contracts
        _ = try await contracts.update(contractID: contract.contractID, status: .disabled)
        #expect(try await amount() == 2_000)
    }

    @Test func termsHoldFromTheirTimeOn() async throws {
        let contract = try await contract(price: ["unit_price_xusd": "1800"])
        let contracts = try mock.vluna().billing.contracts
        _ = try await contracts.upsertTerm(
            contractID: contract.contractID, kind: .pricing, termKey: feature, effectiveAt: .start + 60,
            value: ["unit_price_xusd": "1700"])
        #expect(try await amount() == 1_800)
        mock.clock.advance(by: .seconds(60))
        #expect(try await amount() == 1_700)
        let latest = try await contracts.listTerms(contractID: contract.contractID, latest: true).items
        #expect(latest.map(\.effectiveAt) == [.start + 60])
        #expect(try await contracts.listTerms(contractID: contract.contractID).items.count == 2)
        let before = try await contracts.listTerms(contractID: contract.contractID, asOf: .start).items
        #expect(before.map(\.value) == [["unit_price_xusd": "1800"]])

        _ = try await self.contract(from: .start + 60, price: ["unit_price_xusd": "1600"])
        #expect(try await amount() == 1_600, "of two contracts the one counts that took effect last")
    }

    @Test func aTermThatIsNoPriceIsReported() async throws {
        _ = try await contract(price: ["unit_price_xusd": 1_800])
        let commit = try await mock.vluna().use(feature, 1_000)
        #expect(commit.amountXUSD == 2_000)
        #expect(commit.outcome.isCharged)
        let hint = try #require(commit.hints?.first)
        #expect(hint.kind == .pricingContractTermInvalid)
        #expect(hint.termKey == feature)
    }

    @Test func aTermWithoutAnAmountNeedsAPricedMeter() async throws {
        _ = try await contract(price: ["unit_quantity_minor": "500"])
        #expect(try await amount() == 4_000)
        mock.vluna.removePrice(of: feature)
        let commit = try await mock.vluna().use(feature, 1_000)
        #expect(commit.outcome == .quarantined(.notPriced))
        #expect(commit.hints?.map(\.kind).contains(.pricingMeterPriceMissing) == true)
    }

    @Test func contractsAreOfTheirAccountUnlessTheWholeRealmIsAskedFor() async throws {
        let contract = try await contract()
        let other = try mock.vluna("org_other").billing.contracts
        #expect(try await other.list().items.isEmpty)
        #expect(
            try #require(await refusal { try await other.get(contractID: contract.contractID) })
                == (404, "RESOURCE.NOT_FOUND"))
        let realm = try mock.vluna("org_other").asRealmAdmin().billing.contracts
        #expect(try await realm.list().items.map(\.contractID) == [contract.contractID])
        let named = try await mock.vluna().billing.contracts.update(
            contractID: contract.contractID, name: .value("Acme"))
        #expect(named.name == "Acme")
        let kept = try await mock.vluna().billing.contracts.update(contractID: contract.contractID)
        #expect(kept.name == "Acme")
        let cleared = try await mock.vluna().billing.contracts.update(contractID: contract.contractID, name: .null)
        #expect(cleared.name == nil)
    }

    // MARK: - Rating policies

    @Test func theActiveVersionIsTheOneThatTookEffectLast() async throws {
        let policies = try mock.vluna().billing.ratingPolicies
        _ = try await policies.upsert(policyID: "jobs", name: "Jobs")
        for (version, start) in [("v1", Date.start - 60), ("v2", .start + 60)] {
            _ = try await policies.createVersion(policyID: "jobs", version: version, effectiveAt: start, rules: [:])
        }
        #expect(try await policies.get(policyID: "jobs").activeVersion == "v1")
        mock.clock.advance(by: .seconds(60))
        #expect(try await policies.get(policyID: "jobs").activeVersion == "v2")
        let page = try await policies.listVersions(policyID: "jobs", limit: 1)
        #expect(page.items.map(\.version) == ["v2"])
        #expect(page.nextCursor == "2026-01-02T03:05:05Z", "the cursor is the time of the page's last version")
        let rest = try await policies.listVersions(policyID: "jobs", cursor: page.nextCursor).items
        #expect(rest.map(\.version) == ["v1"])
    }

    @Test func rulesAreNamedByTheirContent() async throws {
        let policies = try mock.vluna().billing.ratingPolicies
        let rules: [String: JSONValue] = [
            "rules": [["event_type": "outcome.job_succeeded", "amount_xusd": "250000"]]
        ]
        let valid = try await policies.validate(rules: rules)
        #expect(valid.isValid)
        #expect(valid.rulesHash == "x58OcklM3Q6MgarhFtnBJXGwXvZx3ie7QPJoTE0PTBc")
        #expect(valid.summary == ["rules": 1])
        let invalid = try await policies.validate(rules: ["rules": [["event_type": "x"]]])
        #expect(invalid.errors.map(\.code) == ["dsl_invalid"])
        #expect(invalid.errors.first?.details == ["path": "rules[0]"])
    }

    // MARK: - Events

    @Test func anEventIsKnownByItsContent() async throws {
        let events = try mock.vluna().billing.events
        func record(_ pages: Int, _ team: JSONScalar) async throws -> Vluna.BillingEvent {
            try await events.record(
                semanticKind: .outcome, eventType: "job.done", occurredAt: .start,
                payload: ["pages": .number(JSONNumber(pages))], labels: ["team": team])
        }
        let first = try await record(1, "a")
        let again = try await record(1, "b")
        let other = try await record(2, "a")
        #expect(again.eventID == first.eventID)
        #expect(again.labels == ["team": "a"])
        #expect(other.requestHash != first.requestHash)
        #expect(mock.requests(of: .vluna.recordBillingEvent).map(\.status) == [201, 200, 201])
        #expect(mock.vluna.billingEvents(of: "org_acme").map(\.eventID) == [first.eventID, other.eventID])
        #expect(mock.vluna.billingEvents(of: "org_other").isEmpty)
    }

    @Test func aBatchTakesAThousandEvents() async throws {
        let events = (0..<1_001).map {
            Vluna.BillingEventRequest(semanticKind: .activity, eventType: "e\($0)", occurredAt: .start)
        }
        let group = try mock.vluna().billing.events
        #expect(try #require(await refusal { try await group.recordBatch(events: events) }).status == 422)
        let result = try await group.recordBatch(events: Array(events.dropLast()))
        #expect(result.acceptedCount == 1_000)
        #expect(result.results.map(\.index) == Array(0..<1_000))
        #expect(mock.requests(of: .vluna.recordBillingEventBatch).map(\.status) == [422, 207])
        #expect(try await group.recordBatch(events: []).results.isEmpty)
    }

    // MARK: - Tokens

    @Test func aTokenIsGoodUntilItExpires() async throws {
        let token = try await mock.vluna().billing.issuePlatformToken(
            principalID: "org_shop", userID: "u_1", scopes: [.portal, .unrecognized("admin")], sessionTTLSeconds: 60,
            traits: ["name": "Ada"], nonce: "n-1")
        #expect(token.expiresAt == .start + 60)
        #expect(token.billingAccountID == mock.vluna.accountID(of: "org_shop"))
        var user = mock.vluna.bearerClient(principalID: "org_shop").with(accessToken: token.accessToken)
        user.client.retry = .never
        #expect(try await user.billing.wallet.balance().billingAccountID == token.billingAccountID)
        mock.clock.advance(by: .seconds(60))
        #expect(
            try #require(await refusal { try await user.billing.wallet.balance() }) == (401, "invalid_token"))
    }

    @Test func aTokenIsAJWT() async throws {
        let token = try await mock.vluna().billing.issuePlatformToken(principalID: "org_shop", userID: "u_1")
        let parts = token.accessToken.split(separator: ".")
        let claims = try JSONValue(jsonBytes: Array(try #require(Data(base64URL: parts[1]))))
        #expect(parts.count == 3)
        #expect(claims["sub"] == "u_1")
        #expect(claims["principal_id"] == "org_shop")
        #expect(claims["scope"] == "billing:read billing:write")
        #expect(claims["plt_scopes"] == ["checkout", "portal"])
        #expect(claims["exp"] == 1_767_323_945)
        #expect(claims["ib"] == .string(mock.vluna.serviceKeyID))
    }

    // MARK: - Accounts

    @Test func billingDetailsAreMaskedAndCleared() async throws {
        let account = try #require(UUID(uuidString: mock.vluna.accountID(of: "org_acme")))
        let accounts = try mock.vluna().billing.accounts
        let details = try await accounts.updateBillingDetails(
            billingAccountID: account, legalName: .value("Acme Ltd"), entityType: .value(.company),
            taxIDs: .value([
                Vluna.TaxID(kind: "gb_vat", value: "GB123456789"), Vluna.TaxID(kind: "short", value: "1234"),
            ]))
        #expect(details.taxIDs?.map(\.maskedValue) == ["GB*****6789", "****"])
        let cleared = try await accounts.updateBillingDetails(billingAccountID: account, legalName: .null)
        #expect(cleared.legalName == nil)
        #expect(cleared.entityType == .company)
        #expect(cleared.taxIDs?.count == 2)
        let plain = try await accounts.list(search: account.uuidString).items
        #expect(plain.map(\.principalID) == ["org_acme"])
        #expect(plain.first?.billingDetails == nil)
        let expanded = try await accounts.list(expand: [.billingDetails]).items
        #expect(expanded.first?.billingDetails?.entityType == .company)
    }

    @Test func accountsAreSortedByTheirTimeOrID() async throws {
        for name in ["one", "two", "three"] {
            _ = mock.vluna.accountID(of: name)
            mock.clock.advance(by: .seconds(1))
        }
        let accounts = try mock.vluna("one").billing.accounts
        #expect(try await accounts.list().items.map(\.principalID) == ["three", "two", "one"])
        let byID = try await accounts.list(sortBy: .billingAccountID, sortOrder: .ascending).items
        #expect(byID.map(\.billingAccountID.text) == byID.map(\.billingAccountID.text).sorted())
        let late = try await accounts.list(createdAfter: .start, createdBefore: .start + 2).items
        #expect(late.map(\.principalID) == ["two"])
        var paged: [String] = []
        for try await account in accounts.all(limit: 1, sortOrder: .ascending) { paged.append(account.principalID) }
        #expect(paged == ["one", "two", "three"])
    }

    @Test func reconciliationsAreListedNewestFirst() async throws {
        mock.vluna.addReconciliation(.usage, of: "org_acme", status: .resolved)
        mock.clock.advance(by: .seconds(60))
        mock.vluna.addReconciliation(.invoiceTotal, of: "org_acme", difference: ["expected": 1_900])
        mock.vluna.addReconciliation(.status, of: "org_other")
        let account = mock.vluna.accountID(of: "org_acme")
        let group = try mock.vluna().billing.reconciliations
        let all = try await group.list(billingAccountID: account).items
        #expect(all.map(\.kind) == [.invoiceTotal, .usage])
        #expect(all.map(\.resolvedAt) == [nil, .start])
        #expect(try await group.list(billingAccountID: account, from: .start + 1).items.map(\.kind) == [.invoiceTotal])
        #expect(try await group.list(billingAccountID: account, to: .start + 1).items.map(\.kind) == [.usage])
        #expect(try await group.list(billingAccountID: account, status: .pending).items.count == 1)
    }
}
