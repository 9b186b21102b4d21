import Foundation
import Synchronization
import Testing
import TollgateCore
import TollgateVluna

@testable import TollgateMock

/// A request that comes again does nothing again, for every operation that takes a key.
@Suite struct IdempotencyTests {
    @Test func everyOperationWithAKeyIsTested() {
        let mock = MockServer.inProcess()
        let routes = mock.handler.services.all.flatMap { $0.routes.routes }
        let keyed = routes.filter { $0.parameters.contains { $0.place == .header && $0.name == "Idempotency-Key" } }
        let tested = Set(KeyedOperation.all.map { "\($0.name) \($0.method.rawValue) \($0.path)" })
        #expect(tested.count == KeyedOperation.all.count, "each once")
        #expect(keyed.count > 50)
        for route in keyed {
            let name = "\(route.operation.key) \(route.method) \(route.path)"
            #expect(tested.contains(name), "\(name) has a key and no test")
        }
        let others = Set(KeyedOperation.all.map(\.name)).subtracting(keyed.map(\.operation.key))
        #expect(others == ["stoa.createEvent", "stoa.batchCreateEvents"], "these have the key in the body")
    }

    @Test(arguments: KeyedOperation.all)
    func theSameRequestAgainHasOneEffect(_ operation: KeyedOperation) async throws {
        let (once, often) = (MockServer.frozen(seed: 7), MockServer.frozen(seed: 7))
        let samples = (try await operation.sample(for: once), try await operation.sample(for: often))
        let expected = try await operation.send(samples.0.body, samples.0, key: "k", to: once)
        #expect((200..<300).contains(expected.status), "\(expected.text)")

        // Twins, at once.
        let answers = try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { try await operation.send(samples.1.body, samples.1, key: "k", to: often) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for answer in answers {
            #expect((200..<300).contains(answer.status), "\(answer.text)")
            #expect(try operation.sense(of: answer) == operation.sense(of: expected))
        }
        #expect(try await World(of: often) == World(of: once), "one effect")

        // Later on, within the day.
        often.clock.advance(by: .seconds(3_600))
        once.clock.advance(by: .seconds(3_600))
        let again = try await operation.send(samples.1.body, samples.1, key: "k", to: often)
        #expect(try operation.sense(of: again) == operation.sense(of: expected))
        #expect(try await World(of: often) == World(of: once), "still one effect")
    }

    @Test(arguments: KeyedOperation.all)
    func aKeyWithAnotherBodyIsAConflict(_ operation: KeyedOperation) async throws {
        let mock = MockServer.frozen(seed: 7)
        let sample = try await operation.sample(for: mock)
        guard let other = sample.other else { return }
        let first = try await operation.send(sample.body, sample, key: "k", to: mock)
        #expect((200..<300).contains(first.status), "\(first.text)")
        let before = try await World(of: mock)
        let conflict = try await operation.send(other, sample, key: "k", to: mock)
        #expect(conflict.status == operation.conflict.status, "\(conflict.text)")
        #expect(conflict.text.contains(operation.conflict.text), "\(conflict.text)")
        #expect(try await World(of: mock) == before, "a conflict changes nothing")
    }
}

/// What the services keep, apart from how often they were asked.
private struct World: Equatable {
    /// What the control API tells.
    let states: [JSONValue]
    /// What it does not tell of Vluna: the books, and what the owner of the realm has set up.
    let ledger: [MockLedgerEntry]
    let movements: [MockWalletMovement]
    let registry: [String]

    init(of mock: MockServer) async throws {
        let state = try await mock.send(.get, "/_tollgate/state").json
        states = try ["stoa", "vluna", "togo", "aikit", "stripe"].map { try #require(state[$0]) }
        ledger = mock.vluna.ledger
        movements = mock.vluna.walletMovements
        let now = mock.clock.now
        registry = mock.vluna.simulation.world.withLock { world in
            world.state.registry.texts(at: now) + world.access.tokens.keys.sorted()
        }
    }
}

extension VlunaRegistry {
    /// Everything in it, as JSON.
    fileprivate func texts(at now: Date) -> [String] {
        let families = families.sorted { $0.key < $1.key }.map(\.value)
        let details = billingDetails.sorted { $0.key < $1.key }.map { $0.value.view(of: UUID(made: $0.key)) }
        let lists: [[any JSONConvertible]] = [
            families, plans, entitlements, planAssignments, programs, grantAssignments.map(\.assignment), contracts,
            terms, policies, policyVersions, events.map(\.event), reconciliations, details,
        ]
        return lists.map { list in
            "[" + list.map { String(decoding: $0.jsonBytes(), as: UTF8.self) }.joined(separator: ",") + "]"
        }
    }
}
