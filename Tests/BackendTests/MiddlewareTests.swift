import Foundation
import Hummingbird
import HummingbirdTesting
import Testing
import TollgateBackend
import TollgateCore
import TollgateHummingbird
import TollgateMock
import TollgateTogo

/// The middleware and the webhook of a server.
@Suite struct MiddlewareTests {
    private let mock = MockServer.inProcess()
    private let keys = TogoBilling.MemoryKeyStore()

    init() {
        mock.clock.set(Date(timeIntervalSince1970: 1_767_323_045))  // 2026-01-02T03:04:05Z
    }

    private func application(_ limits: [Quota], tokens: Int64 = 1) -> (some ApplicationProtocol, Quotas) {
        let quotas = Quotas(time: mock.clock)
        let router = Router(context: BasicAPIKeyRequestContext.self)
        router.add(middleware: APIKeyMiddleware(store: keys))
        router.add(middleware: QuotaMiddleware(quotas, tokens: tokens) { limits + $0.quotas })
        router.post("answer") { request, context -> String in
            guard context.apiKey != nil else { throw HTTPError(.unauthorized) }
            let used = request.headers[.contentLanguage].flatMap { Int($0) } ?? 0
            context.quotaUse?.report(tokens: used)
            if used == 13 { throw HTTPError(.badGateway) }
            return "done"
        }
        router.post("stream") { _, context -> Response in
            let use = context.quotaUse
            return Response(
                status: .ok,
                body: ResponseBody { writer in
                    for _ in 0..<4 {
                        try await writer.write(ByteBuffer(string: "piece"))
                        use?.report(tokens: 25)
                    }
                    try await writer.finish(nil)
                })
        }
        return (Application(responder: router.buildResponder()), quotas)
    }

    private func post(
        _ client: any TestClientProtocol, _ secret: String?, _ path: String = "answer", tokens: Int = 10
    ) async throws -> (status: Int, retryAfter: String?, body: String) {
        var headers: HTTPFields = [.contentLanguage: "\(tokens)"]
        if let secret { headers[.authorization] = "Bearer \(secret)" }
        return try await client.execute(uri: "/\(path)", method: .post, headers: headers) {
            ($0.status.code, $0.headers[.retryAfter], String(buffer: $0.body))
        }
    }

    @Test func holdsKeysToTheirQuotas() async throws {
        let (key, secret) = try await keys.create(userID: "u_1", name: "ci", quota: 30)
        let (_, free) = try await keys.create(userID: "u_2", name: "free")
        let (application, quotas) = application([.requests(4, per: .minute)])
        try await application.test(.router) { client async throws in
            for _ in 0..<3 { #expect(try await post(client, secret).status == 200) }
            let spent = try await post(client, secret)
            #expect(
                spent.status == 402 && spent.retryAfter == nil && spent.body.contains("The quota is 30 tokens in all"))
            #expect(try await quotas.status(of: key.id, within: key.quotas)[0].used == 30)

            for _ in 0..<4 { #expect(try await post(client, free).status == 200) }
            let rushed = try await post(client, free)
            #expect(rushed.status == 429 && rushed.retryAfter == "55")
            mock.clock.advance(by: .seconds(55))
            #expect(try await post(client, free).status == 200)
            // Without a key, or with none that is known, the handler decides.
            #expect(try await post(client, nil).status == 401)
            #expect(try await post(client, "togo_unknown").status == 401)
        }
    }

    @Test func countsWhatAFailedRequestHasReported() async throws {
        let (key, secret) = try await keys.create(userID: "u_1", name: "ci", quota: 1_000)
        let (application, quotas) = application([], tokens: 500)
        try await application.test(.router) { client async throws in
            #expect(try await post(client, secret, tokens: 13).status == 502)
            #expect(try await quotas.status(of: key.id, within: key.quotas)[0].used == 13)
            #expect(try await post(client, secret, tokens: 600).status == 200)
            // 387 are left, and a request may use 500.
            #expect(try await post(client, secret).status == 402)
        }
    }

    @Test(arguments: [false, true])
    func countsAStreamAtItsEnd(_ isLive: Bool) async throws {
        let (key, secret) = try await keys.create(userID: "u_1", name: "ci", quota: 200)
        let (application, quotas) = application([])
        try await application.test(isLive ? .live : .router) { client async throws in
            let answer = try await post(client, secret, "stream")
            #expect(answer.body == "piecepiecepiecepiece")
            while try await quotas.status(of: key.id, within: key.quotas)[0].used == 1 { await Task.yield() }
            #expect(try await quotas.status(of: key.id, within: key.quotas)[0].used == 100)
            #expect(try await post(client, secret, "stream").status == 200)
            #expect(try await post(client, secret, "stream").status == 402)
        }
    }

    @Test func answersWebhooks() async throws {
        mock.clock.freeze()
        let webhooks = Webhooks(stripe: mock.stripe.client(), stoa: mock.stoa.client(), time: mock.clock)
        let count = Counter()
        let failures = Counter()
        let router = Router(context: BasicRequestContext.self)
        router.post("/v1/webhooks") { request, _ in
            try await webhooks.handle(request) { _ in
                if failures.value == 1 { throw HTTPError(.internalServerError) }
                count.add()
            }
        }
        let (stripe, stoa) = (mock.stripe, mock.stoa)
        try await Application(responder: router.buildResponder()).test(.live) { client async throws in
            let url = try #require(URL(string: "http://127.0.0.1:\(client.port ?? 0)/v1/webhooks"))
            #expect(try await stripe.send(.invoicePaid(customer: "cus_1"), to: url) == 200)
            let low = stoa.webhook(.balanceLow(userID: "u_1"))
            for _ in 0..<2 { #expect(try await low.send(to: url) == 200) }
            #expect(count.value == 2)
            let forged = stoa.webhook(low.message, secret: "whsec_b3RoZXI=")
            #expect(try await forged.send(to: url) == 400)
            // A failure is told, and the event comes again.
            failures.add()
            let paid = stripe.webhook(.invoicePaid(customer: "cus_2"))
            #expect(try await paid.send(to: url) == 500)
            failures.add()
            #expect(try await paid.send(to: url) == 200)
            #expect(count.value == 3)
        }
    }
}
