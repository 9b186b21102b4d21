import Foundation
import TollgateCore
import TollgateMockClient
import TollgateMockServer

/// What the services of a mock server tell others: signed as the services do, now or later, once or more often, in any
/// order.
public struct MockWebhookLevers: Sendable {
    /// A service that tells others what happens.
    public enum Service: String, Sendable, CaseIterable {
        case stoa, stripe
    }

    let control: ControlService

    /// Lets something happen at a service, and sends what it tells of it.
    /// - Parameters:
    ///   - event: What happens, as the service calls it: `balance.low`.
    ///   - service: The service.
    ///   - data: Whom and what it is about: `["user_id": "user_123"]`.
    ///   - url: The receiver; the service's target if nil.
    ///   - delay: How much later it is sent, by the mock's clock.
    ///   - copies: How often it is sent.
    ///   - isHeld: Whether it waits until it is sent by its id.
    /// - Returns: The deliveries, those that are not held or later with the receiver's answer.
    /// - Throws: ``MockLeverError`` if there is no receiver, or no such event.
    @discardableResult
    public func send(
        _ event: String, from service: Service, data: [String: JSONValue] = [:], to url: URL? = nil,
        after delay: Duration = .zero, copies: Int = 1, held isHeld: Bool = false
    ) async throws -> [MockDelivery] {
        let entered: [MockDelivery]
        do throws(ControlFailure) {
            entered = try control.enter(
                MockClient.SendWebhookRequest(
                    service: .init(rawValue: service.rawValue), event: event, data: data, url: url,
                    afterSeconds: delay / .seconds(1), copies: copies, hold: isHeld))
        } catch {
            throw MockLeverError(error)
        }
        return await control.sendDue(entered)
    }

    /// Sends one delivery now: one that is held or waits, or one that was sent before.
    /// - Returns: The delivery with the receiver's answer; nil if there is no such delivery.
    @discardableResult
    public func send(_ id: MockDelivery.ID) async -> MockDelivery? {
        await control.webhooks.send(id)
    }

    /// Says where the webhooks of a service go from now on.
    /// - Parameters:
    ///   - url: The receiver.
    ///   - service: The service.
    public func setTarget(_ url: URL, of service: Service) {
        control.webhooks.setTarget(url, of: service.rawValue)
    }

    /// Says how deliveries travel from now on, for a receiver without a socket.
    public func setTransport(_ transport: any HTTPTransport) {
        control.webhooks.setTransport(transport)
    }

    /// What was sent and what waits, the oldest first: 200 at most.
    public var deliveries: [MockDelivery] { control.webhooks.deliveries }

    /// Forgets all deliveries; what waits is not sent.
    public func clear() {
        control.webhooks.clear()
    }
}

/// A lever cannot be moved.
public struct MockLeverError: Error, Sendable, CustomStringConvertible {
    /// What is wrong.
    public let description: String

    init(_ failure: ControlFailure) {
        description = failure.title
    }
}
