import Foundation
import TollgateCore
import TollgateVluna

@testable import TollgateMock

/// One account of the month's Vluna: who calls for it, and what its books say.
struct VlunaAccount: Sendable {
    struct Lease: Sendable {
        let token: String
        let feature: String
        let budget: String?
        let end: Date
        var isClosed = false
    }

    /// A commit that was answered, and can be sent again under its key.
    struct Commit: Sendable {
        let key: String
        let lease: Lease
        let quantity: Int64
        let meters: [Vluna.MeterUsage]?
        let time: Date
        let answer: Vluna.Commit
    }

    struct Budget: Sendable {
        let id: String
        let limit: Int64?
        var isClosed = false
    }

    let principal: String
    let id: String
    let client: Vluna.ServiceClient
    let mode: MockBillingMode
    var wallet = WalletBook()
    var leases: [Lease] = []
    var commits: [Commit] = []
    var batchItems: [(item: Vluna.BatchCommitItem, commitID: String?)] = []
    var budgets: [Budget] = []
    /// The keys and amounts of what was consumed.
    var consumptions: [(key: String, amount: Int64)] = []
    var subscription: String?
    var invoiceCount = 0
}

/// What came of a call: an answer, or a refusal like `402 BUDGET.EXHAUSTED`.
struct Outcome<Value> {
    var value: Value?
    var refusal: String?

    init(_ call: () async throws -> Value) async throws {
        do {
            value = try await call()
        } catch let error as any APIError {
            refusal = "\(error.status) \(error.code ?? "")"
        }
    }
}

// MARK: - Authorizing

extension Month {
    mutating func actAtVluna() async throws {
        let place = draw(accounts.count)
        switch draw(100) {
        case ..<34: try await work(at: place)
        case ..<42: _ = try await authorize(pick(GateBook.names), at: place)
        case ..<52: try await commitOpenLease(at: place)
        case ..<60: try await commitAgain(at: place)
        case ..<63: try await cancelLease(at: place)
        case ..<68: try await commitBatch(at: place)
        case ..<78: try await ingest(at: place)
        default: try await actAtWallet(place)
        }
    }

    /// Authorizes, and commits at once.
    private mutating func work(at place: Int) async throws {
        let feature = pick(GateBook.names)
        let budget = draw(3) == 0 ? pick(accounts[place].budgets).id : nil
        guard let lease = try await authorize(feature, budget: budget, at: place) else { return }
        try await commit(accounts[place].leases.count - 1, lease, at: place)
    }

    /// Asks for a lease, which the account keeps.
    private mutating func authorize(
        _ feature: String, budget: String? = nil, at place: Int
    ) async throws -> VlunaAccount.Lease? {
        let expected = foretold(feature, budget, at: place)
        let client = accounts[place].client
        let outcome = try await Outcome { try await client.gate.authorize(featureCode: feature, budgetID: budget) }
        expect(outcome, refusedWith: expected, "authorize \(feature) for \(accounts[place].principal)")
        guard let answer = outcome.value else { return nil }
        let lease = VlunaAccount.Lease(
            token: answer.leaseToken, feature: feature, budget: budget, end: now + Month.day / 2)
        accounts[place].leases.append(lease)
        return lease
    }

    /// Why a lease will be refused, if it will be.
    private mutating func foretold(_ feature: String, _ budgetID: String?, at place: Int) -> String? {
        let account = accounts[place]
        let isPriced = GateBook.features[feature]?.first.flatMap { gate.rates[$0] } != nil
        if account.mode == .prepaid, isPriced, account.wallet.available(at: now) == 0 { return "402 SERVER.CONFIG" }
        if feature == GateBook.quota.feature, gate.quotaUsed(of: account.id, at: now) >= GateBook.quota.limit {
            return "402 SERVER.CONFIG"
        }
        guard gate.countCall(feature, of: account.id, at: now) else { return "429 LIMIT.RATE_EXCEEDED" }
        guard let budget = account.budgets.first(where: { $0.id == budgetID }) else { return nil }
        if budget.isClosed { return "422 RESOURCE.NOT_FOUND" }
        let isSpent = budget.limit.map { $0 <= gate.spent[budget.id] ?? 0 } ?? false
        return account.mode == .prepaid && isSpent ? "402 BUDGET.EXHAUSTED" : nil
    }
}

