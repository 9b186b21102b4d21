import Foundation
import Synchronization
import Testing
import TollgateCore
import TollgateVluna

@testable import TollgateMock

/// What the wallet says, takes and adds, and that it always adds up.
@Suite struct VlunaWalletTests {
    private let mock = MockServer.frozen()
    private let feature = "openai.gpt5.2"

    private func wallet(_ principal: String = "org_acme") throws -> Vluna.ServiceClient.Billing.Wallet {
        try mock.vluna(principal).billing.wallet
    }

    @Test func showsWhatANewAccountHas() async throws {
        let balance = try await wallet().balance()
        #expect(balance.billingAccountID == mock.vluna.accountID(of: "org_acme"))
        #expect(balance.available.xusd == 100_000_000)
        #expect(balance.available.usd == 100)
        #expect(balance.outstanding.xusd == 100_000_000)
        #expect(balance.conversion.asOf == .start)
        #expect(balance.conversion.usdPerXUSD == Decimal(1) / 1_000_000)
        let grant = try #require(balance.grants.first)
        #expect(balance.grants.count == 1)
        #expect(grant.name == "Opening credit")
        #expect(grant.remaining.xusd == 100_000_000)
        #expect(grant.status == .active)
    }

    @Test func gateAndWalletDrawOnTheSameGrants() async throws {
        _ = try await mock.vluna().use(feature, 12_345)
        #expect(try await wallet().balance().available.xusd == 99_974_000)
        _ = try await wallet().consume(amount: 974_000)
        let limits = try await mock.vluna().gate.meters(
            meterCode: [feature], expand: [.coverage], coverageBasis: .balance)
        #expect(limits.first?.coverage?.balanceXUSD == 99_000_000)
    }

    @Test func consumesOnceForOneKey() async throws {
        let client = try mock.vluna().with(idempotencyKey: "report-42").billing.wallet
        let first = try await client.consume(amount: 500_000, subject: "report", sourceRef: "report-42")
        #expect(first.balance == 99_500_000)
        #expect(!first.replay)
        _ = try await wallet().consume(amount: 250_000)

        let again = try await client.consume(amount: 500_000, subject: "report", sourceRef: "report-42")
        #expect(again.replay)
        #expect(again.balance == 99_250_000, "the balance is that of now")
        #expect(try #require(await refusal { try await client.consume(amount: 1) }) == (409, "WRITE.INVALID_PAYLOAD"))
        #expect(mock.vluna.walletMovements.map(\.delta) == [-500_000, -250_000])
        #expect(mock.vluna.walletMovements.first?.reference == "report-42")

        mock.clock.advance(by: .seconds(30 * 86_400))
        let late = try await client.consume(amount: 500_000, subject: "report", sourceRef: "report-42")
        #expect(late.replay, "what stands in the books is not forgotten after a day")
    }

    @Test func consumesOnlyWhatThereIs() async throws {
        mock.vluna.setBalance(1_000, of: "org_acme")
        let refused = try #require(await refusal { try await wallet().consume(amount: 1_001) })
        #expect(refused == (402, "SERVER.CONFIG"))
        #expect(refused.message == "insufficient balance")
        #expect(mock.vluna.balance(of: "org_acme") == 1_000)
        #expect(try await wallet().consume(amount: 1_000).balance == 0)
    }

