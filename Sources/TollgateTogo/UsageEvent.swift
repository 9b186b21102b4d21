import Foundation
import TollgateCore

extension TogoBilling {
    /// One use of a model, as a server records it.
    public struct UsageEvent: Sendable, Hashable {
        /// The event's own id. An event whose id was recorded before is not counted again.
        public var id: String
        /// The key that the use was called with; nil for a user without one.
        public var keyID: String?
        public var userID: String
        /// The provider's name of the model.
        public var model: String
        /// How many tokens the model read.
        public var inputTokens: Int64
        /// How many tokens the model wrote.
        public var outputTokens: Int64
        /// What the use cost, in the currency of the server's own records.
        public var cost: Decimal
        public var createdAt: Date

        public init(
            id: String = UUID().uuidString.lowercased(), keyID: String? = nil, userID: String, model: String,
            inputTokens: Int64, outputTokens: Int64, cost: Decimal, createdAt: Date = Date()
        ) {
            self.id = id
            self.keyID = keyID
            self.userID = userID
            self.model = model
            self.inputTokens = inputTokens
            self.outputTokens = outputTokens
            self.cost = cost
            self.createdAt = createdAt
        }

        /// A use that was called with a key.
        public init(
            _ model: String, with key: APIKey, inputTokens: Int64, outputTokens: Int64, cost: Decimal,
            createdAt: Date = Date()
        ) {
            self.init(
                keyID: key.id, userID: key.userID, model: model, inputTokens: inputTokens, outputTokens: outputTokens,
                cost: cost, createdAt: createdAt)
        }
    }

    /// A use that cannot be recorded: a number of tokens below 0, or so large that the sum has no place.
    public struct InvalidUsage: TollgateError, Hashable {
        /// The event's id.
        public var eventID: String

        public init(eventID: String) {
            self.eventID = eventID
        }

        public var description: String {
            "Usage event \(eventID) was not recorded: its tokens are below 0, or too many to add up."
        }
    }
}

extension TogoBilling.Consumption {
    /// Nothing was used.
    public static let none = Self(events: 0, inputTokens: 0, outputTokens: 0, totalTokens: 0, cost: 0)

    /// The sums with one more event.
    ///
    /// - Throws: ``TogoBilling/InvalidUsage``.
    public func adding(_ event: TogoBilling.UsageEvent) throws(TogoBilling.InvalidUsage) -> Self {
        guard event.inputTokens >= 0, event.outputTokens >= 0 else {
            throw TogoBilling.InvalidUsage(eventID: event.id)
        }
        let input = inputTokens.addingReportingOverflow(event.inputTokens)
        let output = outputTokens.addingReportingOverflow(event.outputTokens)
        let total = input.partialValue.addingReportingOverflow(output.partialValue)
        guard !input.overflow, !output.overflow, !total.overflow else {
            throw TogoBilling.InvalidUsage(eventID: event.id)
        }
        return Self(
            events: events + 1, inputTokens: input.partialValue, outputTokens: output.partialValue,
            totalTokens: total.partialValue, cost: cost + event.cost)
    }
}
