import Foundation
import Testing
import TollgateAIKit
import TollgateCore
import TollgateStoa
import TollgateStripe
import TollgateTogo
import TollgateVluna

@testable import TollgateMock

/// After a month of mixed traffic over all services, whatever they report is what the books of the traffic say.
@Suite struct MonthTests {
    /// One month that all tests look at, and its twin. They are lived through once, beside each other.
    private static let months = Task {
        async let month = Month.lived(seed: 2026)
        async let twin = Month.lived(seed: 2026)
        return (month: try await month, twin: try await twin)
    }

    private func month() async throws -> Month { try await Self.months.value.month }

    private let time = Vluna.ReportTimeRange(from: Month.start, to: Month.end, granularity: .day)

    private func realm(_ month: Month) throws -> Vluna.ServiceClient {
        try month.mock.vluna.serviceClient().asRealmAdmin()
    }

    @Test func everyAnswerIsAsTheBooksHaveIt() async throws {
        let month = try await month()
        #expect(month.surprises.isEmpty, "\(month.surprises.count): \(month.surprises.prefix(12))")
        #expect(month.answers.count >= 10_000)
        // The month was a mixed one: whatever can be refused was, and credit lapsed, waits and is missing.
        let refusals = [
            "402 SERVER.CONFIG", "402 BUDGET.EXHAUSTED", "422 RESOURCE.NOT_FOUND", "429 LIMIT.RATE_EXCEEDED",
            "402 insufficient_balance", "409 event_id_conflict", "401 ",
        ]
        #expect(Set(month.refusals.keys) == Set(refusals), "\(month.refusals)")
        #expect(month.gate.quarantined > 50)
        for isThere in [WalletBook.lapsed, WalletBook.waiting, { wallet in { _ in wallet.owed } }] {
            #expect(month.accounts.contains { isThere($0.wallet)(month.now) > 0 })
        }
    }

    @Test func aSeedMakesTheSameMonthAgain() async throws {
        let months = try await Self.months.value
        #expect(months.twin.surprises.isEmpty, "\(months.twin.surprises.count): \(months.twin.surprises.prefix(12))")
        #expect(months.month.answers == months.twin.answers, "the same answers in the same order")
        let ledgers = (months.month.mock.vluna.ledger, months.twin.mock.vluna.ledger)
        #expect(ledgers.0 == ledgers.1)
        let meters = (months.month.mock.stripe.meterEvents, months.twin.mock.stripe.meterEvents)
        #expect(meters.0.map { $0.jsonText() } == meters.1.map { $0.jsonText() })
        let other = try await Month.lived(seed: 1, days: 1)
        #expect(other.surprises.isEmpty, "another seed adds up as well: \(other.surprises.prefix(3))")
        #expect(other.answers.digest != months.month.answers.digest)
    }

    // MARK: - Vluna

    @Test func walletsAddUp() async throws {
        let month = try await month()
        for account in month.accounts {
            let wallet = account.wallet
            let balance = try await account.client.billing.wallet.balance()
            #expect(balance.available.xusd.millionths == wallet.available(at: month.now))
            #expect(balance.outstanding.xusd.millionths == wallet.balance(at: month.now))
            let parts = balance.grants.reduce(Vluna.XUSD.zero) { $0 + $1.remaining.xusd }
            #expect(parts == balance.available.xusd)
            let own = try await month.mock.vluna.bearerClient(principalID: account.principal).billing.wallet.balance()
            #expect(own.jsonBytes() == balance.jsonBytes(), "users see what the service sees")

            let (granted, used) = (
                wallet.credits.reduce(0) { $0 + $1.amount }, wallet.credits.reduce(0) { $0 + $1.used }
            )
            let rest = wallet.available(at: month.now) + wallet.lapsed(at: month.now) + wallet.waiting(at: month.now)
            #expect(granted == used + rest)
            #expect(used == wallet.charged + wallet.debited - wallet.owed)
        }
    }

    @Test func grantsAddUp() async throws {
        let month = try await month()
        for account in month.accounts {
            let id = UUID(uuidString: account.id)
            var grants: [[Int64]] = []
            for try await grant in account.client.billing.grants.all(billingAccountID: id, limit: 40) {
                let rest = grant.closedRemainingXUSD ?? grant.remainingXUSD ?? -1
                grants.append([grant.amountXUSD.millionths, grant.postedConsumedXUSD.millionths, rest.millionths])
            }
            let expected = account.wallet.credits.map { [$0.amount, $0.used, $0.rest] }
            #expect(grants.counted == expected.counted, "\(account.principal)")
        }
    }

