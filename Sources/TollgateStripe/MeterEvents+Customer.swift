import Foundation
import TollgateCore

extension Stripe.Billing.MeterEvents {
    /// Reports how much a customer has used, to a meter with the names that Stripe gives by default.
    ///
    /// - Parameters:
    ///   - eventName: The meter's event name, for example `api_tokens`.
    ///   - customerID: The customer's id, which begins with `cus_`.
    ///   - value: How much was used.
    ///   - identifier: The event's own id, up to 100 characters, which counts once within at least 24 hours. Give the
    ///     same one when a report is repeated.
    ///   - time: When the use took place, to the second: at most 35 days ago; now unless given.
    /// - Returns: The event as Stripe keeps it. Whether the meter and the customer exist is found out later.
    /// - Throws: ``Stripe/Failure`` as ``create(eventName:payload:identifier:timestamp:)`` documents it.
    @discardableResult
    public func create(
        eventName: String, customerID: String, value: Int64, identifier: String? = nil, at time: Date? = nil
    ) async throws -> Stripe.MeterEvent {
        try await create(
            eventName: eventName, payload: ["stripe_customer_id": customerID, "value": String(value)],
            identifier: identifier, timestamp: time.map { Int64($0.timeIntervalSince1970.rounded(.down)) })
    }
}
