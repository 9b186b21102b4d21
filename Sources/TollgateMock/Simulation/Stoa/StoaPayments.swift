import Foundation
import TollgateMockServer
import TollgateStoa

extension StoaState {
    /// The page where a user buys credit: the same one every time.
    func topUpLink(_ request: Stoa.TopUpLinkRequest) throws(StoaFailure) -> Stoa.TopUpLink {
        let user = try knownUser(request.userID)
        guard request.membershipID == nil || request.membershipID == user.membershipID, let url = user.topUpURL else {
            throw StoaFailure(404, .userNotFound, "The user has no such membership.")
        }
        return Stoa.TopUpLink(topUpURL: url)
    }

    /// Starts a payment. Every call starts one of its own.
    mutating func createPayment(
        _ request: Stoa.CreatePaymentRequest, at now: Date
    ) throws(StoaFailure) -> Stoa.PaymentSession {
        if users[request.userID] == nil {
            var user = ensureUser(request.userID)
            user.email = request.email
            user.name = request.name
            users[user.id] = user
        }
        let id = "pay_\(random.token(10))"
        guard let url = URL(string: "https://checkout.stripe.com/c/pay/cs_test_\(random.token(24))") else {
            throw StoaFailure(500, .internalError, "Something went wrong on our side.")
        }
        payments.append(
            Payment(
                id: id, userID: request.userID, checkoutURL: url, returnURL: request.returnURL,
                metadata: request.metadata ?? [:], isDryRun: request.dryRun, createdAt: now))
        return Stoa.PaymentSession(paymentID: id, checkoutURL: url, dryRun: request.dryRun)
    }

    // MARK: - What becomes of it

    /// The user pays on the checkout page. Paying again changes nothing, and neither does paying for a trial.
    mutating func complete(payment id: String, amount: Decimal, at now: Date) throws(MockError) -> Payment {
        let position = try position(ofPayment: id)
        guard payments[position].outcome != .completed else { return payments[position] }
        try requireOpen(payments[position], at: now)
        payments[position].outcome = .completed
        let payment = payments[position]
        if !payment.isDryRun { users[payment.userID]?.balance += amount }
        return payment
    }

    /// The user's means of payment is refused. The page stays open for another try.
    mutating func fail(payment id: String, at now: Date) throws(MockError) -> Payment {
        try close(payment: id, as: .failed, at: now)
    }

    /// The page closes before the user has paid.
    mutating func expire(payment id: String, at now: Date) throws(MockError) -> Payment {
        try close(payment: id, as: .expired, at: now)
    }

    private mutating func close(
        payment id: String, as outcome: MockPayment.Status, at now: Date
    ) throws(MockError) -> Payment {
        let position = try position(ofPayment: id)
        try requireOpen(payments[position], at: now)
        payments[position].outcome = outcome
        return payments[position]
    }

    private func position(ofPayment id: String) throws(MockError) -> Int {
        guard let position = payments.firstIndex(where: { $0.id == id }) else {
            throw .unknown("There is no payment \(id).")
        }
        return position
    }

    private func requireOpen(_ payment: Payment, at now: Date) throws(MockError) {
        switch payment.status(at: now) {
        case .completed: throw .ended("The payment \(payment.id) is completed.")
        case .expired: throw .ended("The page of the payment \(payment.id) is closed.")
        case .open, .failed:
            guard now < payment.closesAt else { throw .ended("The page of the payment \(payment.id) is closed.") }
        }
    }
}