    @Test func usageReportsAddUp() async throws {
        let month = try await month()
        let query = Vluna.UsageReportQuery(time: time, groupBy: [.billingAccountID, .featureCode], limit: 250)
        var sums: [GateBook.Place: GateBook.Sums] = [:]
        for try await row in try realm(month).reports.queryUsageRows(query) {
            let place = GateBook.Place(
                account: row.billingAccountID ?? "", feature: row.featureCode ?? "", day: row.bucketStart)
            #expect(sums.updateValue(row.sums, forKey: place) == nil, "a group comes once")
            #expect(row.marginXUSD?.millionths == row.sums.amount - row.sums.cost)
        }
        #expect(sums == month.gate.sums)
        let total = try await realm(month).reports.queryUsage(
            Vluna.UsageReportQuery(time: time, groupBy: [.bucketStart], aggregate: .total))
        #expect(total.data.rows.map(\.sums) == [month.gate.total])
        #expect(month.gate.total.amount == month.gate.total(isCost: false), "each price is rounded once")
        #expect(month.gate.total.cost == month.gate.total(isCost: true))
        #expect(month.gate.total.amount == month.accounts.reduce(0) { $0 + $1.wallet.charged })
    }

    @Test func reportsOfMetersAndOfAccountsAgree() async throws {
        let month = try await month()
        let byMeter = try await realm(month).reports.queryUsage(
            Vluna.UsageReportQuery(time: time, groupBy: [.meterCode], aggregate: .groupTotal))
        let meters = byMeter.data.rows.map { ($0.meterCode ?? "", $0.sums.withoutCommits) }
        #expect(Dictionary(uniqueKeysWithValues: meters) == month.gate.meters)
        for account in month.accounts {
            let query = Vluna.UsageReportQuery(time: time, groupBy: [.bucketStart], aggregate: .total)
            let expected = month.gate.sums.filter { $0.key.account == account.id }.values.reduce(.zero, +)
            #expect(try await account.client.reports.queryOwnUsage(query).data.rows.map(\.sums) == [expected])
            let own = month.mock.vluna.bearerClient(principalID: account.principal)
            #expect(try await own.reports.queryOwnUsage(query).data.rows.map(\.sums) == [expected])
            let entries = month.mock.vluna.ledger.filter { $0.principalID == account.principal && $0.isCharged }
            #expect(entries.reduce(0) { $0 + $1.amount.millionths } == expected.amount)
        }
    }

    @Test func settlementsAddUp() async throws {
        let month = try await month()
        for account in month.accounts {
            var sums: [String: [Int64]] = [:]
            for try await row in account.client.reports.queryOwnSettlementRows(
                time: time, groupBy: [.fundingKind, .applicationStatus], limit: 20)
            {
                #expect((row.fundingKind == "grant") == (row.applicationStatus == "applied"))
                let amounts = [row.allocatedAmountXUSD, row.appliedAmountXUSD, row.appliedCostXUSD]
                sums[row.fundingKind ?? "", default: [0, 0, 0]].add(amounts.map { $0?.millionths ?? 0 })
            }
            let (charges, paid) = (account.wallet.charges, account.wallet.paid)
            let open = account.wallet.charged - paid
            var expected: [String: [Int64]] = [:]
            if paid > 0 { expected["grant"] = [paid, paid, charges.reduce(0) { $0 + $1.paidCost }] }
            if open > 0 { expected[account.mode == .prepaid ? "outstanding" : "postpaid"] = [open, 0, 0] }
            #expect(sums == expected, "\(account.principal)")
        }
    }

    @Test func budgetsAddUp() async throws {
        let month = try await month()
        for account in month.accounts {
            let budgets = try await account.client.billing.budgets.all(limit: 2).collected()
            let shown = Dictionary(uniqueKeysWithValues: budgets.map { ($0.budgetID, $0) })
            #expect(Set(shown.keys) == Set(account.budgets.map(\.id)))
            for budget in account.budgets {
                let spent = month.gate.spent[budget.id] ?? 0
                #expect(shown[budget.id]?.consumedXUSD.millionths == spent)
                #expect(shown[budget.id]?.remainingXUSD?.millionths == budget.limit.map { max($0 - spent, 0) })
                #expect(shown[budget.id]?.status == (budget.isClosed ? .closed : .active))
            }
        }
        #expect(month.gate.spent.values.reduce(0, +) > 0)
    }

