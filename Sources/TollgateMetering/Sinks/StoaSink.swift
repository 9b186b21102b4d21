import Foundation
import TollgateCore
import TollgateStoa

/// Sends usage to Stoa, up to 500 events in a call.
///
/// What an event cannot say without a number that is not known is refused, rather than sent as 0. An event that the
/// user's balance does not cover waits until it does.
public struct StoaSink: UsageSink {
    private let stoa: Stoa
    public var limits = SinkLimits(batch: 500, dedupeWindow: .seconds(30 * 86_400))

    public init(_ stoa: Stoa) {
        self.stoa = stoa.with(retry: .never)
    }

    public func send(_ records: [OutgoingUsage]) async throws -> [Delivery] {
        var deliveries = [Delivery?](repeating: nil, count: records.count)
        var events: [(index: Int, event: Stoa.UsageEvent)] = []
        for (index, record) in records.enumerated() {
            do throws(Inexpressible) {
                events.append((index, try record.record.stoaEvent()))
            } catch {
                deliveries[index] = .refused(error.description)
            }
        }
        if !events.isEmpty {
            let result = try await stoa.events.batchCreate(events: events.map(\.event))
            for (place, (index, event)) in events.enumerated() {
                deliveries[index] = result.delivery(of: event, at: place)
            }
        }
        return deliveries.map { $0 ?? .delivered }
    }
}

extension UsageSink where Self == StoaSink {
    /// Sends usage to Stoa.
    public static func stoa(_ stoa: Stoa) -> StoaSink { StoaSink(stoa) }
}

extension Stoa.EventBatchResult {
    /// What became of an event. The service may leave out the results; then the numbers have to do.
    fileprivate func delivery(of event: Stoa.UsageEvent, at place: Int) -> Delivery {
        let inPlace = results.flatMap { $0.indices.contains(place) ? $0[place] : nil }
        let named = inPlace?.eventID == event.eventID ? inPlace : results?.first { $0.eventID == event.eventID }
        guard let result = named ?? (inPlace?.eventID == nil ? inPlace : nil) else {
            return (rejected ?? 0) == 0 ? .delivered : .unknown("The answer does not say which events were rejected.")
        }
        switch result.status {
        case .duplicate: return .duplicate
        case .rejected: return result.error.delivery
        case .accepted, nil: return .delivered
        case .unrecognized(let status): return .unknown("The event's status is \(status).")
        }
    }
}

extension Stoa.FailureDetail? {
    /// What a rejection means.
    fileprivate var delivery: Delivery {
        let reason = self.map { "\($0.code.rawValue): \($0.message)" } ?? "rejected without a reason"
        switch self?.code {
        case .insufficientBalance, .timestampInFuture: return .postponed(reason)
        case .rateLimited, .unavailable: return .postponed(reason)
        case .internalError: return .unknown(reason)
        default: return .refused(reason)
        }
    }
}
