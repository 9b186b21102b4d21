import Foundation
import Testing
import Tollgate
import TollgateMock

/// Stoa's quickstarts with wrapped providers: the Python client's two and the TypeScript client's.
@Suite struct MeteredQuickstarts {
    private func openAI(_ mock: MockServer, _ transport: any HTTPTransport) -> OpenAI {
        let access = mock.providers.openAI
        return OpenAI(apiKey: access.apiKey, baseURL: access.baseURL, transport: transport)
    }

    /// Python, 0.2.1: register, call, top up.
    @Test(arguments: Front.allCases)
    func registersCallsAndTopsUp(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let stoa = mock.stoaClient(transport)
            mock.providers.setAnswer("Hello to you, too.")

            try await stoa.registerMember(
                registrationSecret: mock.stoa.registrationSecret, userID: "user_123", email: "ada@example.com")
            let openAI = stoa.openAI(userID: "user_123", client: openAI(mock, transport))
            let answer = try await openAI.chat.completions.create(model: "gpt-4", messages: [.user("Hello!")])
            #expect(answer.choices[0].message.content == "Hello to you, too.")

            let usage = try #require(answer.usage)
            guard case .openAIChatCompletion(let chat)? = mock.stoa.events(of: "user_123").first?.payload else {
                Issue.record("the call was not billed")
                return
            }
            #expect(chat.inputTokens == usage.promptTokens && chat.outputTokens == usage.completionTokens)
            #expect(chat.requestID == answer.id)

            try mock.stoa.setBalance("0", of: "user_123")
            do {
                _ = try await openAI.chat.completions.create(model: "gpt-4", messages: [.user("Hello!")])
                Issue.record("an empty balance covered a call")
            } catch let error as Stoa.InsufficientBalance {
                #expect(error.topUpURL?.absoluteString.contains("topup") == true)
                #expect(error.balance == 0 && error.required ?? 0 > 0)
            }
            #expect(mock.stoa.events(of: "user_123").count == 1)
        }
    }

    /// Python, 0.2.12: identify, respond with context, track.
    @Test(arguments: Front.allCases)
    func respondsWithContext(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let stoa = mock.stoaClient(transport)
            try await stoa.identify(userID: "user_123", email: "ada@example.com", metadata: ["plan": "pro"])
            try mock.stoa.setBalance("5", of: "user_123")
            let openAI = stoa.openAI(userID: "user_123", client: openAI(mock, transport))

            try await Stoa.withContext(["feature": "summary_export", "product": "docs"]) {
                _ = try await openAI.responses.create(
                    model: "gpt-4.1-mini", input: .text("Summarize this document:\n\nIt is short."))
                try await stoa.track("summary_export.completed", userID: "user_123", metadata: ["format": "pdf"])
            }
            let events = mock.stoa.events(of: "user_123")
            #expect(events.map(\.payload.discriminator) == ["openai.response", "custom"])
            #expect(events.map { $0.appMetadata?["feature"] } == ["summary_export", "summary_export"])
            #expect(events.last?.appMetadata?["format"] == "pdf")
        }
    }

    /// TypeScript: the user must be charged, pays in a session, and goes on.
    @Test(arguments: Front.allCases)
    func goesOnAfterAPayment(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let stoa = mock.stoaClient(transport)
            mock.providers.setAnswer("It is short.")
            try await stoa.registerMember(
                registrationSecret: mock.stoa.registrationSecret, userID: "user_123", email: "ada@example.com")
            try mock.stoa.setBalance("0", of: "user_123")
            let openAI = stoa.openAI(userID: "user_123", client: openAI(mock, transport))

            var redirect: URL?
            for _ in 0..<2 {
                do {
                    let answer = try await openAI.chat.completions.create(
                        model: "gpt-4o", messages: [.user("Summarize this document.")])
                    #expect(answer.choices[0].message.content == "It is short.")
                    break
                } catch is Stoa.InsufficientBalance {
                    let payment = try await stoa.createPaymentSession(
                        userID: "user_123", email: "ada@example.com",
                        returnURL: "https://app.example.com/billing/return")
                    redirect = payment.checkoutURL
                    try mock.stoa.complete(payment: payment.paymentID, amount: "20.00")
                }
            }
            #expect(redirect != nil)
            #expect(mock.stoa.events(of: "user_123").count == 1)
            #expect(try #require(mock.stoa.balance(of: "user_123")) < 20)
            #expect(mock.requests(of: .openai.createChatCompletion).count == 2)
        }
    }

    @Test(arguments: Front.allCases)
    func billsAStream(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let stoa = mock.stoaClient(transport)
            mock.providers.setAnswer("Hello to you, too.")
            try mock.stoa.setBalance("5", of: "user_123")
            let openAI = stoa.openAI(userID: "user_123", client: openAI(mock, transport))
            var text = ""
            for try await chunk in try await openAI.chat.completions.stream(
                model: "gpt-4", messages: [.user("Hello!")])
            {
                text += chunk.choices.first?.delta.content ?? ""
                #expect(chunk.usage == nil, "the caller did not ask for usage")
            }
            #expect(text == "Hello to you, too.")
            guard case .openAIChatCompletion(let chat)? = mock.stoa.events(of: "user_123").first?.payload else {
                Issue.record("the stream was not billed")
                return
            }
            #expect(chat.outputTokens > 0 && chat.streaming)
        }
    }

    /// A meter for any client that can take a transport; what was used waits on disk.
    @Test(arguments: Front.allCases)
    func metersAnyClient(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            try await TemporaryFolder.with { folder in
                let stoa = mock.stoaClient(transport)
                try mock.stoa.setBalance("5", of: "user_123")
                let meter = try Meter(outbox: .sqlite(path: folder + "/usage.db"), sink: .stoa(stoa))
                let access = mock.providers.openAI
                let openAI = OpenAI(
                    apiKey: access.apiKey, baseURL: access.baseURL,
                    transport: meter.transport(wrapping: transport, provider: .openAI, userID: "user_123"))
                _ = try await openAI.chat.completions.create(model: "gpt-4o", messages: [.user("Hello!")])
                try await meter.record(
                    userID: "user_123", .chatCompletion(model: "gpt-4o", inputTokens: 812, outputTokens: 94))
                #expect("\(await meter.status)" == "waiting: 2, set aside: 0, lost: 0")
                #expect(mock.stoa.events(of: "user_123").isEmpty)
                try await meter.flush()
                #expect("\(await meter.status)" == "waiting: 0, set aside: 0, lost: 0")
                #expect(mock.stoa.events(of: "user_123").count == 2)
            }
        }
    }

    /// Vluna: authorize, work and commit in one piece, also with what a wrapped call has measured.
    @Test(arguments: Front.allCases)
    func worksUnderALease(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let vluna = try mock.vlunaClient(transport)
            let acme = vluna.with(principalID: "org_acme")
            mock.providers.setAnswer("Hello to you, too.")

            let text = try await acme.gate.withLease(featureCode: "openai.gpt5.2") { lease in
                let answer = try await openAI(mock, transport).chat.completions.create(
                    model: "gpt-4o", messages: [.user("Hello!")])
                lease.report(quantityMinor: answer.usage?.totalTokens ?? 0)
                return answer.choices[0].message.content
            }
            #expect(text == "Hello to you, too.")
            let reported = try #require(mock.vluna.ledger.first)
            #expect(reported.isCharged && reported.quantityMinor > 0)

            let meter = Meter(outbox: .memory(), sink: .vluna(vluna))
            let metered = meter.openAI(userID: "org_acme", client: openAI(mock, transport))
            try await acme.gate.withLease(featureCode: "openai.gpt5.2", meter: meter) { _ in
                _ = try await metered.chat.completions.create(model: "gpt-4o", messages: [.user("Hello!")])
            }
            #expect(mock.vluna.ledger.map(\.quantityMinor) == [reported.quantityMinor, reported.quantityMinor])
            #expect(await meter.status.waiting == 0)
        }
    }
}

enum TemporaryFolder {
    static func with(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "quickstart-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.path)
    }
}
