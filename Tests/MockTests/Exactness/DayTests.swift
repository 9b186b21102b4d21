import Foundation
import Testing
import TollgateCore
import TollgateStripe
import TollgateVluna

@testable import TollgateMock

/// After 24 hours of traffic by the mock's clock, the books balance to the last unit.
@Suite struct DayTests {
    /// How many operations the day has; `TOLLGATE_DAY_OPERATIONS=1000000` makes it a full one.
    private static let operations =
        ProcessInfo.processInfo.environment["TOLLGATE_DAY_OPERATIONS"].flatMap { Int($0) } ?? 3_000

    /// What one customer has used, as the traffic has it.
    private struct Book {
        var committed: Int64 = 0
        var commits = 0
        var charged: Decimal = 0
        var events = 0
        var metered: Decimal = 0
    }

    @Test func theBooksOfADayBalance() async throws {
        var settings = MockSettings()
        settings.vlunaBalance = 1_000_000_000_000
        let mock = MockServer.inProcess(seed: 24, settings: settings)
        mock.clock.set(.start)
        var random = SeededGenerator(seed: 24, stream: "day")
        var books = [Book](repeating: Book(), count: 20)
        let clients = try books.indices.map { try mock.vluna("org_\($0)") }
        for index in books.indices { try mock.stoa.setBalance("1000000", of: "user_\(index)") }

        let step = 86_400 / Double(Self.operations)
        for number in 0..<Self.operations {
            mock.clock.set(.start + Double(number) * step)
            let customer = Int(random.next() % UInt64(books.count))
            let quantity = Int64(random.next() % 50 + 1)
            switch number % 4 {
            case 0, 1:
                let lease = try await clients[customer].gate.authorize(featureCode: "openai.gpt-4o")
                let commit = try await clients[customer].gate.commit(
                    leaseToken: lease.leaseToken, featureCode: "openai.gpt-4o", quantityMinor: quantity)
                #expect(commit.amountXUSD.millionths == 10 * quantity)
                books[customer].committed += 10 * quantity
                books[customer].commits += 1
            case 2:
                try await record(quantity, number, customer, mock, &books[customer])
            default:
                // Each one comes twice, and counts once.
                for _ in 0..<2 { try await meter(quantity, number, customer, mock) }
                books[customer].metered += Decimal(quantity)
            }
        }
        mock.clock.set(.start + 86_399)
        try await check(books, clients, mock, settings)
    }

    /// Records an event at Stoa, each tenth twice.
    private func record(
        _ quantity: Int64, _ number: Int, _ customer: Int, _ mock: MockServer, _ book: inout Book
    ) async throws {
        let id = String(format: "018f0000-0000-7000-8000-%012d", number)
        let body =
            #"{"event_id":"\#(id)","user_id":"user_\#(customer)","timestamp":"2026-01-02T03:04:05Z","#
            + #""event_type":"openai.chat_completion","schema_version":"1.0","#
            + #""payload":{"model":"gpt-4o","input_tokens":\#(quantity * 1_000),"output_tokens":\#(quantity)}}"#
        let receipt = try await mock.stoa(.post, "/v1/events", body)
        #expect(receipt.status == 200, "\(receipt.text)")
        let charged = try receipt.json["charged"]?.number?.decimal ?? 0
        #expect(charged > 0)
        book.charged += charged
        book.events += 1
        guard number % 40 == 2 else { return }
        let again = try await mock.stoa(.post, "/v1/events", body).json
        #expect(again["status"] == "duplicate" && again["charged"] == 0)
    }

    private func meter(_ quantity: Int64, _ number: Int, _ customer: Int, _ mock: MockServer) async throws {
        let body =
            "event_name=tokens&identifier=m\(number)&payload[stripe_customer_id]=cus_\(customer)"
            + "&payload[value]=\(quantity)"
        let headers: HTTPFields = [
            .authorization: "Bearer \(mock.stripe.secretKey)", .contentType: "application/x-www-form-urlencoded",
        ]
        let answer = try await mock.send(.post, "/v1/billing/meter_events", headers: headers, body)
        #expect(answer.status == 200, "\(answer.text)")
    }

    private func check(
        _ books: [Book], _ clients: [Vluna.ServiceClient], _ mock: MockServer, _ settings: MockSettings
    ) async throws {
        let meters = mock.stripe.meterEvents.reduce(into: [String: Decimal]()) { sums, event in
            let value = event.payload["value"].flatMap { Decimal(string: $0) } ?? 0
            sums[event.payload["stripe_customer_id"] ?? "", default: 0] += value
        }
        #expect(mock.vluna.ledger.count == books.reduce(0) { $0 + $1.commits })
        for (index, book) in books.enumerated() {
            #expect(book.commits > 0 && book.events > 0 && book.metered > 0, "a day of mixed traffic")
            let wallet = try await clients[index].billing.wallet.balance()
            #expect(wallet.available.xusd.millionths == settings.vlunaBalance - book.committed)
            #expect(mock.stoa.balance(of: "user_\(index)") == 1_000_000 - book.charged)
            #expect(mock.stoa.events(of: "user_\(index)").count == book.events)
            #expect(meters["cus_\(index)"] == book.metered)
        }
    }
}
