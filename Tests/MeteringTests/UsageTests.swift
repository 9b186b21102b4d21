import Foundation
import Testing
import TollgateCore
import TollgateMetering

@Suite struct UsageTests {
    @Test func totalsCountEachTokenOnce() {
        let chat = Usage.chatCompletion(
            model: "m", inputTokens: 100, outputTokens: 20, cachedTokens: 60, reasoningTokens: 5)
        #expect(chat.totalTokens == 120)
        let message = Usage.message(
            model: "m", inputTokens: 100, outputTokens: 20, cacheReadTokens: 60, cacheWriteTokens: 7)
        #expect(message.totalTokens == 187)
        #expect(Usage.embedding(model: "m", inputTokens: 9).totalTokens == 9)
    }

    @Test func whatIsUnknownIsNotZero() {
        #expect(Usage.chatCompletion(model: "m", inputTokens: nil, outputTokens: 20).totalTokens == nil)
        #expect(Usage.chatCompletion(model: "m", inputTokens: 20, outputTokens: nil).totalTokens == nil)
        #expect(Usage.custom("pages").totalTokens == nil)
        #expect(Usage.chatCompletion(model: "m", inputTokens: .max, outputTokens: 1).totalTokens == nil)
    }

    @Test func aRecordIsKeptAsItIs() throws {
        var usage = Usage(.anthropicMessages, model: "claude")
        usage.inputTokens = 1
        usage.outputTokens = 0
        usage.cachedTokens = 3
        usage.cacheWriteTokens = 4
        usage.cacheTTL = "1h"
        usage.reasoningTokens = 5
        usage.nativeInputTokens = 6
        usage.nativeOutputTokens = 7
        usage.characters = 8
        usage.seconds = 9.25
        usage.count = 10
        usage.quantity = Decimal(string: "11.000000000000000001")
        usage.name = "n\u{0}"
        usage.unit = "u"
        usage.cost = Decimal(string: "0.1")
        usage.voice = "v"
        usage.size = "s"
        usage.quality = "q"
        usage.tier = "t"
        usage.features = ["a", "b"]
        usage.dimensions = 12
        usage.requestID = "r"
        usage.providerRequestID = "p"
        usage.isStreamed = true
        usage.isPartial = true
        usage.latencyMilliseconds = 13
        let record = UsageRecord(
            userID: "ü", usage: usage, keyID: "k", time: Date(timeIntervalSince1970: 1_700_000_000.123456),
            metadata: ["a": 1, "b": "x", "c": true, "d": 0.5],
            lease: .init(
                token: "lease", featureCode: "f", quantityMinor: .max, grantedAt: Date(timeIntervalSince1970: 5)))
        let item = OutboxItem(record)
        let read = try item.record()
        #expect(read == record)
        #expect(OutboxItem(read) == item)
        let plain = UsageRecord(userID: "u", usage: .custom("pages"))
        let plainRead = try OutboxItem(plain).record()
        #expect(plainRead == plain)
    }

    @Test func operationsKeepTheirNames() {
        for name in ["openai.chat_completion", "anthropic.messages", "elevenlabs.tts", "custom", "sum"] {
            let operation = Usage.Operation(rawValue: name)
            #expect(operation.rawValue == name)
            if case .unrecognized = operation { Issue.record("\(name) is not known") }
        }
        #expect(Usage.Operation(rawValue: "acme.new") == .unrecognized("acme.new"))
        #expect(Usage.Operation.openAIResponse.provider == "openai")
    }

    @Test func idsAreInTheOrderOfTime() {
        let start = Date(timeIntervalSince1970: 1_700_000_000)
        let ids = (0..<100).map { second in
            UsageRecord(userID: "u", usage: .custom("x"), time: start + Double(second)).id.uuidString
        }
        #expect(ids == ids.sorted())
        #expect(ids.allSatisfy { $0.dropFirst(14).first == "7" })
    }
}
