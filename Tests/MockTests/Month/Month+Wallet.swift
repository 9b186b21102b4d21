import Foundation
import TollgateCore
import TollgateVluna

@testable import TollgateMock

// MARK: - Setting up

extension Month {
    static let principals: [(name: String, mode: MockBillingMode)] = [
        ("org_prepaid", .prepaid), ("org_small", .prepaid), ("org_subscribed", .prepaid), ("org_granted", .prepaid),
        ("org_postpaid", .postpaid), ("org_hybrid", .hybrid),
    ]
    /// What a new account has.
    private static let opening: Int64 = 5_000_000
    /// What a program gives each day, until the day is over.
    private static let daily: Int64 = 300_001
    /// What a program gives a month, a part each day, until the month is over.
    private static let monthly: Int64 = 2_000_003

    mutating func openVluna() async throws {
        let vluna = wire.count(try mock.vluna.serviceClient())
        for (name, mode) in Self.principals {
            let id = mock.vluna.accountID(of: name)
            mock.vluna.setBillingMode(mode, of: name)
            var account = VlunaAccount(
                principal: name, id: id, client: vluna.with(principalID: name), mode: mode)
            account.wallet.grant(Self.opening, from: now)
            accounts.append(account)
        }
        for feature in GateBook.names where !feature.hasPrefix("openai.") {
            mock.vluna.setFeature(feature, family: "month", meters: GateBook.features[feature])
        }
        for pack in Self.packs {
            mock.vluna.setProductPrice(pack)
        }
        mock.vluna.setQuota(GateBook.quota.limit, per: .seconds(GateBook.quota.seconds), of: GateBook.quota.feature)
        mock.vluna.setRate(GateBook.rate.limit, per: .seconds(GateBook.rate.seconds), of: GateBook.rate.feature)
        try await addProgram("daily", .daily, Self.daily, to: "org_granted")
        try await addProgram("monthly", .monthly, Self.monthly, accrual: .earnDaily, to: "org_hybrid")
    }

    private func addProgram(
        _ code: String, _ cadence: Vluna.GrantCadence, _ amount: Int64, accrual: Vluna.GrantAccrualMode? = nil,
        to principal: String
    ) async throws {
        guard let account = accounts.first(where: { $0.principal == principal }), let id = UUID(uuidString: account.id)
        else { return }
        let billing = account.client.billing
        let program = try await billing.grantPrograms.create(
            Vluna.GrantProgramCreateRequest(
                programCode: code, cadence: cadence, issueAnchor: .bindingStart,
                amountXUSD: Vluna.XUSD(millionths: amount), windowKind: .period, issuanceMode: .eager, priority: 10,
                accrualMode: accrual))
        _ = try await billing.grantAssignments.create(
            billingAccountID: id, programID: program.programID, source: .opsManual, sourceRef: "month",
            windowStart: Self.start)
    }

    // MARK: - Every day

    private static let prices: [[String: GateBook.Rate]] = [
        [
            "openai.gpt5.2": .init(price: 2_000, cost: 1_500, size: 1_000, rounding: .ceil),
            "openai.gpt-4o": .init(price: 10, cost: 8, size: 1, rounding: .floor),
            "image.pixels": .init(price: 7, cost: 3, size: 10, rounding: .nearest),
            "image.steps": .init(price: 11, size: 3, rounding: .floor),
            "speech.voice": .init(price: 1, size: 3, rounding: .nearest),
        ],
        [
            "openai.gpt5.2": .init(price: 2_500, cost: 1_500, size: 1_000, rounding: .nearest),
            "image.pixels": .init(price: 8, cost: 3, size: 10, rounding: .nearest),
            "speech.voice": .init(price: 5, cost: 2, size: 7, rounding: .ceil),
        ],
        ["image.steps": .init(price: 11, cost: 4, size: 3, rounding: .floor)],
    ]

