import Foundation
import TollgateCore
import TollgateStripe

/// Reports usage to a meter of Stripe: every 5 minutes one sum for each customer.
///
/// A sum has the id of its first event as identifier, and is on disk with it before it is reported; so Stripe counts it
/// once, even if it is reported again after a crash. Stripe knows an identifier for 24 hours. A sum that may have been
/// taken, and was not confirmed for nearly as long, is set aside rather than reported again.
public struct StripeSink: SummingSink {
    private let stripe: Stripe
    private let meter: String
    private let customer: @Sendable (UsageRecord) -> String?
    private let value: @Sendable (Usage) -> Int64?
    public var limits = SinkLimits(batch: 32, dedupeWindow: .seconds(86_400), flushEvery: .seconds(300))

    /// - Parameters:
    ///   - stripe: The client.
    ///   - meter: The meter's event name, for example `api_tokens`.
    ///   - customer: Who pays: a customer's id, `cus_…`. The record's user unless given. A record without is set aside.
    ///   - value: How much is reported: all tokens unless given. A record of which it is not known is set aside.
    public init(
        _ stripe: Stripe, meter: String, customer: @escaping @Sendable (UsageRecord) -> String? = { $0.userID },
        value: @escaping @Sendable (Usage) -> Int64? = { $0.totalTokens.map { Int64($0) } }
    ) {
        self.stripe = stripe.with(retry: .never)
        self.meter = meter
        self.customer = customer
        self.value = value
    }

    public func sums(of events: [UsageRecord]) -> (sums: [UsageRecord], refused: [UUID: String]) {
        var sums: [Window: (record: UsageRecord, total: Int64, count: Int)] = [:]
        var refused: [UUID: String] = [:]
        let length = max(1, limits.flushEvery.inMilliseconds)
        for event in events {
            guard let customer = customer(event), !customer.isEmpty else {
                refused[event.id] = "There is no Stripe customer for user \(event.userID)."
                continue
            }
            guard let value = value(event.usage), value >= 0 else {
                refused[event.id] = "How much this \(event.usage.operation.rawValue) used is not known."
                continue
            }
            // A sum never reaches over a boundary between two windows, so that it falls into the right billing period.
            let window = Window(customer: customer, number: event.time.millisecondsSince1970 / length)
            var sum = sums[window] ?? (event, 0, 0)
            let (total, overflow) = sum.total.addingReportingOverflow(value)
            guard !overflow else {
                refused[event.id] = "The customer's sum is too large."
                continue
            }
            sum.record.id = min(sum.record.id, event.id)
            sum.record.time = max(sum.record.time, event.time)
            sums[window] = (sum.record, total, sum.count + 1)
        }
        let records = sums.map { window, sum in
            var usage = Usage(.sum)
            usage.name = meter
            usage.quantity = Decimal(sum.total)
            usage.count = sum.count
            return UsageRecord(id: sum.record.id, userID: window.customer, usage: usage, time: sum.record.time)
        }
        return (records.sorted { $0.id < $1.id }, refused)
    }

    private struct Window: Hashable {
        let customer: String
        let number: Int64
    }

    public func send(_ records: [OutgoingUsage]) async throws -> [Delivery] {
        await sendSingly(records) { [stripe, meter] record in
            let record = record.record
            guard let quantity = record.usage.quantity, let value = Int64(exactly: quantity) else {
                return .refused("This is no sum of a whole number.")
            }
            do {
                // No Idempotency-Key of its own: Stripe would repeat a failure, too, under the same one.
                try await stripe.billing.meterEvents.create(
                    eventName: record.usage.name ?? meter, customerID: record.userID, value: value,
                    identifier: record.id.uuidString.lowercased(), at: record.time)
                return .delivered
            } catch let failure as Stripe.Failure where failure.isAboutFuture {
                return .postponed("\(failure)")
            }
        }
    }
}

extension UsageSink where Self == StripeSink {
    /// Reports usage to a meter of Stripe: every 5 minutes one sum for each customer.
    public static func stripe(_ stripe: Stripe, meter: String) -> StripeSink { StripeSink(stripe, meter: meter) }

    /// Reports usage to a meter of Stripe: every 5 minutes one sum for each customer.
    public static func stripe(secretKey: String, meter: String) -> StripeSink {
        StripeSink(Stripe(secretKey: secretKey), meter: meter)
    }
}

extension Stripe.Failure {
    /// Whether the clocks of the two sides differ too much, which passes.
    fileprivate var isAboutFuture: Bool { status == 400 && (message?.contains("in the future") ?? false) }
}

extension Int64 {
    /// The number; nil if it is no whole one, or too large.
    fileprivate init?(exactly decimal: Decimal) {
        let number = NSDecimalNumber(decimal: decimal)
        guard Decimal(number.int64Value) == decimal else { return nil }
        self = number.int64Value
    }
}
