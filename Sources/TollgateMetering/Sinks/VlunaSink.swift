import Foundation
import TollgateCore
import TollgateVluna

/// Sends usage to Vluna's gate: commits what was done under a lease, up to 100 in a call, and ingests the rest.
///
/// The record's user is the principal who pays. Vluna answers a commit that came too late with success, and charges
/// nothing; only the answer to a single commit tells. So a commit whose lease may have expired is sent alone, and one
/// that was not charged is set aside.
public struct VlunaSink: UsageSink {
    /// What a record means for Vluna.
    public struct Feature: Sendable, Hashable {
        public var code: String
        /// How much of it, in its smallest unit.
        public var quantityMinor: Int64

        public init(code: String, quantityMinor: Int64) {
            self.code = code
            self.quantityMinor = quantityMinor
        }
    }

    private let vluna: Vluna.ServiceClient
    private let feature: @Sendable (Usage) -> Feature?
    private let time: any TimeSource
    /// Vluna keeps what a key was used for, without an end.
    public var limits = SinkLimits(batch: 100, dedupeWindow: nil)
    /// From which age on a lease may have expired: less than the 12 hours that it lasts.
    public var leaseLimit: Duration = .seconds(11 * 3600)

    /// - Parameters:
    ///   - vluna: The client, for any principal.
    ///   - feature: What a record without a lease means: `openai.gpt-4o` and all tokens, unless given. A record of which
    ///     it is not known is set aside.
    public init(_ vluna: Vluna.ServiceClient, feature: @escaping @Sendable (Usage) -> Feature? = VlunaSink.model) {
        self.vluna = vluna.with(retry: .never)
        self.feature = feature
        time = vluna.client.time
    }

    /// Provider and model as feature, all tokens as quantity.
    public static let model: @Sendable (Usage) -> Feature? = { usage in
        guard let model = usage.model, let tokens = usage.totalTokens, tokens > 0 else { return nil }
        return Feature(code: "\(usage.operation.provider).\(model)".lowercased(), quantityMinor: Int64(tokens))
    }

    public func send(_ records: [OutgoingUsage]) async throws -> [Delivery] {
        var deliveries: [UUID: Delivery] = [:]
        let batched = records.filter { isForBatch($0) }
        for (userID, records) in Dictionary(grouping: batched, by: \.record.userID).sorted(by: { $0.key < $1.key }) {
            deliveries.merge(await commit(records.map(\.record), of: userID)) { $1 }
        }
        let single = records.filter { !isForBatch($0) }
        for (record, delivery) in zip(single, await sendSingly(single) { try await sendAlone($0.record) }) {
            deliveries[record.record.id] = delivery
        }
        return records.map { deliveries[$0.record.id] ?? .postponed("not sent yet", after: .zero) }
    }

    /// One that was sent before goes the same way again: there its key is known.
    private func isForBatch(_ record: OutgoingUsage) -> Bool {
        guard let lease = record.record.lease, !lease.wasSent else { return false }
        return record.mayHaveArrived || time.now.timeIntervalSince(lease.grantedAt) < leaseLimit / .seconds(1)
    }

    // MARK: - Batches

    private func commit(_ records: [UsageRecord], of userID: String) async -> [UUID: Delivery] {
        let ids = records.map(\.id)
        do {
            let result = try await vluna.with(principalID: userID).gate.batchCommit(
                items: records.compactMap { record in record.lease.map { Self.item(record, $0) } })
            let results = Dictionary(result.items.map { ($0.index, $0) }) { $1 }
            return Dictionary(
                ids.enumerated().map { index, id in
                    (id, results[index]?.delivery ?? .unknown("The answer says nothing of this commit."))
                }
            ) { $1 }
        } catch {
            guard records.count > 1, case .content = BatchFailure(error) else {
                return Dictionary(ids.map { ($0, .failed(error)) }) { $1 }
            }
            var deliveries: [UUID: Delivery] = [:]
            for record in records { deliveries.merge(await commit([record], of: userID)) { $1 } }
            return deliveries
        }
    }

    private static func item(_ record: UsageRecord, _ lease: UsageRecord.Lease) -> Vluna.BatchCommitItem {
        Vluna.BatchCommitItem(
            leaseToken: lease.token, featureCode: lease.featureCode, quantityMinor: lease.quantityMinor,
            labels: record.labels, idempotencyKey: record.id.uuidString.lowercased())
    }

    // MARK: - One at a time

    private func sendAlone(_ record: UsageRecord) async throws -> Delivery {
        let gate = vluna.with(principalID: record.userID).with(idempotencyKey: record.id.uuidString.lowercased()).gate
        do {
            let commit: Vluna.Commit
            if let lease = record.lease {
                commit = try await gate.commit(
                    leaseToken: lease.token, featureCode: lease.featureCode, quantityMinor: lease.quantityMinor,
                    labels: record.labels)
            } else {
                guard let feature = feature(record.usage) else {
                    return .refused("What this \(record.usage.operation.rawValue) means at Vluna is not known.")
                }
                commit = try await gate.ingest(
                    featureCode: feature.code, quantityMinor: feature.quantityMinor, occurredAt: record.time,
                    labels: record.labels)
            }
            guard case .quarantined(let cause) = commit.outcome else { return .delivered }
            return .refused("Vluna has recorded it and not charged it: \(cause).")
        } catch let denial as Vluna.GateDenied {
            switch denial.reason {
            case .balance, .quota, .budget, .rate: return .postponed("\(denial)", after: denial.retryAfter)
            case .entitlement, .seat: return .refused("\(denial)")
            case .other: throw denial
            }
        }
    }
}

extension UsageSink where Self == VlunaSink {
    /// Sends usage to Vluna's gate.
    public static func vluna(_ vluna: Vluna.ServiceClient) -> VlunaSink { VlunaSink(vluna) }
}

extension UsageRecord {
    /// The metadata as text; nil for none.
    fileprivate var labels: [String: String]? {
        guard !metadata.isEmpty else { return nil }
        return metadata.mapValues { value in
            switch value {
            case .string(let text): text
            case .number(let number): "\(number)"
            case .bool(let bool): "\(bool)"
            }
        }
    }
}

extension Vluna.BatchCommitItemResult {
    fileprivate var delivery: Delivery {
        let reason = [error?.type, error?.details].compactMap { $0 }.joined(separator: ": ")
        switch status {
        case .committed: return .delivered
        case .duplicate: return .duplicate
        case .invalid: return .refused(reason)
        case .failed:
            let code = error?.type ?? ""
            if ["BUDGET.", "LIMIT.", "SERVER.CONFIG"].contains(where: code.hasPrefix) { return .postponed(reason) }
            return code.hasPrefix("SERVER.") || code.isEmpty ? .unknown(reason) : .refused(reason)
        case .unrecognized(let status): return .unknown("The commit's status is \(status).")
        }
    }
}
