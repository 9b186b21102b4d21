import Foundation
import Synchronization
import TollgateCore
import TollgateMockServer
import TollgateStoa

/// The Stoa of a mock server: what a client needs to reach it, and levers for its state.
public struct MockStoa: Sendable {
    /// The API key that the mock accepts, the same in every mock.
    public static let apiKey = "stoa_app_test"
    /// The application's id.
    public static let appID = "app_test"
    /// The secret that signs registrations.
    public static let registrationSecret = "stoa_reg_test"
    /// The secret that signs the address of the connect page.
    public static let connectSecret = "stoa_connect_test"

    let simulation: StoaSimulation
    let transport: any HTTPTransport
    /// What to give clients as base URL.
    public let baseURL: URL

    public var apiKey: String { Self.apiKey }
    public var appID: String { Self.appID }
    public var registrationSecret: String { Self.registrationSecret }
    public var connectSecret: String { Self.connectSecret }

    var clock: MockClock { simulation.clock }

    func change<Result: Sendable>(_ body: (inout StoaState) throws -> sending Result) rethrows -> sending Result {
        try simulation.world.withLock { try body(&$0.state) }
    }

    /// A client that reaches the mock in process, and lives by its clock.
    public func client() -> Stoa {
        var stoa = Stoa(
            apiKey: apiKey, appID: appID, webhookSecret: webhookSecret, baseURL: baseURL, transport: transport)
        stoa.client.time = clock
        return stoa
    }

    // MARK: - Users

    /// Sets what a user can spend. A user who is not known becomes so.
    /// - Parameters:
    ///   - amount: US dollars, exactly: `"0.001"`.
    ///   - userID: The application's own id of the user.
    /// - Throws: ``MockError`` if the amount is not a number.
    public func setBalance(_ amount: String, of userID: String) throws {
        let amount = try MockError.amount(amount)
        change { state in
            state.ensureUser(userID)
            state.users[userID]?.balance = amount
        }
    }

    /// Makes a user a member, as the application's backend does with a signed registration. A member is changed.
    /// - Parameters:
    ///   - userID: The application's own id of the user.
    ///   - email: The member's email address.
    ///   - name: The member's name, if known.
    ///   - avatarURL: Where the member's picture is, if there is one.
    /// - Returns: The membership's id, the same for the same user.
    @discardableResult
    public func setMember(_ userID: String, email: String, name: String? = nil, avatarURL: String? = nil) -> String {
        change { $0.setMember(userID, email: email, name: name, avatarURL: avatarURL) }
    }

    /// What a user can spend, in US dollars; nil for a user who is not known.
    public func balance(of userID: String) -> Decimal? {
        change { $0.users[userID]?.balance }
    }

    /// The events that were recorded for a user, oldest first.
    public func events(of userID: String) -> [Stoa.UsageEvent] {
        change { state in state.events.filter { $0.event.userID == userID }.map(\.event) }
    }

    // MARK: - Tokens

    /// Makes an install in the marketplace.
    /// - Parameters:
    ///   - email: The member's email address.
    ///   - name: The member's name, if known.
    ///   - avatarURL: Where the member's picture is, if there is one.
    ///   - userID: The application's own id of the user, if Stoa knows it already.
    ///   - lifetime: How long the token is good; negative for one that has expired.
    /// - Returns: The token that comes to the application's install callback.
    public func installToken(
        email: String, name: String? = nil, avatarURL: String? = nil, userID: String? = nil,
        lifetime: Duration = .seconds(600)
    ) -> String {
        let now = clock.now
        return change { state in
            state.installToken(
                email: email, name: name, avatarURL: avatarURL, userID: userID, lifetime: lifetime, at: now)
        }
    }

    /// Lets a user become a member on the connect page.
    /// - Parameters:
    ///   - userID: The application's own id of the user.
    ///   - state: The text that the application gave.
    ///   - lifetime: How long the token is good; negative for one that has expired.
    /// - Returns: The token that comes to the application's connect callback.
    public func connectToken(userID: String, state: String, lifetime: Duration = .seconds(600)) -> String {
        let now = clock.now
        return change { $0.connectToken(userID: userID, state: state, lifetime: lifetime, at: now) }
    }

    /// Does what the connect page does when a user visits it and agrees.
    /// - Parameter connectURL: The address that the application made.
    /// - Returns: Where the page sends the user: the redirect address, with the token.
    /// - Throws: ``MockError`` if the page would refuse the address.
    public func visit(connectURL: URL) throws(MockError) -> URL {
        try simulation.visit(connectURL: connectURL)
    }

    /// Begins to sign tokens with another key. Tokens of the key before can still be exchanged.
    public func rotateKey() {
        change { $0.rotateKey() }
    }
}
