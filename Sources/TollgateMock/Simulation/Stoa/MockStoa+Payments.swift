import Foundation
import Synchronization
import TollgateMockServer

extension MockStoa {
    /// The payments that were started, oldest first.
    public var payments: [MockPayment] {
        let now = clock.now
        return change { state in state.payments.map { MockPayment($0, at: now) } }
    }

    /// Lets the user of a payment pay. Paying again, or for a trial, changes nothing.
    /// - Parameters:
    ///   - id: The payment's id.
    ///   - amount: The credit that is bought, in US dollars.
    /// - Throws: ``MockError`` if there is no such payment, its page is closed, or the amount is not a number.
    public func complete(payment id: String, amount: String = "20.00") throws(MockError) {
        let amount = try MockError.amount(amount)
        let now = clock.now
        try simulation.world.withLock { world throws(MockError) in
            _ = try world.state.complete(payment: id, amount: amount, at: now)
        }
    }

    /// Lets the means of payment be refused. The user can try again until the page closes.
    /// - Parameter id: The payment's id.
    /// - Throws: ``MockError`` if there is no such payment, it is completed, or its page is closed.
    public func fail(payment id: String) throws(MockError) {
        let now = clock.now
        try simulation.world.withLock { world throws(MockError) in
            _ = try world.state.fail(payment: id, at: now)
        }
    }

    /// Closes the page of a payment before the user has paid. After 24 hours it closes by itself.
    /// - Parameter id: The payment's id.
    /// - Throws: ``MockError`` if there is no such payment, it is completed, or its page is closed.
    public func expire(payment id: String) throws(MockError) {
        let now = clock.now
        try simulation.world.withLock { world throws(MockError) in
            _ = try world.state.expire(payment: id, at: now)
        }
    }
}

/// A payment that was started at the simulated Stoa.
public struct MockPayment: Sendable, Hashable {
    /// What became of a payment.
    public enum Status: String, Sendable, Hashable {
        /// The page waits for the user.
        case open
        case completed
        /// The last try was refused. Until the page closes the user can try again.
        case failed
        /// The page was closed before the user had paid.
        case expired
    }

    public let id: String
    /// The application's own id of the user who pays.
    public let userID: String
    /// Where the checkout page sends the user afterwards.
    public let returnURL: String
    public let metadata: [String: String]
    /// Whether it is a trial, which takes no money.
    public let isDryRun: Bool
    public let status: Status

    /// Whether the user has paid.
    public var isCompleted: Bool { status == .completed }

    init(_ payment: StoaState.Payment, at now: Date) {
        id = payment.id
        userID = payment.userID
        returnURL = payment.returnURL
        metadata = payment.metadata
        isDryRun = payment.isDryRun
        status = payment.status(at: now)
    }
}
