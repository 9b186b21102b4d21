import TollgateCore
import TollgateProviders
import TollgateStoa
import TollgateTransport
import TollgateVluna

/// Something that records usage: a ``Meter``, which sends it later, or Stoa itself, which bills it at once.
///
/// Either wraps the clients of AI providers, so that every metered call is billed to a user:
///
///     let openAI = try meter.openAI(userID: "user_123")  // OPENAI_API_KEY
///     let answer = try await openAI.chat.completions.create(model: "gpt-4o", messages: [.user("Hello!")])
///
/// With a meter, what a call used is in the outbox when the call returns, or when its stream has been read to the end; no
/// call waits for the network. With Stoa, the event is sent by then. If the user's balance does not cover it, the call
/// throws `Stoa.InsufficientBalance`; if it cannot be recorded for another reason, ``UnrecordedUsage``, which has the
/// record and the answer. In both cases the provider has done its work.
///
/// A call that is cancelled and a stream that is left early are recorded as well, with what is known of them. Nobody waits
/// for that any more: if it fails, an error with the record is logged.
///
/// Whoever gives a closure `unrecorded` is told of everything that could not be recorded, and no call throws it.
///
/// The metadata of the ``Meter/withContext(_:isolation:operation:)`` around a call goes with it, and hides the same keys
/// of the client's own.
public protocol UsageRecorder: Sendable {
    /// Records one use. Doing it twice counts once.
    /// - Throws: If it could not be recorded.
    func record(_ record: UsageRecord) async throws
}

/// What a call used could not be recorded. The call itself was successful.
public struct UnrecordedUsage: TollgateError {
    /// What should have been recorded. It can be recorded later, and counts once.
    public let record: UsageRecord
    /// What the provider answered, with the body if that is JSON; nil if nobody waited for it.
    public let answer: HTTPReply?
    /// Why it could not be recorded: ``OutboxError``, `Stoa.InsufficientBalance`.
    public let underlying: any Error

    public var description: String {
        "The call was successful, but its use (event \(record.id)) could not be recorded: \(underlying)"
    }
}

extension UsageRecorder {
    /// OpenAI's client, metered.
    ///
    /// - Parameters:
    ///   - userID: The application's own id of the user who is billed.
    ///   - client: The client to meter; one from the environment (`OPENAI_API_KEY`) unless given.
    ///   - keyID: The id of the API key that the application was called with, if there is one.
    ///   - metadata: The application's own notes.
    ///   - unrecorded: Told of uses that could not be recorded, which are not thrown then.
    /// - Returns: A client whose calls are recorded.
    /// - Throws: ``ConfigurationError`` if the environment lacks the key.
    public func openAI(
        userID: String, client: @autoclosure () throws -> OpenAI = try OpenAI(), keyID: String? = nil,
        metadata: [String: JSONScalar] = [:], unrecorded: (@Sendable (UnrecordedUsage) -> Void)? = nil
    ) rethrows -> OpenAI {
        metered(try client(), .openAI, Booking(self, userID, keyID, metadata, unrecorded))
    }

    /// Anthropic's client, metered; the parameters are those of ``openAI(userID:client:keyID:metadata:unrecorded:)``.
    public func anthropic(
        userID: String, client: @autoclosure () throws -> Anthropic = try Anthropic(), keyID: String? = nil,
        metadata: [String: JSONScalar] = [:], unrecorded: (@Sendable (UnrecordedUsage) -> Void)? = nil
    ) rethrows -> Anthropic {
        metered(try client(), .anthropic, Booking(self, userID, keyID, metadata, unrecorded))
    }

    /// OpenRouter's client, metered; the parameters are those of ``openAI(userID:client:keyID:metadata:unrecorded:)``.
    public func openRouter(
        userID: String, client: @autoclosure () throws -> OpenRouter = try OpenRouter(), keyID: String? = nil,
        metadata: [String: JSONScalar] = [:], unrecorded: (@Sendable (UnrecordedUsage) -> Void)? = nil
    ) rethrows -> OpenRouter {
        metered(try client(), .openRouter, Booking(self, userID, keyID, metadata, unrecorded))
    }

    /// ElevenLabs's client, metered; the parameters are those of ``openAI(userID:client:keyID:metadata:unrecorded:)``.
    public func elevenLabs(
        userID: String, client: @autoclosure () throws -> ElevenLabs = try ElevenLabs(), keyID: String? = nil,
        metadata: [String: JSONScalar] = [:], unrecorded: (@Sendable (UnrecordedUsage) -> Void)? = nil
    ) rethrows -> ElevenLabs {
        metered(try client(), .elevenLabs, Booking(self, userID, keyID, metadata, unrecorded))
    }

    /// Deepgram's client, metered; the parameters are those of ``openAI(userID:client:keyID:metadata:unrecorded:)``.
    public func deepgram(
        userID: String, client: @autoclosure () throws -> Deepgram = try Deepgram(), keyID: String? = nil,
        metadata: [String: JSONScalar] = [:], unrecorded: (@Sendable (UnrecordedUsage) -> Void)? = nil
    ) rethrows -> Deepgram {
        metered(try client(), .deepgram, Booking(self, userID, keyID, metadata, unrecorded))
    }

    /// Meters any client that can take a transport.
    ///
    ///     let transport = meter.transport(wrapping: .default, provider: .openAI, userID: "user_123")
    ///
    /// - Parameters:
    ///   - base: How requests travel.
    ///   - provider: Where they go.
    ///   - userID: The application's own id of the user who is billed.
    ///   - keyID: The id of the API key that the application was called with, if there is one.
    ///   - metadata: The application's own notes.
    ///   - unrecorded: Told of uses that could not be recorded, which are not thrown then.
    /// - Returns: The transport to give to the client.
    public func transport(
        wrapping base: any HTTPTransport = .default, provider: AIProvider, userID: String, keyID: String? = nil,
        metadata: [String: JSONScalar] = [:], unrecorded: (@Sendable (UnrecordedUsage) -> Void)? = nil
    ) -> MeteringTransport {
        MeteringTransport(
            base: base, provider: provider, booking: Booking(self, userID, keyID, metadata, unrecorded))
    }

    private func metered<Client: APIService>(_ client: Client, _ provider: AIProvider, _ booking: Booking) -> Client {
        var client = client
        client.client.transport = MeteringTransport(base: client.client.transport, provider: provider, booking: booking)
        return client
    }
}

extension Meter: UsageRecorder {
    public func record(_ record: UsageRecord) async throws {
        try await self.record([record])
    }
}

extension Stoa: UsageRecorder {
    /// Records one use, to be billed at once.
    /// - Throws: ``InsufficientBalance`` when the user's balance does not cover it.
    public func record(_ record: UsageRecord) async throws {
        // Under a lease of Vluna's gate it counts for that, too.
        _ = Vluna.ActiveLease.measure(record.usage)
        let event = try record.stoaEvent()
        _ = try await events.create(
            eventID: event.eventID, userID: event.userID, timestamp: event.timestamp, payload: event.payload,
            appMetadata: event.appMetadata)
    }

    /// Meters any client that can take a transport, as `transport(wrapping:)` does.
    public func wrap(
        _ base: any HTTPTransport, provider: AIProvider, userID: String, metadata: [String: JSONScalar] = [:]
    ) -> MeteringTransport {
        transport(wrapping: base, provider: provider, userID: userID, metadata: metadata)
    }
}