    @Test(arguments: [
        (#"{"amount": "0", "unit": "xusd"}"#, "consume"), (#"{"amount": "-1", "unit": "xusd"}"#, "consume"),
        (#"{"amount": "1.5", "unit": "xusd"}"#, "consume"), (#"{"amount": "1", "unit": "usd"}"#, "consume"),
        (#"{"amount": "99999999999999999999", "unit": "xusd"}"#, "consume"),
        (#"{"delta": "0", "unit": "xusd", "kind": "debit"}"#, "adjustments"),
        (#"{"delta": "1", "unit": "xusd", "kind": "present"}"#, "adjustments"),
        (#"{"delta": "9223372036854775807", "unit": "xusd", "kind": "grant"}"#, "adjustments"),
    ])
    func refusesWhatIsNoAmount(body: String, path: String) async throws {
        let answer = try await mock.signed(.post, "/mgt/v1/wallet/\(path)", body)
        #expect(answer.status == 422, "\(answer.text)")
        #expect(try answer.json["code"] == "VALIDATION.INVALID_INPUT")
        #expect(mock.vluna.balance(of: "org_acme") == 100_000_000)
    }

    @Test func anAdjustmentMayTakeMoreThanThereIs() async throws {
        mock.vluna.setBalance(100, of: "org_acme")
        #expect(try await wallet().adjust(delta: -150, kind: .debit).balance == -50)
        let overdrawn = try await wallet().balance()
        #expect(overdrawn.available.xusd == 0)
        #expect(overdrawn.outstanding.xusd == -50)

        #expect(try await wallet().adjust(delta: 80, kind: .grant).balance == 30)
        let balance = try await wallet().balance()
        #expect(balance.available.xusd == 30, "credit pays first what is outstanding")
        #expect(balance.outstanding.xusd == 30)
        #expect(mock.vluna.outstanding(of: "org_acme") == 0)
    }

    @Test func anAdjustmentIsMadeOnceAndIsAGrant() async throws {
        let client = try mock.vluna().with(idempotencyKey: "ticket-1007").billing.wallet
        func adjust() async throws -> Vluna.XUSD {
            try await client.adjust(
                delta: 10_000_000, kind: .grant,
                origin: Vluna.WalletAdjustmentOrigin(kind: .promotion, ref: "spring", labels: ["channel": "email"]),
                note: "Welcome credit"
            ).balance
        }
        #expect(try await adjust() == 110_000_000)
        _ = try await wallet().consume(amount: 1_000_000)
        #expect(try await adjust() == 109_000_000)
        let grant = try #require(await wallet().balance().grants.first { $0.name == "Welcome credit" })
        #expect(grant.origin == "adjustment")
        #expect(grant.labels == ["channel": "email"])
        let known = try await mock.vluna().billing.grants.get(grantID: grant.grantID)
        #expect(known.kind == .promo)
        #expect(known.sourceRef == "spring")
    }

    @Test func creditPaysForUsageThatNothingHadPaidFor() async throws {
        mock.vluna.setBalance(3_000, of: "org_acme")
        _ = try await mock.vluna().gate.ingest(featureCode: feature, quantityMinor: 5_000)
        #expect(mock.vluna.outstanding(of: "org_acme") == 7_000)
        #expect(try await allocations() == ["grant settled 3000 2250", "outstanding open 7000 0"])

        _ = try await wallet().adjust(delta: 4_000, kind: .grant)
        #expect(mock.vluna.balance(of: "org_acme") == 0)
        #expect(try await allocations() == ["grant settled 7000 5250", "outstanding open 3000 0"])
        _ = try await wallet().adjust(delta: 4_000, kind: .grant)
        #expect(mock.vluna.balance(of: "org_acme") == 1_000)
        #expect(try await allocations() == ["grant settled 10000 7500"], "nothing of the cost is lost in the parts")
    }

    /// Funding, state, amount and cost of what was paid for.
    private func allocations() async throws -> [String] {
        let day = #"{"from": "2026-01-02T00:00:00Z", "to": "2026-01-03T00:00:00Z", "granularity": "day"}"#
        let answer = try await mock.signed(
            .post, "/mgt/v1/reports/settlements/self",
            #"{"time": \#(day), "group_by": ["bucket_start", "funding_kind"], "#
                + #""metrics": ["allocated_amount_xusd", "applied_cost_xusd"]}"#)
        let rows = try #require(try answer.json["data"]?["rows"]?.array, "\(answer.text)")
        return rows.map { row in
            let texts = ["funding_kind", "allocated_amount_xusd", "applied_cost_xusd"].map { row[$0]?.string ?? "" }
            return "\(texts[0]) \(texts[0] == "grant" ? "settled" : "open") \(texts[1]) \(texts[2])"
        }
        .sorted()
    }

    @Test func usersSeeTheirOwnWallet() async throws {
        _ = try await wallet("org_other").consume(amount: 1)
        let client = mock.vluna.bearerClient(principalID: "org_acme")
        let balance = try await client.billing.wallet.balance(refreshGrants: true)
        #expect(balance.billingAccountID == mock.vluna.accountID(of: "org_acme"))
        #expect(balance.available.xusd == 100_000_000)
    }

    /// Whatever comes in whatever order: what was granted is what was used and what is left, to the last millionth.
    @Test(arguments: [1, 2, 3])
    func alwaysAddsUp(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed, stream: "test")
        let client = try mock.vluna()
        mock.vluna.setPrice(of: feature, 7, per: 10, rounding: .nearest)
        for _ in 0..<60 {
            let amount = Int64(random.next() % 40_000_000) + 1
            switch random.next() % 6 {
            case 0: _ = try? await client.use(feature, amount)
            case 1: _ = try? await client.gate.ingest(featureCode: feature, quantityMinor: amount)
            case 2: _ = try? await client.billing.wallet.consume(amount: Vluna.XUSD(millionths: amount))
            case 3: _ = try await client.billing.wallet.adjust(delta: Vluna.XUSD(millionths: amount), kind: .grant)
            case 4: _ = try await client.billing.wallet.adjust(delta: Vluna.XUSD(millionths: -amount), kind: .debit)
            default:
                mock.vluna.grant(
                    Vluna.XUSD(millionths: amount), to: "org_acme", priority: Int(amount % 5),
                    until: mock.clock.now + 3_600 * Double(amount % 7 + 1))
                mock.clock.advance(by: .seconds(amount % 7_200))
            }
        }
        let books = mock.vluna.books(of: "org_acme")
        #expect(books.issued == books.consumed + books.remaining + books.forfeited)
        #expect(books.charged == books.consumed + books.outstanding)
        #expect(books.unsettled == books.outstanding)
        let balance = try await client.billing.wallet.balance()
        #expect(balance.available.xusd.millionths == books.remaining)
        #expect(balance.outstanding.xusd.millionths == books.remaining - books.outstanding)
    }
}

/// The sums of one account, from the books themselves.
private struct Books {
    var issued: Int64 = 0
    var consumed: Int64 = 0
    var remaining: Int64 = 0
    var forfeited: Int64 = 0
    /// What usage, consumption and debits have cost.
    var charged: Int64 = 0
    /// What the account owes.
    var outstanding: Int64 = 0
    /// What no grant has paid for, entry by entry.
    var unsettled: Int64 = 0
}

extension MockVluna {
    fileprivate func books(of principalID: String) -> Books {
        let now = simulation.clock.now
        return simulation.world.withLock { world in
            let account = world.state.account(of: principalID, at: now)
            let entries = world.state.ledger.filter { $0.account == account.id && $0.isCharged }
            let movements = world.state.movements.filter { $0.account == account.id && $0.delta < 0 }
            var books = Books(outstanding: account.outstanding)
            for grant in world.state.grants(of: account.id) {
                books.issued += grant.terms.amount
                books.consumed += grant.consumed
                books.remaining += grant.remaining(at: now)
                books.forfeited += grant.closure(at: now)?.remaining ?? 0
            }
            books.charged = entries.reduce(0) { $0 + $1.amount } - movements.reduce(0) { $0 + $1.delta }
            books.unsettled = movements.reduce(0) { $0 + $1.outstanding }
            for settlement in entries.flatMap(\.settlements) where settlement.funding != .grant {
                books.unsettled += settlement.allocated
            }
            return books
        }
    }
}