// MARK: - Committing

extension Month {
    private mutating func commitOpenLease(at place: Int) async throws {
        let open = accounts[place].leases.indices.filter { !accounts[place].leases[$0].isClosed }
        // Now and then a lease that is closed or forgotten, too.
        let index = draw(6) == 0 || open.isEmpty ? accounts[place].leases.indices.last : pick(open)
        guard let index else { return }
        try await commit(index, accounts[place].leases[index], at: place)
    }

    private mutating func commit(_ index: Int, _ lease: VlunaAccount.Lease, at place: Int) async throws {
        let (quantity, meters, lines) = usage(of: lease.feature, at: place)
        let client = accounts[place].client
        let key = name("commit")
        let answer = try await client.with(idempotencyKey: key).gate.commit(
            leaseToken: lease.token, featureCode: lease.feature, quantityMinor: quantity, meters: meters)
        check(answer.amountXUSD, answer.outcome, of: lease, lines, quantity, at: place)
        accounts[place].leases[index].isClosed = true
        accounts[place].commits.append(
            VlunaAccount.Commit(
                key: key, lease: lease, quantity: quantity, meters: meters, time: now, answer: answer))
    }

    /// Compares a commit with what was foretold, and enters it.
    private mutating func check(
        _ answered: Vluna.XUSD, _ outcome: Vluna.Commit.Outcome?, of lease: VlunaAccount.Lease,
        _ lines: [GateBook.Line], _ quantity: Int64, at place: Int
    ) {
        let amount = lines.reduce(0) { $0 + $1.amount }
        let expected: Vluna.Commit.Outcome =
            if lease.isClosed {
                .quarantined(.leaseClosed)
            } else if now > lease.end + 60 {
                .quarantined(.leaseExpired)
            } else if lines.contains(where: { gate.rates[$0.meter] == nil }) {
                .quarantined(.notPriced)
            } else {
                .charged(Vluna.XUSD(millionths: amount))
            }
        expect(answered.millionths, amount, "amount of \(lease.feature)")
        // The items of a batch do not tell what became of them.
        if let outcome { expect(outcome, expected, "commit of \(lease.feature)") }
        guard expected.isCharged else {
            gate.quarantined += 1
            return
        }
        enter(lines, quantity, of: lease.feature, budget: lease.budget, at: place, time: now)
    }

    private mutating func enter(
        _ lines: [GateBook.Line], _ quantity: Int64, of feature: String, budget: String?, at place: Int, time: Date
    ) {
        gate.enter(
            lines, quantity, feature: feature, account: accounts[place].id, budget: budget, at: time, now: now)
        accounts[place].wallet.charge(
            lines.reduce(0) { $0 + $1.amount }, cost: lines.reduce(0) { $0 + $1.cost },
            usesCredit: accounts[place].mode != .postpaid, at: now)
    }

    /// Makes up what was used, and what it costs now.
    private mutating func usage(
        of feature: String, at place: Int
    ) -> (quantity: Int64, meters: [Vluna.MeterUsage]?, lines: [GateBook.Line]) {
        let names = GateBook.features[feature] ?? []
        let quantities = names.map { _ in draw(1...9_000) }
        let lines = zip(names, quantities).map { gate.line($0, $1, of: accounts[place].id) }
        guard names.count > 1 else { return (quantities[0], nil, lines) }
        let meters = zip(names, quantities).map { Vluna.MeterUsage(meterCode: $0, quantityMinor: $1) }
        return (1, meters, lines)
    }

