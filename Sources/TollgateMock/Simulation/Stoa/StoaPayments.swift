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
    mutating func createPayment(_ request: Stoa.CreatePaymentRequest) throws(StoaFailure) -> Stoa.PaymentSession {
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
                metadata: request.metadata ?? [:], isDryRun: request.dryRun))
        return Stoa.PaymentSession(paymentID: id, checkoutURL: url, dryRun: request.dryRun)
    }

    /// The user pays on the checkout page. A second payment of the same session, and one of a trial, changes nothing.
    /// - Returns: Whether there is such a payment.
    mutating func complete(payment id: String, amount: Decimal) -> Bool {
        guard let position = payments.firstIndex(where: { $0.id == id }) else { return false }
        let payment = payments[position]
        if !payment.isCompleted, !payment.isDryRun { users[payment.userID]?.balance += amount }
        payments[position].isCompleted = true
        return true
    }
}
