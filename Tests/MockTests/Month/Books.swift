import Foundation
import TollgateAIKit
import TollgateProviders
import TollgateStripe
import TollgateTogo

@testable import TollgateMock

/// togo's keys, and what was used with them.
struct TogoBook: Sendable {
    struct Key: Sendable {
        let id: String
        let user: String
        let quota: Int64
        let client: TogoBilling
        var isRevoked = false
        var tokens: Int64 = 0
    }

    private let mock: MockServer
    private let wire: Wire
    var keys: [Key] = []
    var sums: [String: TogoBilling.Consumption] = [:]
    var events: [TogoBilling.UsageEvent] = []

    init(_ mock: MockServer, _ wire: Wire) {
        (self.mock, self.wire) = (mock, wire)
    }

    mutating func add(_ key: TogoBilling.IssuedKey) {
        let client = wire.count(mock.togo.client(apiKey: key.secret))
        keys.append(Key(id: key.id, user: key.userID, quota: key.quota, client: client))
    }

    mutating func enter(_ event: TogoBilling.UsageEvent, at place: Int) {
        let old = sums[event.userID] ?? .none
        sums[event.userID] = TogoBilling.Consumption(
            events: old.events + 1, inputTokens: old.inputTokens + event.inputTokens,
            outputTokens: old.outputTokens + event.outputTokens,
            totalTokens: old.totalTokens + event.inputTokens + event.outputTokens, cost: old.cost + event.cost)
        keys[place].tokens += event.inputTokens + event.outputTokens
        events.append(event)
    }
}

/// What the AI Kit's keys were used for.
struct KitBook: Sendable {
    struct Use: Sendable {
        let key: String
        let time: Date
        let tokens: Int64
    }

    static let customers = ["kit-a": "cus_a", "kit-b": "cus_b"]

    let clients: [String: AIKit]
    var uses: [Use] = []
    /// From when on a key's use of the month counts.
    var since: [String: Date] = [:]

    init(_ mock: MockServer, _ wire: Wire) {
        clients = Self.customers.reduce(into: [:]) { $0[$1.key] = wire.count(mock.aikit.client(apiKey: $1.key)) }
    }

    /// Tokens and requests of a key in a time.
    func sum(of key: String, from start: Date, to end: Date) -> (tokens: Int64, requests: Int64) {
        let counted = uses.filter { $0.key == key && start <= $0.time && $0.time < end }
        return (counted.reduce(0) { $0 + $1.tokens }, Int64(counted.count))
    }

    func monthSum(of key: String) -> (tokens: Int64, requests: Int64) {
        sum(of: key, from: since[key] ?? Month.start, to: Month.end)
    }
}

/// What Stripe's meters have counted.
struct MeterBook: Sendable {
    struct Report: Sendable {
        let name: String
        let customer: String
        let value: Int64
        let identifier: String
        let time: Date
    }

    let client: Stripe
    var sums: [String: [String: Int64]] = [:]
    var reports: [Report] = []
    var complaints: Set<String> = []

    init(client: Stripe) {
        self.client = client
    }
}
