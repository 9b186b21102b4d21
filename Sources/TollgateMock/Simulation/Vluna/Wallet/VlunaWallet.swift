import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    /// What was taken from a wallet or added to it outside the gate.
    struct Movement: Sendable {
        let account: String
        let time: Date
        /// Negative for what was taken.
        let delta: Int64
        /// What it was for.
        var subject: String?
        /// What the caller calls it.
        var reference: String?
        /// What grants have not paid of it.
        var outstanding: Int64 = 0
    }

    // MARK: - Balance

    mutating func walletBalance(_ call: MockCall, _ account: Account) -> MockReply {
        if call.flag("refresh_grants") == true { issueDueGrants(of: account.id, isNeeded: true, at: call.now) }
        let balance = Vluna.WalletBalance(
            billingAccountID: account.id, available: Self.amounts(available(to: account.id, at: call.now)),
            outstanding: Self.amounts(self.balance(of: account.id, at: call.now)),
            conversion: Vluna.ConversionSnapshot(asOf: call.now, usdPerXUSD: Vluna.XUSD(millionths: 1).usd),
            grants: usableGrants(of: account.id, at: call.now).map(Self.walletGrant))
        return MockReply(envelopeOf: balance)
    }

    private static func walletGrant(_ grant: Grant) -> Vluna.WalletGrant {
        let terms = grant.terms
        let labels = terms.metadata.compactMapValues { if case .string(let text) = $0 { text } else { nil } }
        return Vluna.WalletGrant(
            grantID: grant.id, grantProgramCode: terms.program?.code, name: terms.label ?? terms.program?.name,
            origin: terms.origin, onLedger: terms.isOnLedger, priority: terms.priority, status: .active,
            windowStart: terms.start, windowEnd: terms.end, issued: amounts(terms.amount),
            remaining: amounts(terms.amount - grant.consumed), consumedXUSD: Vluna.XUSD(millionths: grant.consumed),
            labels: labels.isEmpty ? nil : labels)
    }

    private static func amounts(_ amount: Int64) -> Vluna.CurrencyAmounts {
        let amount = Vluna.XUSD(millionths: amount)
        return Vluna.CurrencyAmounts(xusd: amount, usd: amount.usd)
    }

    // MARK: - Taking

    mutating func consumeWallet(_ call: MockCall, _ account: Account) throws(VlunaFailure) -> MockReply {
        let request = try call.read(Vluna.WalletConsumeRequest.self)
        let amount = request.amount.millionths
        guard amount > 0 else { throw .invalid("amount must be a positive integer") }
        guard amount <= available(to: account.id, at: call.now) else {
            throw VlunaFailure(status: 402, code: "SERVER.CONFIG", message: "insufficient balance")
        }
        _ = draw(amount, from: account.id, at: call.now)
        movements.append(
            Movement(
                account: account.id, time: call.now, delta: -amount, subject: request.subject,
                reference: request.sourceRef))
        return consumption(call, account, isReplay: false)
    }

    private func consumption(_ call: MockCall, _ account: Account, isReplay: Bool) -> MockReply {
        let balance = Vluna.XUSD(millionths: balance(of: account.id, at: call.now))
        return MockReply(
            envelopeOf: Vluna.WalletConsumption(billingAccountID: account.id, balance: balance, replay: isReplay))
    }

    // MARK: - Adjusting

    mutating func adjustWallet(_ call: MockCall, _ account: Account) throws(VlunaFailure) -> MockReply {
        let request = try call.read(Vluna.WalletAdjustRequest.self)
        let delta = request.delta.millionths
        let sum = Int128(balance(of: account.id, at: call.now)) + Int128(delta)
        guard delta != 0 else { throw .invalid("delta must be an integer other than 0") }
        guard sum.magnitude <= Int64.max else { throw .invalid("the balance would be out of range") }
        var movement = Movement(
            account: account.id, time: call.now, delta: delta, subject: request.reasonCode ?? request.note,
            reference: request.origin?.ref ?? request.requestID)
        if delta > 0 {
            issueGrant(terms(of: request, account, at: call.now), at: call.now)
        } else {
            let paid = draw(-delta, from: account.id, at: call.now).reduce(0) { $0 + $1.amount }
            movement.outstanding = -delta - paid
            addOutstanding(movement.outstanding, to: account.id)
        }
        movements.append(movement)
        return adjustment(call, account)
    }

    private func terms(
        of request: Vluna.WalletAdjustRequest, _ account: Account, at now: Date
    ) -> GrantTerms {
        let kind: Vluna.GrantKind =
            switch request.origin?.kind {
            case .promotion: .promo
            case .purchase: .credit
            case .subscription: .grant
            default: .other
            }
        let labels = (request.origin?.labels ?? [:]).mapValues { JSONScalar.string($0) }
        return GrantTerms(
            account: account.id, amount: request.delta.millionths, kind: kind, start: now, sourceKind: "ops.manual",
            sourceReference: request.origin?.ref ?? request.requestID, origin: "adjustment", isOnLedger: true,
            label: request.note ?? "Adjustment", metadata: labels, coversOutstanding: true)
    }

    private func adjustment(_ call: MockCall, _ account: Account) -> MockReply {
        let balance = Vluna.XUSD(millionths: balance(of: account.id, at: call.now))
        return MockReply(envelopeOf: Vluna.WalletAdjustment(billingAccountID: account.id, balance: balance))
    }

    // MARK: - Once more

    /// What is answered to a key that was used before: the wallet tells its balance of now, others what they told then.
    func answerAgain(
        _ operation: VlunaOperation, _ call: MockCall, _ account: Account?, _ stored: MockReply
    ) -> MockReply {
        switch (operation, account) {
        case (.consumeWallet, let account?): consumption(call, account, isReplay: true)
        case (.adjustWallet, let account?): adjustment(call, account)
        default: stored
        }
    }
}
