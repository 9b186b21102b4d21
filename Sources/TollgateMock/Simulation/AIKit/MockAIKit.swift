import Foundation
import Synchronization
import TollgateAIKit
import TollgateCore
import TollgateMockServer

/// The AI Kit of a mock server: what a client needs to reach it, and levers for its state.
public struct MockAIKit: Sendable {
    /// A key that is there from the beginning and may be used, the same in every mock.
    public static let apiKey = "aikit_test"
    /// The customer at Stripe who pays for ``apiKey``.
    public static let customerID = "cus_test"

    let simulation: AIKitSimulation
    let transport: any HTTPTransport
    /// What to give clients as base URL.
    public let baseURL: URL

    public var apiKey: String { Self.apiKey }

    /// Where Stripe's events go. Its secret is ``MockStripe/webhookSecret``.
    public var webhookURL: URL { baseURL.appending(path: "v1/webhooks/stripe") }

    /// A client that reaches the mock in process, and lives by its clock.
    public func client(apiKey: String = apiKey) -> AIKit {
        var kit = AIKit(apiKey: apiKey, baseURL: baseURL, transport: transport)
        kit.client.time = simulation.clock
        return kit
    }

    /// Adds a key, or changes it. Without a subscription nobody may use it.
    /// - Parameters:
    ///   - key: The key itself.
    ///   - customerID: The customer at Stripe who pays for it.
    ///   - isUsable: Whether it may be used already.
    public func setKey(_ key: String, customer customerID: String?, isUsable: Bool = false) {
        simulation.state.withLock { state in
            state.keys[key] = AIKitState.Key(customerID: customerID, isUsable: isUsable)
        }
    }

    /// Whether a key may be used; nil for an unknown one.
    public func isUsable(_ key: String) -> Bool? {
        simulation.state.withLock { $0.keys[key]?.isUsable }
    }

    /// Records a request, as the kit does after a call of a model.
    /// - Parameters:
    ///   - tokens: How many tokens the model read and wrote.
    ///   - key: The key that it was called with.
    ///   - time: When; now unless given.
    public func record(tokens: Int64, key: String = apiKey, at time: Date? = nil) {
        let time = time ?? simulation.clock.now
        simulation.state.withLock { $0.uses.append(AIKitState.Use(key: key, tokens: tokens, time: time)) }
    }

    /// The addresses that were warned of an unpaid invoice, oldest first.
    public var warnings: [String] {
        simulation.state.withLock { $0.warnings }
    }
}
