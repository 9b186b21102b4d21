import Foundation
import TollgateCore
import TollgateMockServer
import TollgateStripe

/// Everything that the simulated Stripe keeps of one account. A value without a lock: whoever holds it has it alone.
struct StripeState: Sendable {
    /// For how long an identifier counts once, and an idempotency key is kept, in seconds.
    static let memory: TimeInterval = 86_400
    /// How old the timestamp of a meter event may be, in seconds: 35 days.
    static let pastLimit: Int64 = 35 * 86_400
    /// How far ahead the timestamp of a meter event may be, in seconds.
    static let futureLimit: Int64 = 300

    /// A meter event that was taken.
    struct Report: Sendable {
        let event: Stripe.MeterEvent
        let receivedAt: Date
        /// Why it is not counted, in the words of Stripe's error reports; nil if it is.
        let complaint: String?

        var customerID: String? { event.payload["stripe_customer_id"] }
        var value: Decimal? { event.payload["value"].flatMap(JSONNumber.init)?.decimal }
    }

    private(set) var reports: [Report] = []
    /// The positions in `reports` by identifier.
    private var positions: [String: Int] = [:]
    var answers: [String: (parameters: [UInt8], reply: MockReply, time: Date)] = [:]
    var subscriptions: [String: Stripe.Subscription] = [:]
    var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed, stream: "stripe")
    }

    /// Takes a meter event, unless one with its identifier was taken lately.
    /// - Returns: The event as it is kept.
    mutating func take(
        _ request: Stripe.CreateMeterEventRequest, at now: Date
    ) throws(StripeFailure) -> Stripe.MeterEvent {
        let seconds = Int64(now.timeIntervalSince1970.rounded(.down))
        let timestamp = request.timestamp ?? seconds
        if let known = request.identifier.flatMap({ positions[$0] }).map({ reports[$0] }),
            now < known.receivedAt + Self.memory
        {
            return known.event
        }
        guard timestamp >= seconds - Self.pastLimit else {
            throw StripeFailure(parameter: "timestamp", "The timestamp must be within the past 35 days.")
        }
        guard timestamp <= seconds + Self.futureLimit else {
            throw StripeFailure(parameter: "timestamp", "The timestamp must not be more than 5 minutes in the future.")
        }
        let event = Stripe.MeterEvent(
            created: seconds, eventName: request.eventName, identifier: request.identifier ?? random.uuid(),
            liveMode: false, payload: request.payload, timestamp: timestamp)
        positions[event.identifier] = reports.count
        reports.append(Report(event: event, receivedAt: now, complaint: Self.complaint(about: event)))
        return event
    }

    /// What is found out about an event only after it was taken.
    private static func complaint(about event: Stripe.MeterEvent) -> String? {
        if event.payload["stripe_customer_id"] == nil { return "meter_event_no_customer_defined" }
        if event.payload["value"].flatMap(JSONNumber.init)?.decimal == nil { return "meter_event_invalid_value" }
        return nil
    }

    /// What a meter has summed up.
    /// - Parameters:
    ///   - eventName: The meter's event name.
    ///   - customerID: Whose use; nil for everybody's.
    /// - Returns: The sum.
    func sum(_ eventName: String, customerID: String?) -> Decimal {
        reports.filter { report in
            report.event.eventName == eventName && report.complaint == nil
                && (customerID == nil || report.customerID == customerID)
        }.reduce(0) { $0 + ($1.value ?? 0) }
    }
}

/// Why the simulated Stripe does not do what it is asked.
struct StripeFailure: Error, Sendable {
    let status: Int
    let detail: Stripe.FailureDetail

    init(_ status: Int, _ type: Stripe.FailureType, _ message: String, code: String? = nil, parameter: String? = nil) {
        self.status = status
        let page = code.flatMap { URL(string: "https://stripe.com/docs/error-codes/\($0.replacing("_", with: "-"))") }
        detail = Stripe.FailureDetail(
            type: type, code: code, message: message, parameter: parameter, documentationURL: page)
    }

    /// A parameter has a wrong value.
    init(parameter: String, _ message: String, code: String? = nil) {
        self.init(400, .invalidRequestError, message, code: code, parameter: parameter)
    }
}
