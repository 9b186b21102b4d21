import Foundation
import TollgateCore

extension Stoa {
    /// Registers one of the application's users as a member, or finds the membership again.
    ///
    /// The call may be repeated: a user who is a member already keeps the membership.
    ///
    /// - Parameters:
    ///   - registrationSecret: The application's registration secret, which begins with `stoa_reg_`. It signs the call
    ///     and is not sent.
    ///   - userID: The application's own id of the user.
    ///   - email: The user's email address.
    ///   - name: The user's full name.
    ///   - avatarURL: Where the user's picture is. It is signed letter by letter, and therefore text.
    ///   - nonce: Random text that makes the signature unique; made anew unless given.
    ///   - timestamp: When the message is signed; now unless given.
    /// - Returns: The membership; the same one when the user was registered before.
    /// - Throws: ``ConfigurationError`` without an application id; ``Failure`` as ``Memberships/upsert`` documents it.
    @discardableResult
    public func registerMember(
        registrationSecret: String, userID: String, email: String, name: String? = nil, avatarURL: String? = nil,
        nonce: String? = nil, timestamp: Date? = nil
    ) async throws -> Membership {
        let message = RegistrationMessage(
            appID: try requiredAppID(for: "registration"), userID: userID, email: email, name: name,
            avatarURL: avatarURL, nonce: nonce ?? Stoa.makeNonce(),
            timestamp: Int((timestamp ?? client.time.now).timeIntervalSince1970))
        return try await memberships.upsert(
            appID: message.appID, userID: userID, email: email, nonce: message.nonce,
            signature: message.signature(secret: registrationSecret), timestamp: message.timestamp, name: name,
            avatarURL: avatarURL)
    }

    /// Activates the membership that an install token stands for.
    ///
    /// - Parameters:
    ///   - token: The token as it came to the install callback; check it first with ``verifyInstallCallback(token:)``.
    ///   - userID: The application's own id of the user whom it is for.
    /// - Returns: The membership that is active now.
    /// - Throws: ``Failure`` as ``Install/exchange(token:userID:)`` documents it.
    public func exchangeInstallToken(_ token: String, userID: String) async throws -> Installation {
        try await install.exchange(token: token, userID: userID)
    }

    /// The address of the page where a user of the application becomes a member of Stoa, signed.
    ///
    /// The page sends the user back to `redirectURL` with a token for ``verifyConnectCallback(token:)``.
    ///
    /// - Parameters:
    ///   - connectSecret: The application's connect secret. It signs the address and is not part of it.
    ///   - userID: The application's own id of the user.
    ///   - redirectURL: Where the user comes back to.
    ///   - state: Text that comes back in the token; compare it to know the user again.
    ///   - nonce: Random text that makes the signature unique; made anew unless given.
    ///   - timestamp: When the address is signed; now unless given.
    ///   - page: The page.
    /// - Returns: The page's address with the signed query.
    /// - Throws: ``ConfigurationError`` without an application id.
    public func connectURL(
        connectSecret: String, userID: String, redirectURL: String, state: String, nonce: String? = nil,
        timestamp: Date? = nil, page: URL = Stoa.connectPage
    ) throws -> URL {
        let message = ConnectMessage(
            appID: try requiredAppID(for: "connecting"), userID: userID, redirectURL: redirectURL, state: state,
            timestamp: Int((timestamp ?? client.time.now).timeIntervalSince1970), nonce: nonce ?? Stoa.makeNonce())
        guard let url = URL(string: page.absoluteString + "?" + message.query(secret: connectSecret)) else {
            throw ConfigurationError("The connect page \(page.absoluteString) cannot take a query.")
        }
        return url
    }

    /// The page where memberships are connected.
    public static var connectPage: URL { .literal("https://pay.onstoa.com/connect") }

    /// The address where a member buys credit.
    ///
    /// - Parameter userID: The application's own id of the user.
    /// - Returns: The address, for this user alone.
    /// - Throws: ``Failure`` as ``TopUp/createLink(userID:)`` documents it.
    public func topUpURL(userID: String) async throws -> URL {
        try await topUp.createLink(userID: userID).topUpURL
    }

    /// Starts a payment on a hosted checkout page.
    ///
    /// - Parameters:
    ///   - userID: The application's own id of the user.
    ///   - email: The user's email address.
    ///   - returnURL: Where the page sends the user afterwards.
    ///   - name: The user's full name.
    ///   - metadata: Texts to keep with the payment.
    ///   - isDryRun: Whether this is a trial, which checks everything and takes no money.
    /// - Returns: The payment, with the address to send the user to.
    /// - Throws: ``Failure`` as ``Payments/create`` documents it.
    public func createPaymentSession(
        userID: String, email: String, returnURL: String, name: String? = nil, metadata: [String: String]? = nil,
        isDryRun: Bool = false
    ) async throws -> PaymentSession {
        try await payments.create(
            userID: userID, email: email, returnURL: returnURL, name: name, metadata: metadata, dryRun: isDryRun)
    }

    /// Creates or updates the profile of one of the application's users.
    ///
    /// - Parameters:
    ///   - userID: The application's own id of the user.
    ///   - email: The user's email address.
    ///   - metadata: Facts about the user; `nil` leaves the stored ones as they are.
    /// - Returns: The profile as Stoa keeps it now.
    /// - Throws: ``Failure`` as ``Users/identify(userID:email:metadata:)`` documents it.
    @discardableResult
    public func identify(
        userID: String, email: String, metadata: [String: JSONScalar]? = nil
    ) async throws -> UserProfile {
        try await users.identify(userID: userID, email: email, metadata: metadata)
    }
}
