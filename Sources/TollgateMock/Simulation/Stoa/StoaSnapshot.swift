import Foundation
import Synchronization
import TollgateMockClient
import TollgateMockServer
import TollgateStoa

extension MockStoa {
    /// What Stoa keeps, as the control API tells it.
    public var snapshot: MockClient.StoaSnapshot { simulation.snapshot(at: clock.now) }
}

/// How many things of each kind a snapshot lists.
let snapshotLimit = 200

extension StoaSimulation {
    func snapshot(at now: Date) -> MockClient.StoaSnapshot {
        read { state in
            let events = state.eventList(of: nil, atMost: snapshotLimit)
            return MockClient.StoaSnapshot(
                users: state.users(atMost: snapshotLimit), usersCount: state.users.count,
                payments: state.payments.suffix(snapshotLimit).map { MockClient.StoaPayment($0, at: now) },
                paymentsCount: state.payments.count, events: events.events, eventsCount: events.eventsCount)
        }
    }

    func read<Result: Sendable>(_ body: (StoaState) -> sending Result) -> sending Result {
        world.withLock { body($0.state) }
    }
}

extension StoaState {
    /// The first users in the order of their ids.
    func users(atMost limit: Int) -> [MockClient.StoaUser] {
        users.keys.sorted().prefix(limit).compactMap { id in users[id].map { MockClient.StoaUser($0) } }
    }

    /// The newest events, oldest first, and how many there are.
    func eventList(of userID: String?, atMost limit: Int) -> MockClient.StoaEventList {
        guard let userID else { return Self.list(events.suffix(limit), of: events.count) }
        let own = events.filter { $0.event.userID == userID }
        return Self.list(own.suffix(limit), of: own.count)
    }

    private static func list(_ events: ArraySlice<RecordedEvent>, of count: Int) -> MockClient.StoaEventList {
        MockClient.StoaEventList(
            events: events.map { recorded in
                MockClient.StoaEvent(
                    eventID: recorded.event.eventID, userID: recorded.event.userID,
                    eventType: recorded.event.payload.discriminator, timestamp: recorded.event.timestamp,
                    receivedAt: recorded.receivedAt, price: recorded.price)
            }, eventsCount: count)
    }
}

extension MockClient.StoaUser {
    init(_ user: StoaState.User) {
        self.init(
            userID: user.id, balance: user.balance, membershipID: user.membershipID, email: user.email,
            name: user.name, topUpURL: user.topUpURL)
    }
}

extension MockClient.StoaPayment {
    init(_ payment: StoaState.Payment, at now: Date) {
        self.init(
            paymentID: payment.id, userID: payment.userID, status: Status(rawValue: payment.status(at: now).rawValue),
            dryRun: payment.isDryRun, returnURL: payment.returnURL, checkoutURL: payment.checkoutURL,
            createdAt: payment.createdAt)
    }
}
