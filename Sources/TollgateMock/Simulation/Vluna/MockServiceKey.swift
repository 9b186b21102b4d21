import Foundation

/// A service key of the simulated Vluna.
public struct MockServiceKey: Sendable, Hashable {
    /// `pk-` and 16 letters or digits.
    public let id: String
    /// 32 bytes.
    public let secret: [UInt8]
    public var isEnabled = true
    /// Nil for a key that does not expire.
    public var expiresAt: Date?
    /// The realms that it may be used in; nil for all.
    public var allowedRealms: Set<String>?
    /// The billing accounts that it may be used for, by Vluna's ids; nil for all. Calls with a key that has such a
    /// list must name the account in `X-Billing-Account-Id`.
    public var allowedAccounts: Set<String>?

    public init(id: String, secret: [UInt8]) {
        self.id = id
        self.secret = secret
    }

    /// The secret as clients are given it.
    public var base64Secret: String { Data(secret).base64EncodedString() }
}
