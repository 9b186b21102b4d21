import Foundation
import TollgateCore

extension Stoa {
    /// Metadata of the surrounding ``withContext(_:operation:)`` calls.
    @TaskLocal package static var contextMetadata: [String: JSONScalar] = [:]

    /// Adds metadata to every event that is recorded while `operation` runs, in child tasks too.
    ///
    /// Calls nest; a key of an inner call hides the same key of an outer one.
    @discardableResult
    public static func withContext<Result>(
        _ metadata: [String: JSONScalar], isolation: isolated (any Actor)? = #isolation,
        operation: () async throws -> Result
    ) async rethrows -> Result {
        let merged = contextMetadata.merging(metadata) { $1 }
        return try await $contextMetadata.withValue(merged, operation: operation, isolation: isolation)
    }

    /// Records one use of a provider, to be billed to a user.
    ///
    /// The event's id is made once, so that tries after a lost answer are not counted again.
    ///
    /// - Parameters:
    ///   - payload: What was used: `.chat("gpt-4o", input: 812, output: 94)` or any other form.
    ///   - userID: The application's own id of the user who is billed.
    ///   - metadata: The application's own notes; a key hides the same key of ``withContext(_:operation:)``.
    ///   - eventID: The event's id, if the caller keeps one.
    ///   - timestamp: When the use took place; now unless given.
    ///   - isDryRun: Whether this is a trial, which is checked and priced but neither recorded nor charged.
    /// - Returns: What Stoa made of the event: its status and what it cost.
    /// - Throws: ``InsufficientBalance`` when the user's balance does not cover it.
    @discardableResult
    public func record(
        _ payload: UsageEvent.Payload, userID: String, metadata: [String: JSONScalar] = [:], eventID: UUID? = nil,
        timestamp: Date? = nil, isDryRun: Bool = false
    ) async throws -> EventReceipt {
        let notes = Stoa.contextMetadata.merging(metadata) { $1 }
        let now = client.time.now
        return try await events.create(
            eventID: eventID ?? .timeOrdered(at: now), userID: userID, timestamp: timestamp ?? now, payload: payload,
            appMetadata: notes.isEmpty ? nil : notes, dryRun: isDryRun)
    }

    /// Records that something of the application's own happened once.
    ///
    /// - Parameters:
    ///   - name: What happened, for example `report.exported`.
    ///   - userID: The application's own id of the user who is billed.
    ///   - metadata: The application's own notes; a key hides the same key of ``withContext(_:operation:)``.
    /// - Returns: What Stoa made of the event: its status and what it cost.
    /// - Throws: ``InsufficientBalance`` when the user's balance does not cover it.
    @discardableResult
    public func track(
        _ name: String, userID: String, metadata: [String: JSONScalar] = [:]
    ) async throws -> EventReceipt {
        let notes = Stoa.contextMetadata.merging(metadata) { $1 }
        let metric = CustomMetric(metricName: name, value: 1, properties: notes)
        return try await record(.customMetric(metric), userID: userID, metadata: metadata)
    }
}

extension Stoa.UsageEvent.Payload {
    /// One call of OpenAI's chat completions.
    ///
    /// - Parameters:
    ///   - model: OpenAI's name of the model.
    ///   - input: How many tokens the model read.
    ///   - output: How many tokens the model wrote.
    ///   - cached: How many of the tokens that were read came from the cache.
    ///   - reasoning: How many of the tokens that were written are reasoning.
    /// - Returns: The payload of a usage event.
    public static func chat(
        _ model: String, input: Int, output: Int, cached: Int = 0, reasoning: Int = 0
    ) -> Self {
        .openAIChatCompletion(
            Stoa.OpenAIChatCompletion(
                model: model, inputTokens: input, outputTokens: output, cachedTokens: cached, reasoningTokens: reasoning
            ))
    }
}
