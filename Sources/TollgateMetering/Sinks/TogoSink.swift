import Foundation
import TollgateCore
import TollgateTogo

/// Records usage in a store of togo billing.
///
/// The store knows an event's id for good, so that one which is recorded again is not counted again.
public struct TogoSink: UsageSink {
    private let store: any TogoBilling.KeyStore
    private let price: @Sendable (UsageRecord) -> Decimal
    public var limits = SinkLimits(batch: 100, dedupeWindow: nil)

    /// - Parameters:
    ///   - store: Where keys and their usage are kept.
    ///   - price: What a use costs, in the currency of the store.
    public init(_ store: any TogoBilling.KeyStore, price: @escaping @Sendable (UsageRecord) -> Decimal) {
        self.store = store
        self.price = price
    }

    public func send(_ records: [OutgoingUsage]) async throws -> [Delivery] {
        await sendSingly(records) { [store, price] record in
            let record = record.record
            guard let model = record.usage.model, let input = record.usage.inputTokens,
                let output = record.usage.operation == .openAIEmbedding ? 0 : record.usage.outputTokens
            else {
                return .refused("The model or the tokens of this \(record.usage.operation.rawValue) are not known.")
            }
            do {
                try await store.record(
                    TogoBilling.UsageEvent(
                        id: record.id.uuidString.lowercased(), keyID: record.keyID, userID: record.userID,
                        model: model, inputTokens: Int64(input), outputTokens: Int64(output), cost: price(record),
                        createdAt: record.time))
                return .delivered
            } catch let error as TogoBilling.InvalidUsage {
                return .refused("\(error)")
            }
        }
    }
}

extension UsageSink where Self == TogoSink {
    /// Records usage in a store of togo billing.
    ///
    /// - Parameters:
    ///   - store: Where keys and their usage are kept.
    ///   - price: What a use costs, in the currency of the store.
    /// - Returns: The sink.
    public static func togo(
        _ store: any TogoBilling.KeyStore, price: @escaping @Sendable (UsageRecord) -> Decimal
    ) -> TogoSink {
        TogoSink(store, price: price)
    }
}
