import Foundation
import HTTPTypes
import TollgateCore
import TollgateMockClient
import TollgateMockServer

extension ControlService {
    static let journalLevers: [MockClientOperation: Lever] = [
        .queryJournal: { control, call in control.journal(JournalQuery(call)) },
        .clearJournal: { control, _ in
            control.engine.journal.clear()
            return MockReply(status: 204)
        },
        .verifyJournal: { control, call throws(ControlFailure) in
            let request: MockClient.VerifyJournalRequest = try call.request()
            let expectation = MockExpectation(
                try control.operation(request.operation), try request.bounds, MockCondition.all(of: request.where))
            return MockReply(json: control.verification(of: expectation))
        },
        .waitJournal: { control, call throws(ControlFailure) in
            let request: MockClient.WaitJournalRequest = try call.request()
            let expectation = MockExpectation(
                try control.operation(request.operation), request.times...(Int.max - 1),
                MockCondition.all(of: request.where))
            let journal = control.engine.journal
            var reply = MockReply(json: control.verification(of: expectation))
            reply.later = {
                let verification = try? await journal.verification(of: expectation, within: .seconds(request.seconds))
                return MockReply(
                    json: MockClient.Verification(
                        verification ?? MockVerification(of: expectation, in: journal.exchanges)))
            }
            return reply
        },
        .listOperations: { control, _ in
            let operations = control.services.flatMap(\.routes.routes).map { route in
                MockClient.SimulatedOperation(
                    operation: route.operation.key, service: route.operation.service, method: route.method,
                    path: route.path)
            }
            return MockReply(json: MockClient.OperationList(operations: operations))
        },
    ]

    private func verification(of expectation: MockExpectation) -> MockClient.Verification {
        MockClient.Verification(MockVerification(of: expectation, in: engine.journal.exchanges))
    }

    private func journal(_ query: JournalQuery) -> MockReply {
        let journal = engine.journal
        var reply = MockReply(json: query.page(of: journal))
        guard query.wait > .zero else { return reply }
        reply.later = {
            // Numbers that begin anew mean that nothing is to be waited for.
            try? await journal.wait(atMost: query.wait) {
                journal.last < query.after ?? 0 || !query.exchanges(of: journal).isEmpty
            }
            return MockReply(json: query.page(of: journal))
        }
        return reply
    }
}

/// Which exchanges are asked for.
private struct JournalQuery: Sendable {
    let operation: MockOperation?
    let path: String?
    let status: Int?
    let after: Int?
    let limit: Int
    let wait: Duration

    init(_ call: MockCall) {
        operation = call.query("operation").last.map { MockOperation($0) }
        path = call.query("path").last
        status = call.query("status")
        after = call.query("after")
        limit = call.query("limit") ?? 100
        wait = .seconds(call.query("wait_seconds", as: Double.self) ?? 0)
    }

    func exchanges(of journal: MockJournal) -> [MockExchange] {
        let found = journal.exchanges(after: after ?? 0).filter { exchange in
            (operation == nil || exchange.operation == operation)
                && (status == nil || exchange.status == status) && (path.map { exchange.hasPath(like: $0) } ?? true)
        }
        return Array(after == nil ? found.suffix(limit) : found.prefix(limit))
    }

    func page(of journal: MockJournal) -> MockClient.JournalPage {
        let entries = exchanges(of: journal).map { MockClient.JournalEntry($0) }
        return MockClient.JournalPage(entries: entries, first: journal.first, last: journal.last)
    }
}

extension MockOperation {
    /// The first half of its name.
    fileprivate var service: String { String(key.prefix { $0 != "." }) }
}

extension MockClient.VerifyJournalRequest {
    fileprivate var bounds: ClosedRange<Int> {
        get throws(ControlFailure) {
            if let times {
                guard atLeast == nil, atMost == nil else {
                    throw .invalid("/times", "cannot be given beside at_least and at_most")
                }
                return times...times
            }
            let least = atLeast ?? (atMost == nil ? 1 : 0)
            let most = atMost ?? Int.max - 1
            guard least <= most else { throw .invalid("/at_least", "must not be more than at_most") }
            return least...most
        }
    }
}

extension MockCondition {
    fileprivate static func all(of conditions: MockClient.ExchangeConditions?) -> [MockCondition] {
        guard let conditions else { return [] }
        func sorted<Value>(_ members: [String: Value]?) -> [(key: String, value: Value)] {
            (members ?? [:]).sorted { $0.key < $1.key }
        }
        return sorted(conditions.body).map { .body($0.key, $0.value) }
            + sorted(conditions.headers).map { .header($0.key, $0.value) }
            + sorted(conditions.query).map { .query($0.key, $0.value) }
            + (conditions.status.map { [.status($0)] } ?? [])
    }
}

// MARK: - Exchanges on the wire

extension MockClient.Verification {
    fileprivate init(_ verification: MockVerification) {
        self.init(
            satisfied: verification.isSatisfied, count: verification.count, message: verification.message,
            nearMisses: verification.nearMisses.map { miss in
                MockClient.NearMiss(number: miss.exchange.number, differences: miss.differences)
            })
    }
}

extension MockClient.JournalEntry {
    fileprivate init(_ exchange: MockExchange) {
        self.init(
            number: exchange.number, time: exchange.time, service: exchange.operation?.service,
            operation: exchange.operation?.key, method: exchange.method, target: exchange.target,
            request: .init(exchange.headers, exchange.body, length: exchange.bodyLength), status: exchange.status,
            response: exchange.status.map { _ in
                .init(exchange.responseHeaders, exchange.responseBody, length: exchange.responseBodyLength)
            })
        if let fault = exchange.fault, let injection = exchange.injection {
            self.fault = MockClient.MetFault(id: injection.id, kind: fault.kind)
        }
    }
}

extension MockClient.JournalMessage {
    fileprivate init(_ headers: HTTPFields, _ body: [UInt8], length: Int) {
        let text = String(validating: body, as: UTF8.self)
        self.init(
            headers: headers.map { .init($0) }, body: text ?? Data(body).base64EncodedString(),
            bodyEncoding: text == nil ? .base64 : .text, bodyBytes: length,
            truncated: body.count < length ? true : nil)
    }
}

extension MockClient.JournalHeader {
    /// A header field without what proves who is calling; how it is proved may stay: `Bearer [masked]`.
    init(_ field: HTTPField) {
        let name = field.name.canonicalName
        let isSecret =
            ["authorization", "cookie", "secret", "token", "signature"].contains { name.contains($0) }
            || (name.hasSuffix("key") && name != "idempotency-key")
        guard isSecret else {
            self.init(name: field.name.rawName, value: field.value)
            return
        }
        let words = field.value.split(separator: " ")
        let scheme = name.hasSuffix("authorization") && words.count > 1 ? "\(words[0]) " : ""
        self.init(name: field.name.rawName, value: "\(scheme)[masked]")
    }
}
