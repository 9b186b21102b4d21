import Foundation
import TollgateCore
import TollgateMockClient
import TollgateMockServer

extension ControlService {
    static let webhookLevers: [MockClientOperation: Lever] = [
        .listTargets: { control, _ in MockReply(json: MockClient.WebhookTargets(targets: control.webhooks.targets)) },
        .setTarget: { control, call throws(ControlFailure) in
            let request: MockClient.SetTargetRequest = try call.request()
            control.webhooks.setTarget(request.url, of: call.pathParameters["service"] ?? "")
            return MockReply(status: 204)
        },
        .sendWebhook: { control, call throws(ControlFailure) in
            let request: MockClient.SendWebhookRequest = try call.request()
            return control.answer(with: try control.enter(request))
        },
        .listDeliveries: { control, _ in Self.reply(control.webhooks.deliveries) },
        .clearDeliveries: { control, _ in
            control.webhooks.clear()
            return MockReply(status: 204)
        },
        .sendDelivery: { control, call throws(ControlFailure) in
            let id = call.pathParameters["id"].flatMap { Int($0) } ?? 0
            guard let delivery = control.webhooks.deliveries.first(where: { $0.id == id }) else {
                throw .notFound("There is no delivery \(id).")
            }
            var reply = MockReply(json: MockClient.WebhookDelivery(delivery))
            reply.later = { [webhooks = control.webhooks] in
                MockReply(json: MockClient.WebhookDelivery(await webhooks.send(id) ?? delivery))
            }
            return reply
        },
    ]

    /// The service of a name that tells others what happens.
    func webhookSource(_ service: MockClient.WebhookService) throws(ControlFailure) -> any WebhookSource {
        switch service {
        case .stoa: stoa
        case .stripe: stripe
        case .unrecognized(let name): throw .notFound("\(name) sends no webhooks.")
        }
    }

    /// Lets something happen, and enters the deliveries of it.
    func enter(_ request: MockClient.SendWebhookRequest) throws(ControlFailure) -> [MockDelivery] {
        let service = request.service.rawValue
        let source = try webhookSource(request.service)
        guard let url = request.url ?? webhooks.targets[service] else {
            throw .conflict("It is not known where webhooks of \(service) go: set a target, or name a url.")
        }
        let body = try source.webhookBody(request.event, data: request.data ?? [:], at: engine.clock.now)
        return webhooks.add(
            body, of: request.event, from: source, named: service, to: url, after: .seconds(request.afterSeconds),
            copies: request.copies, hold: request.hold)
    }

    /// Sends what is to be sent now, one after the other.
    func sendDue(_ deliveries: [MockDelivery]) async -> [MockDelivery] {
        let now = engine.clock.now
        var sent: [MockDelivery] = []
        for delivery in deliveries {
            let isDue = delivery.state == .waiting && delivery.due <= now
            sent.append(isDue ? await webhooks.send(delivery.id) ?? delivery : delivery)
        }
        return sent
    }

    private func answer(with deliveries: [MockDelivery]) -> MockReply {
        var reply = Self.reply(deliveries)
        reply.later = { Self.reply(await self.sendDue(deliveries)) }
        return reply
    }

    private static func reply(_ deliveries: [MockDelivery]) -> MockReply {
        MockReply(json: MockClient.WebhookDeliveries(deliveries: deliveries.map { .init($0) }))
    }
}

extension MockClient.WebhookDelivery {
    fileprivate init(_ delivery: MockDelivery) {
        self.init(
            id: delivery.id, service: .init(rawValue: delivery.service), event: delivery.event,
            url: delivery.url.absoluteString, state: .init(rawValue: delivery.state.rawValue), due: delivery.due,
            body: String(decoding: delivery.body, as: UTF8.self),
            attempts: delivery.attempts.map { attempt in
                MockClient.WebhookAttempt(
                    time: attempt.time,
                    headers: attempt.headers.map { .init(name: $0.name.rawName, value: $0.value) },
                    status: attempt.status, error: attempt.error)
            })
    }
}