    @Test func invoicesAndPaymentsAddUp() async throws {
        let month = try await month()
        for account in month.accounts {
            let (id, billing) = (account.id, account.client.billing)
            let invoices = try await billing.invoices.all(billingAccountID: id, limit: 5).collected()
            let payments = try await billing.payments.all(billingAccountID: id, limit: 5).collected()
            #expect(invoices.count == account.invoiceCount)
            let (due, paid) = (invoices.compactMap(\.amountDue).sum, invoices.compactMap(\.amountPaid).sum)
            #expect(due == month.store.billed[id] ?? 0)
            #expect(paid == month.store.paid[id] ?? 0)
            #expect(due - paid == invoices.compactMap(\.amountRemaining).sum)
            func sum(_ status: Vluna.PaymentStatus) -> Int {
                payments.filter { $0.status == status }.compactMap(\.amount).sum
            }
            #expect(sum(.succeeded) == month.store.paid[id] ?? 0)
            #expect(sum(.failed) == month.store.failed[id] ?? 0)
            for invoice in invoices {
                let detail = try await billing.invoices.get(invoiceID: invoice.invoiceID, billingAccountID: id)
                #expect(detail.total == detail.lineItems.compactMap(\.totalAmount).sum)
                let own = payments.filter { $0.invoiceID == invoice.invoiceID && $0.status == .succeeded }
                #expect(own.compactMap(\.amount).sum == invoice.amountPaid)
            }
        }
    }

    // MARK: - The other services

    @Test func stoaAddsUp() async throws {
        let month = try await month()
        for user in month.stoa.users {
            let (paid, charged) = (month.stoa.paid[user] ?? 0, month.stoa.charged[user] ?? 0)
            #expect(month.mock.stoa.balance(of: user) == Decimal(billionths: StoaBook.opening + paid - charged))
            let known = month.stoa.events.map(\.event).filter { $0.userID == user }
            #expect(month.mock.stoa.events(of: user).map(\.eventID) == known.map(\.eventID))
        }
        #expect(month.mock.stoa.payments.count == month.stoa.payments)
    }

    @Test func togoAddsUp() async throws {
        let month = try await month()
        for key in month.togo.keys where !key.isRevoked {
            #expect(try await key.client.usage.get().jsonBytes() == month.togo.sums[key.user]?.jsonBytes())
            #expect(month.mock.togo.isWithinQuota(key.id) == (key.quota == 0 || key.tokens < key.quota))
        }
        let tokens = month.togo.sums.values.reduce(0) { $0 + $1.totalTokens }
        #expect(tokens == month.togo.keys.reduce(0) { $0 + $1.tokens })
    }

    @Test func theKitAddsUp() async throws {
        let month = try await month()
        for (key, client) in month.kit.clients {
            let current = try await client.usage.get(period: .currentMonth)
            #expect((current.tokensUsed, current.requests) == month.kit.monthSum(of: key))
            let days = try await client.usage.get(period: .last30Days)
            #expect((days.tokensUsed, days.requests) == month.kit.sum(of: key, from: Month.start, to: Month.end))
            let range = try await client.usage.get(
                start: CalendarDate(year: 2026, month: 4, day: 5), end: CalendarDate(year: 2026, month: 4, day: 11))
            let (first, last) = (Month.start + 4 * Month.day, Month.start + 11 * Month.day)
            #expect((range.tokensUsed, range.requests) == month.kit.sum(of: key, from: first, to: last))
        }
    }

    @Test func metersAddUp() async throws {
        let month = try await month()
        let stripe = month.mock.stripe
        for (meter, customers) in month.meters.sums {
            #expect(stripe.sum(of: meter) == Decimal(customers.values.reduce(0, +)))
            for (customer, sum) in customers {
                #expect(stripe.sum(of: meter, customer: customer) == Decimal(sum))
            }
        }
        #expect(stripe.meterEvents.count == month.meters.reports.count + month.meters.complaints.count)
        #expect(Set(stripe.meterErrors.keys) == month.meters.complaints)
    }
}

extension Vluna.UsageReportRow {
    fileprivate var sums: GateBook.Sums {
        GateBook.Sums(
            quantity: quantityMinor ?? 0, amount: amountXUSD?.millionths ?? 0, cost: costXUSD?.millionths ?? 0,
            commits: commitCount ?? 0)
    }
}

extension GateBook.Sums {
    fileprivate var withoutCommits: Self { Self(quantity: quantity, amount: amount, cost: cost) }
}

extension AsyncSequence {
    fileprivate func collected() async throws -> [Element] {
        try await reduce(into: []) { $0.append($1) }
    }
}

extension [[Int64]] {
    /// How often each element is there.
    fileprivate var counted: [[Int64]: Int] { Dictionary(map { ($0, 1) }, uniquingKeysWith: +) }
}

extension [Int] {
    fileprivate var sum: Int { reduce(0, +) }
}

extension [Int64] {
    fileprivate mutating func add(_ other: [Int64]) {
        self = zip(self, other).map(+)
    }
}