    /// Sends a commit once more under its key: the same answer, and nothing is charged.
    private mutating func commitAgain(at place: Int) async throws {
        let recent = accounts[place].commits.suffix(12).filter { now < $0.time + Month.day }
        guard !recent.isEmpty else { return }
        let sent = pick(Array(recent))
        let again = try await accounts[place].client.with(idempotencyKey: sent.key).gate.commit(
            leaseToken: sent.lease.token, featureCode: sent.lease.feature, quantityMinor: sent.quantity,
            meters: sent.meters)
        expect(again.jsonBytes(), sent.answer.jsonBytes(), "replay of \(sent.key)")
    }

    private mutating func cancelLease(at place: Int) async throws {
        guard let index = accounts[place].leases.indices.last else { return }
        let lease = accounts[place].leases[index]
        let answer = try await accounts[place].client.gate.cancel(leaseToken: lease.token)
        expect(answer.cancelled, !lease.isClosed && now < lease.end, "cancelling a lease of \(lease.feature)")
        if answer.cancelled { accounts[place].leases[index].isClosed = true }
    }
}

// MARK: - Many at once

extension Month {
    /// Commits several open leases, with an item that was sent before and one that is wrong.
    private mutating func commitBatch(at place: Int) async throws {
        for _ in 0..<3 {
            _ = try await authorize("openai.gpt-4o", at: place)
        }
        let open = accounts[place].leases.indices.filter { !accounts[place].leases[$0].isClosed }.suffix(4)
        guard !open.isEmpty else { return }
        var items: [Vluna.BatchCommitItem] = []
        for index in open {
            let lease = accounts[place].leases[index]
            let (quantity, meters, _) = usage(of: lease.feature, at: place)
            items.append(
                Vluna.BatchCommitItem(
                    leaseToken: lease.token, featureCode: lease.feature, quantityMinor: quantity, meters: meters,
                    idempotencyKey: name("item")))
        }
        let old = accounts[place].batchItems.isEmpty ? nil : pick(accounts[place].batchItems)
        if let old { items.append(old.item) }
        items.append(
            Vluna.BatchCommitItem(
                leaseToken: "forged", featureCode: "openai.gpt-4o", quantityMinor: 1, idempotencyKey: name("item")))
        let answer = try await accounts[place].client.gate.batchCommit(items: items)
        expect(answer.committedCount, items.count - 1, "items of a batch")
        expect(answer.items.last?.status, .invalid, "an item without a lease")
        for (index, result) in zip(open, answer.items) {
            checkItem(items[result.index], result, of: index, at: place)
        }
        guard let old else { return }
        expect(answer.items.dropLast().last?.commit?.commitID, old.commitID, "an item that was sent before")
    }

    private mutating func checkItem(
        _ item: Vluna.BatchCommitItem, _ result: Vluna.BatchCommitItemResult, of index: Int, at place: Int
    ) {
        let lease = accounts[place].leases[index]
        let uses = item.meters?.map { ($0.meterCode, $0.quantityMinor) } ?? [(item.featureCode, item.quantityMinor)]
        // Priced only now: what earlier items leave over counts.
        let lines = uses.map { gate.line($0, $1, of: accounts[place].id) }
        if let commit = result.commit { check(commit.amountXUSD, nil, of: lease, lines, item.quantityMinor, at: place) }
        accounts[place].leases[index].isClosed = true
        accounts[place].batchItems.append((item, result.commit?.commitID))
    }

    /// Reports usage that nobody asked permission for, some of it earlier on the same day.
    private mutating func ingest(at place: Int) async throws {
        let feature = pick(GateBook.names)
        let (quantity, meters, lines) = usage(of: feature, at: place)
        let today = now.timeIntervalSince1970.truncatingRemainder(dividingBy: Month.day)
        let time = draw(2) == 0 ? nil : now - Double(draw(Int(today)))
        let budget = draw(4) == 0 ? pick(accounts[place].budgets).id : nil
        let answer = try await accounts[place].client.gate.ingest(
            featureCode: feature, quantityMinor: quantity, meters: meters, occurredAt: time, budgetID: budget)
        expect(answer.amountXUSD.millionths, lines.reduce(0) { $0 + $1.amount }, "amount of ingested \(feature)")
        enter(lines, quantity, of: feature, budget: budget, at: place, time: time ?? now)
    }
}
