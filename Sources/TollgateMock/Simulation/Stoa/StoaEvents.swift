import Crypto
import Foundation
import TollgateMockServer
import TollgateStoa

extension StoaState {
    /// What became of an event.
    struct Receipt: Sendable {
        let eventID: UUID
        let status: Stoa.EventStatus
        let charged: Decimal
        let balance: Decimal
        let isDryRun: Bool
    }

    /// Records an event and takes its price from the user's balance.
    /// - Throws: ``StoaFailure`` if it cannot be recorded; then nothing changes.
    mutating func record(_ event: Stoa.UsageEvent, at now: Date) throws(StoaFailure) -> Receipt {
        let content = Array(SHA256.hash(data: event.jsonBytes()))
        if let known = eventPositions[event.eventID].map({ events[$0] }), now < known.receivedAt + Self.dedupeWindow {
            guard known.content == content else {
                throw StoaFailure(409, .eventIDConflict, "The event id has been used for another event.")
            }
            return Receipt(
                eventID: event.eventID, status: .duplicate, charged: 0, balance: users[event.userID]?.balance ?? 0,
                isDryRun: event.dryRun)
        }
        let user = try knownUser(event.userID)
        guard event.timestamp <= now + Self.futureLimit else {
            throw StoaFailure(422, .timestampInFuture, "The timestamp is more than 1 hour in the future.")
        }
        let price = StoaPrices.price(of: event.payload)
        let balance = try balance(of: user, after: price)
        if !event.dryRun {
            users[user.id]?.balance = balance
            eventPositions[event.eventID] = events.count
            events.append(RecordedEvent(event: event, content: content, receivedAt: now, price: price))
        }
        return Receipt(
            eventID: event.eventID, status: .accepted, charged: price, balance: balance, isDryRun: event.dryRun)
    }

    /// Charges a report in the form of the first clients.
    /// - Returns: What was charged, and what is left.
    mutating func charge(_ report: Stoa.UsageReport) throws(StoaFailure) -> (charged: Decimal, balance: Decimal) {
        let user = try knownUser(report.userID)
        let price = StoaPrices.price(of: report)
        let balance = try balance(of: user, after: price)
        users[user.id]?.balance = balance
        return (price, balance)
    }

    /// Records events in their order; what is wrong with one does not touch the others.
    mutating func record(_ batch: [Stoa.UsageEvent], at now: Date) throws(StoaFailure) -> [Stoa.EventResult] {
        var seen: Set<UUID> = []
        for (position, event) in batch.enumerated() where !seen.insert(event.eventID).inserted {
            var failure = StoaFailure(400, .invalidRequest, "The request body has 1 violation.")
            failure.violations = [
                Violation(
                    source: .body, pointer: "/events/\(position)/event_id",
                    message: "must not be that of another event of the batch")
            ]
            throw failure
        }
        return batch.map { event in
            do throws(StoaFailure) {
                return try record(event, at: now).result
            } catch {
                return error.result(of: event, balance: users[event.userID]?.balance)
            }
        }
    }

    private func balance(of user: User, after price: Decimal) throws(StoaFailure) -> Decimal {
        guard price > user.balance, price > 0 else { return user.balance - price }
        var failure = StoaFailure(402, .insufficientBalance, "The balance does not cover the usage.")
        failure.shortage = StoaFailure.Shortage(topUpURL: user.topUpURL, balance: user.balance, required: price)
        throw failure
    }
}

extension StoaState.Receipt {
    var receipt: Stoa.EventReceipt {
        Stoa.EventReceipt(eventID: eventID, status: status, charged: charged, balance: balance, dryRun: isDryRun)
    }

    fileprivate var result: Stoa.EventResult {
        Stoa.EventResult(eventID: eventID, status: status, charged: charged, balance: balance, dryRun: isDryRun)
    }
}

extension StoaFailure {
    fileprivate func result(of event: Stoa.UsageEvent, balance: Decimal?) -> Stoa.EventResult {
        Stoa.EventResult(
            eventID: event.eventID, status: .rejected, charged: 0, balance: balance ?? 0, dryRun: event.dryRun,
            error: Stoa.FailureDetail(code: code, message: message), topUpURL: shortage?.topUpURL,
            required: shortage?.required)
    }
}