    /// New prices from time to time, credit of programs, budgets; and every account's balance.
    mutating func beginVluna(day: Int) async throws {
        if day % 7 == 0 {
            // Every second time the old prices come back, and with them what was left over of their last block.
            setPrices(Self.prices[[0, 1, 2, 0, 1][day / 7]])
        }
        for place in accounts.indices {
            let today = Self.start + Double(day) * Self.day
            switch accounts[place].principal {
            case "org_granted":
                accounts[place].wallet.grant(Self.daily, priority: 10, from: today, until: today + Self.day)
            case "org_hybrid":
                let days = Int64(Self.days)
                let part = Self.monthly * Int64(day + 1) / days - Self.monthly * Int64(day) / days
                accounts[place].wallet.grant(part, priority: 10, from: today, until: Self.end)
            default: break
            }
            if day % 12 == 0 { try await changeBudgets(at: place, limit: day == 12 ? nil : 400_000) }
            try await checkBalance(at: place)
        }
        if day == 3 || day == 24 || day == 26 { try await subscribe(day: day) }
    }

    private mutating func setPrices(_ prices: [String: GateBook.Rate]) {
        for (meter, rate) in prices.sorted(by: { $0.key < $1.key }) {
            gate.rates[meter] = rate
            mock.vluna.setPrice(
                of: meter, Vluna.XUSD(millionths: rate.price), per: rate.size, rounding: rate.rounding,
                cost: rate.cost.map { Vluna.XUSD(millionths: $0) })
        }
    }

    /// Closes the budget that there is, and makes another one.
    private mutating func changeBudgets(at place: Int, limit: Int64?) async throws {
        let budgets = accounts[place].client.billing.budgets
        if let old = accounts[place].budgets.last {
            let closed = try await budgets.close(budgetID: old.id)
            expect(closed.consumedXUSD.millionths, gate.spent[old.id] ?? 0, "what was spent of a closed budget")
            accounts[place].budgets[accounts[place].budgets.count - 1].isClosed = true
        }
        let budget = try await budgets.create(
            name: name("budget"), limitXUSD: limit.map { Vluna.XUSD(millionths: $0) })
        accounts[place].budgets.append(VlunaAccount.Budget(id: budget.budgetID, limit: limit))
    }

    mutating func checkBalance(at place: Int) async throws {
        let balance = try await accounts[place].client.billing.wallet.balance()
        let (wallet, name) = (accounts[place].wallet, accounts[place].principal)
        expect(balance.available.xusd.millionths, wallet.available(at: now), "available to \(name)")
        expect(balance.outstanding.xusd.millionths, wallet.balance(at: now), "balance of \(name)")
    }

    /// What every account has used of its daily quota.
    mutating func checkVluna() async throws {
        for account in accounts {
            let feature = GateBook.quota.feature
            let limits = try await account.client.gate.limits(featureCode: [feature], expand: [.quotas])
            let used = limits.first?.quotas?.map(\.usedMinor)
            expect(used, [gate.quotaUsed(of: account.id, at: now)], "quota of \(account.principal)")
        }
    }
}

// MARK: - The wallet

extension Month {
    mutating func actAtWallet(_ place: Int) async throws {
        switch draw(10) {
        case ..<4: try await consume(at: place)
        case 4: try await consumeAgain(at: place)
        case ..<8: try await adjust(at: place)
        default: try await buyCredit(at: place)
        }
    }

    private mutating func consume(at place: Int) async throws {
        let amount = draw(1...60_000)
        let (client, key) = (accounts[place].client, name("consume"))
        let outcome = try await Outcome {
            try await client.with(idempotencyKey: key).billing.wallet.consume(amount: Vluna.XUSD(millionths: amount))
        }
        let suffices = amount <= accounts[place].wallet.available(at: now)
        expect(outcome, refusedWith: suffices ? nil : "402 SERVER.CONFIG", "consuming \(amount)")
        guard let answer = outcome.value else { return }
        accounts[place].wallet.debit(amount, at: now)
        accounts[place].consumptions.append((key, amount))
        expect(answer.balance.millionths, accounts[place].wallet.balance(at: now), "balance after consuming")
    }

