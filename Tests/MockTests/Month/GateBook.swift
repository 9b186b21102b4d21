import Foundation
import TollgateVluna

/// What passes Vluna's gate: prices, quantities and limits.
struct GateBook: Sendable {
    /// The price of a block, and its cost where it has one.
    struct Rate: Hashable, Sendable {
        let price: Int64
        var cost: Int64?
        let size: Int64
        let rounding: Vluna.PriceRounding

        /// How many blocks a quantity is.
        func blocks(_ quantity: Int64) -> Int64 {
            switch rounding {
            case .ceil: (quantity + size - 1) / size
            case .nearest: (2 * quantity + size) / (2 * size)
            default: quantity / size
            }
        }
    }

    /// What one account used of one meter at one price. A price and a cost are told apart, for one may change alone.
    struct Use: Hashable, Sendable {
        let account: String
        let meter: String
        let isCost: Bool
        let amount: Int64
        let size: Int64
        let rounding: Vluna.PriceRounding
    }

    /// Sums as a usage report has them.
    struct Sums: Hashable, Sendable, AdditiveArithmetic {
        var quantity: Int64 = 0
        var amount: Int64 = 0
        var cost: Int64 = 0
        var commits: Int64 = 0

        static let zero = Sums()
        static func + (first: Self, second: Self) -> Self {
            Sums(
                quantity: first.quantity + second.quantity, amount: first.amount + second.amount,
                cost: first.cost + second.cost, commits: first.commits + second.commits)
        }
        static func - (first: Self, second: Self) -> Self {
            Sums(
                quantity: first.quantity - second.quantity, amount: first.amount - second.amount,
                cost: first.cost - second.cost, commits: first.commits - second.commits)
        }
    }

    struct Line: Sendable {
        let meter: String
        let quantity: Int64
        let amount: Int64
        let cost: Int64
    }

    struct Place: Hashable, Sendable {
        let account: String
        let feature: String
        let day: Date
    }

    struct Window: Hashable, Sendable {
        let account: String
        let feature: String
        let index: Int64
    }

    /// The meters of each feature.
    static let features = [
        "openai.gpt5.2": ["openai.gpt5.2"], "openai.gpt-4o": ["openai.gpt-4o"],
        "image.render": ["image.pixels", "image.steps"], "speech.voice": ["speech.voice"],
        "trial.model": ["trial.model"],
    ]
    static let names = features.keys.sorted()
    static let quota = (feature: "speech.voice", limit: Int64(30_000), seconds: Int64(86_400))
    static let rate = (feature: "image.render", limit: Int64(1), seconds: Int64(14_400))

    /// By meter. What has none has no price.
    var rates: [String: Rate] = [:]
    private(set) var used: [Use: Int64] = [:]
    private(set) var sums: [Place: Sums] = [:]
    private(set) var meters: [String: Sums] = [:]
    private(set) var quotas: [Window: Int64] = [:]
    private(set) var calls: [Window: Int64] = [:]
    /// What was spent of budgets.
    var spent: [String: Int64] = [:]
    var quarantined = 0

    // MARK: - Prices

    /// What a quantity costs now. All that was used at one price is rounded once: the commit pays the difference.
    func line(_ meter: String, _ quantity: Int64, of account: String) -> Line {
        func amount(isCost: Bool) -> Int64 {
            guard let rate = rates[meter], let price = isCost ? rate.cost : rate.price else { return 0 }
            let before = used[use(meter, rate, price, isCost, account)] ?? 0
            return price * (rate.blocks(before + quantity) - rate.blocks(before))
        }
        return Line(meter: meter, quantity: quantity, amount: amount(isCost: false), cost: amount(isCost: true))
    }

    private func use(_ meter: String, _ rate: Rate, _ price: Int64, _ isCost: Bool, _ account: String) -> Use {
        Use(
            account: account, meter: meter, isCost: isCost, amount: price, size: rate.size, rounding: rate.rounding)
    }

    /// Enters usage that is charged: when it counts in reports, and when it was counted against the quota.
    mutating func enter(
        _ lines: [Line], _ quantity: Int64, feature: String, account: String, budget: String?, at time: Date, now: Date
    ) {
        let day = Date(timeIntervalSince1970: (time.timeIntervalSince1970 / Month.day).rounded(.down) * Month.day)
        let place = Place(account: account, feature: feature, day: day)
        var sum = Sums(commits: 1)
        for line in lines {
            let part = Sums(quantity: line.quantity, amount: line.amount, cost: line.cost)
            sum += part
            meters[line.meter, default: .zero] += part
            guard let rate = rates[line.meter] else { continue }
            used[use(line.meter, rate, rate.price, false, account), default: 0] += line.quantity
            if let cost = rate.cost { used[use(line.meter, rate, cost, true, account), default: 0] += line.quantity }
        }
        sums[place, default: .zero] += sum
        if let budget { spent[budget, default: 0] += sum.amount }
        guard feature == Self.quota.feature else { return }
        let window = window(feature, account, Self.quota.seconds, now)
        quotas[window] = min((quotas[window] ?? 0) + quantity, Self.quota.limit)
    }

    // MARK: - Limits

    private func window(_ feature: String, _ account: String, _ seconds: Int64, _ now: Date) -> Window {
        Window(account: account, feature: feature, index: Int64(now.timeIntervalSince1970) / seconds)
    }

    func quotaUsed(of account: String, at now: Date) -> Int64 {
        quotas[window(Self.quota.feature, account, Self.quota.seconds, now)] ?? 0
    }

    /// Whether one more call fits in the rate window; then it is counted.
    mutating func countCall(_ feature: String, of account: String, at now: Date) -> Bool {
        guard feature == Self.rate.feature else { return true }
        let window = window(feature, account, Self.rate.seconds, now)
        guard calls[window] ?? 0 < Self.rate.limit else { return false }
        calls[window, default: 0] += 1
        return true
    }

    // MARK: - Sums

    /// What all use costs at its prices, rounded once for each account, meter and price.
    func total(isCost: Bool) -> Int64 {
        used.reduce(0) { sum, entry in
            guard entry.key.isCost == isCost else { return sum }
            let rate = Rate(price: entry.key.amount, size: entry.key.size, rounding: entry.key.rounding)
            return sum + rate.price * rate.blocks(entry.value)
        }
    }

    var total: Sums { sums.values.reduce(.zero, +) }
}
