import Foundation
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    struct Lease: Sendable {
        enum State: String, Sendable {
            case active, closed, canceled
        }

        let id: String
        /// The part of the token that cannot be guessed.
        let secret: String
        let account: String
        let feature: String
        let family: String
        let seat: String?
        let budget: String?
        let expiresAt: Date
        var state = State.active
        /// The quota window that the work counts in.
        let windowStart: Date
        let windowEnd: Date

        var token: String { "lease.\(id).\(secret)" }
    }

    /// The lease that a token stands for.
    /// - Throws: ``VlunaFailure`` if the token is malformed or there is no such lease of this account.
    func lease(_ token: String, of account: Account) throws(VlunaFailure) -> Lease {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "lease", UUID(uuidString: String(parts[1])) != nil, parts[2].count == 16
        else { throw .invalid("invalid lease_token") }
        guard let lease = leases[parts[1].lowercased()], lease.account == account.id else { throw .notFound("lease") }
        return lease
    }

    /// Ends a lease without a commit.
    /// - Returns: Whether the lease was active.
    mutating func cancel(_ token: String, of account: Account, at now: Date) throws(VlunaFailure) -> Bool {
        let lease = try lease(token, of: account)
        guard lease.token == token else { throw Self.otherToken }
        guard lease.state == .active, lease.expiresAt > now else { return false }
        leases[lease.id]?.state = .canceled
        return true
    }

    static var otherToken: VlunaFailure {
        .unprocessable("WRITE.INVALID_PAYLOAD", "lease_token does not match the lease")
    }
}