    private mutating func consumeAgain(at place: Int) async throws {
        guard !accounts[place].consumptions.isEmpty else { return }
        let (key, amount) = pick(accounts[place].consumptions)
        let answer = try await accounts[place].client.with(idempotencyKey: key).billing.wallet
            .consume(amount: Vluna.XUSD(millionths: amount))
        expect(answer.replay, true, "replay of \(key)")
        expect(answer.balance.millionths, accounts[place].wallet.balance(at: now), "balance at a replay")
    }

    private mutating func adjust(at place: Int) async throws {
        let isCredit = draw(2) == 0
        let amount = draw(1...150_000)
        if isCredit {
            accounts[place].wallet.grant(amount, from: now, coversDebt: true)
        } else {
            accounts[place].wallet.debit(amount, at: now)
        }
        let answer = try await accounts[place].client.billing.wallet.adjust(
            delta: Vluna.XUSD(millionths: isCredit ? amount : -amount), kind: isCredit ? .grant : .debit)
        expect(answer.balance.millionths, accounts[place].wallet.balance(at: now), "balance after adjusting")
    }

    // MARK: - The store

    private static let page = URL.literal("https://app.example.com/back")

    /// What the store sells besides the subscription.
    private static let packs = [
        MockProductPrice(id: "pack-small", productID: "4", amount: 35, credit: 300_000),
        MockProductPrice(id: "pack-large", productID: "5", amount: 99, credit: 950_001),
    ]

    /// Credit at a checkout for who has little left. Some do not pay.
    private mutating func buyCredit(at place: Int) async throws {
        let account = accounts[place]
        let (pack, count) = (pick(Self.packs), 1 + draw(2))
        let (cents, credit) = (pack.amount * count, (pack.credit?.millionths ?? 0) * Int64(count))
        guard account.wallet.available(at: now) < 100_000 else { return }
        let session = try await account.client.billing.createCheckoutSession(
            items: [Vluna.CheckoutItem(catalogPriceID: pack.id, quantity: count)], successURL: Self.page,
            cancelURL: Self.page)
        switch draw(8) {
        case 0:
            try mock.vluna.failCheckout(session.checkoutURL)
            store.failed[account.id, default: 0] += cents
        case 1:
            try mock.vluna.expireCheckout(session.checkoutURL)
        default:
            try mock.vluna.completeCheckout(session.checkoutURL)
            pay(cents, at: place)
            accounts[place].wallet.grant(credit, from: now, coversDebt: true)
        }
    }

    private mutating func pay(_ cents: Int, isPaid: Bool = true, at place: Int) {
        let id = accounts[place].id
        accounts[place].invoiceCount += 1
        store.billed[id, default: 0] += cents
        if isPaid { store.paid[id, default: 0] += cents } else { store.failed[id, default: 0] += cents }
    }

    /// A subscription, the period after that in advance, and one that is not paid.
    private mutating func subscribe(day: Int) async throws {
        guard let place = accounts.firstIndex(where: { $0.principal == "org_subscribed" }) else { return }
        let account = accounts[place]
        let begin = Self.start + 3 * Self.day
        // April has 30 days, and May 31.
        let (first, second) = (begin + 30 * Self.day, begin + 61 * Self.day)
        if let subscription = account.subscription {
            try mock.vluna.renewSubscription(subscription, isPaid: day == 24)
            pay(2_000, isPaid: day == 24, at: place)
            if day == 24 { accounts[place].wallet.grant(20_000_000, priority: 50, from: first, until: second) }
            return
        }
        let session = try await account.client.billing.createCheckoutSession(
            items: [Vluna.CheckoutItem(catalogPriceID: "10")], successURL: Self.page, cancelURL: Self.page)
        accounts[place].subscription = try mock.vluna.completeCheckout(session.checkoutURL).subscriptionID
        pay(2_000, at: place)
        accounts[place].wallet.grant(20_000_000, priority: 50, from: now, until: first)
    }
}
