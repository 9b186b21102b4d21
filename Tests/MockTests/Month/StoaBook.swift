import Foundation
import TollgateStoa

@testable import TollgateMock

/// The balances of Stoa's users, in billionths of a US dollar, and what was recorded for them.
struct StoaBook: Sendable {
    struct Price: Sendable {
        let input: Int64
        let output: Int64
        let cached: Int64
    }

    /// Billionths of a US dollar for a token.
    static let models = [
        "gpt-4o": Price(input: 2_500, output: 10_000, cached: 1_250),
        "gpt-4o-mini": Price(input: 150, output: 600, cached: 75),
        "gpt-5-mini": Price(input: 250, output: 2_000, cached: 25),
        "claude-sonnet-4": Price(input: 3_000, output: 15_000, cached: 300),
        "text-embedding-3-small": Price(input: 20, output: 0, cached: 20),
        "house-model": Price(input: 1_000, output: 3_000, cached: 1_000),
    ]
    static let opening: Int64 = 5_000_000_000

    let client: Stoa
    var users: [String] = []
    var balances: [String: Int64] = [:]
    /// What was charged, and what was paid in.
    var charged: [String: Int64] = [:]
    var paid: [String: Int64] = [:]
    /// The events that were recorded, and what they cost.
    var events: [(event: Stoa.UsageEvent, price: Int64)] = []
    var payments = 0

    init(client: Stoa) {
        self.client = client
    }

    /// Takes a price from a balance.
    /// - Returns: Whether the balance covers it.
    mutating func take(_ price: Int64, from user: String) -> Bool {
        guard price == 0 || price <= balances[user] ?? 0 else { return false }
        balances[user, default: 0] -= price
        charged[user, default: 0] += price
        return true
    }

    static func price(_ model: String, input: Int, output: Int, cached: Int = 0) -> Int64 {
        guard let price = models[model] else { return 0 }
        return Int64(input - cached) * price.input + Int64(cached) * price.cached + Int64(output) * price.output
    }
}

extension Decimal {
    /// Billionths as a number.
    init(billionths: Int64) {
        self.init(sign: billionths < 0 ? .minus : .plus, exponent: -9, significand: Decimal(billionths.magnitude))
    }
}

extension UUID {
    /// One that is drawn, so that two runs have the same.
    init(drawnFrom random: inout SeededGenerator) {
        self = UUID(uuidString: random.uuid()) ?? UUID()
    }
}
