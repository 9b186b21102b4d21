import Foundation
import Synchronization
import TollgateMockClient
import TollgateMockServer
import TollgateStripe

extension ControlService {
    static let stripeLevers: [MockClientOperation: Lever] = [
        .sumStripeMeter: { control, call throws(ControlFailure) in
            let request: MockClient.StripeSumRequest = try call.request()
            return control.stripe.state.withLock { state in
                MockReply(
                    json: MockClient.StripeSum(
                        sum: state.sum(request.eventName, customerID: request.customer), events: state.reports.count))
            }
        },
        .listStripeMeterEvents: { control, call in
            let limit = call.query("limit") ?? 200
            return control.stripe.state.withLock { state in
                MockReply(
                    json: MockClient.StripeMeterEventList(
                        events: state.reports.suffix(limit).map { MockClient.StripeMeterEvent($0) },
                        eventsCount: state.reports.count))
            }
        },
    ]
}

extension MockStripe {
    /// What Stripe keeps, as the control API tells it.
    public var snapshot: MockClient.StripeSnapshot { simulation.snapshot() }
}

extension StripeSimulation {
    func snapshot() -> MockClient.StripeSnapshot {
        state.withLock { state in
            let meters = state.meters()
            return MockClient.StripeSnapshot(
                meters: Array(meters.prefix(snapshotLimit)), metersCount: meters.count,
                eventsCount: state.reports.count,
                subscriptions: state.subscriptions.sorted { $0.key < $1.key }.prefix(snapshotLimit).map {
                    customer, one in
                    MockClient.StripeSubscription(
                        subscriptionID: one.id, customer: customer, status: one.status.rawValue)
                }, subscriptionsCount: state.subscriptions.count)
        }
    }
}

extension StripeState {
    private struct MeterName: Hashable {
        let event: String
        let customer: String
    }

    /// What meters have summed up, by event name and customer.
    fileprivate func meters() -> [MockClient.StripeMeter] {
        var sums: [MeterName: Decimal] = [:]
        for report in reports where report.complaint == nil {
            let name = MeterName(event: report.event.eventName, customer: report.customerID ?? "")
            sums[name, default: 0] += report.value ?? 0
        }
        return sums.sorted { ($0.key.event, $0.key.customer) < ($1.key.event, $1.key.customer) }.map { name, sum in
            MockClient.StripeMeter(eventName: name.event, customer: name.customer, sum: sum)
        }
    }
}

extension MockClient.StripeMeterEvent {
    fileprivate init(_ report: StripeState.Report) {
        self.init(
            identifier: report.event.identifier, eventName: report.event.eventName, customer: report.customerID,
            value: report.event.payload["value"],
            timestamp: Date(timeIntervalSince1970: Double(report.event.timestamp)), error: report.complaint)
    }
}
