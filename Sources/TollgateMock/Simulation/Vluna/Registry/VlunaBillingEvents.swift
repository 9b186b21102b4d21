import Crypto
import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaRegistry {
    /// What was reported of an account.
    struct Event: Sendable {
        let account: String
        let event: Vluna.BillingEvent
    }
}

extension VlunaState {
    mutating func recordBillingEvent(_ call: MockCall, _ account: Account) throws(VlunaFailure) -> MockReply {
        let (event, isNew) = try record(call.read(Vluna.BillingEventRequest.self), of: account, at: call.now)
        return MockReply(envelopeOf: event, status: isNew ? 201 : 200)
    }

    mutating func recordBillingEventBatch(_ call: MockCall, _ account: Account) throws(VlunaFailure) -> MockReply {
        let requests = try call.read(Vluna.BillingEventBatchRequest.self).events
        var results: [Vluna.BillingEventBatchItemResult] = []
        for (index, request) in requests.enumerated() {
            do {
                let (event, isNew) = try record(request, of: account, at: call.now)
                results.append(
                    Vluna.BillingEventBatchItemResult(
                        index: index, eventID: event.eventID, status: isNew ? .accepted : .duplicate))
            } catch {
                let problem = Vluna.Problem(code: error.code, message: error.message)
                results.append(Vluna.BillingEventBatchItemResult(index: index, status: .invalid, error: problem))
            }
        }
        let failed = results.count { $0.status == .invalid }
        let result = Vluna.BillingEventBatchResult(
            results: results, acceptedCount: results.count - failed, failedCount: failed)
        return MockReply(envelopeOf: result, status: 207)
    }

    /// Records an event, unless it was recorded before.
    private mutating func record(
        _ request: Vluna.BillingEventRequest, of account: Account, at now: Date
    ) throws(VlunaFailure) -> (event: Vluna.BillingEvent, isNew: Bool) {
        guard !request.eventType.allSatisfy(\.isWhitespace) else { throw .invalid("event_type must not be blank") }
        let hash = request.hash(account: account.id)
        if let place = registry.eventsByHash[hash] { return (registry.events[place].event, false) }
        let event = Vluna.BillingEvent(
            eventID: random.uuid(), semanticKind: request.semanticKind, occurredAt: request.occurredAt,
            eventType: request.eventType, subjectRef: request.subjectRef, payload: request.payload ?? [:],
            labels: request.labels, requestHash: hash, createdAt: now)
        registry.eventsByHash[hash] = registry.events.count
        registry.events.append(VlunaRegistry.Event(account: account.id, event: event))
        return (event, true)
    }
}

extension Vluna.BillingEventRequest {
    /// Names the content of the event; labels do not count.
    fileprivate func hash(account: String) -> String {
        let content: JSONValue = [
            .string(account), .string(semanticKind.rawValue), .string(eventType), .string(occurredAt.text),
            subjectRef.map { .string($0) } ?? .null, .object(payload ?? [:]),
        ]
        return Data(SHA256.hash(data: content.jsonBytes())).base64URL
    }
}
