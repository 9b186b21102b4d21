import Foundation
import TollgateCore
import TollgateStoa
import TollgateVluna

/// Our JSON against Foundation's coders: generated models, and models of the same shape, on the same bytes.
struct JSONBenchmarks {
    let effort: Effort

    func section() async throws -> Section {
        var all = try await rows(
            "1,000 token counts", Samples.tokenCounts(), [Stoa.OpenAIChatCompletion].self,
            [Foundations.TokenCounts].self)
        all += try await rows(
            "1,000 limits with times", Samples.featureLimits(), Vluna.FeatureLimitListEnvelope.self,
            Foundations.FeatureLimitList.self)
        all += try await rows("one object of 1 KB", Samples.payment(), Shapes.Payment.self, Foundations.Payment.self)
        all += try await rows(
            "200 texts with escapes", Samples.transcript(), Shapes.Transcript.self, Foundations.Transcript.self)
        all += try await rows("4,000 numbers", Samples.series(), Shapes.Series.self, Foundations.Series.self)
        all += try await rows("200 levels", Samples.thread(), Shapes.Comment.self, Foundations.Comment.self)
        return Section(
            title: "JSON: time of Foundation's coders on synthesised Codable / our time (more is better)",
            rows: all)
    }

    private func rows<Model: JSONConvertible, Plain: Codable & Equatable>(
        _ name: String, _ bytes: [UInt8], _: Model.Type, _: Plain.Type
    ) async throws -> [Row] {
        let data = Data(bytes)
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = .withoutEscapingSlashes
        let model = try Model(jsonBytes: bytes)
        let plain = try decoder.decode(Plain.self, from: data)
        // Foundation orders the members as it likes.
        let (written, foundationWritten) = (model.jsonBytes(), try encoder.encode(plain))
        guard written == bytes, foundationWritten.count == bytes.count,
            try Model(jsonBytes: [UInt8](foundationWritten)).jsonBytes() == bytes,
            try decoder.decode(Plain.self, from: foundationWritten) == plain
        else { throw Mismatch("\(name): the two sides do not say the same") }
        return [
            await row(
                "\(name), decode", bytes.count, ours: { consume(try? Model(jsonBytes: bytes)) },
                foundation: { consume(try? decoder.decode(Plain.self, from: data)) }),
            await row(
                "\(name), encode", bytes.count, ours: { consume(model.jsonBytes()) },
                foundation: { consume(try? encoder.encode(plain)) }),
        ]
    }

    private func row(
        _ name: String, _ bytes: Int, ours: @escaping () -> Void, foundation: @escaping () -> Void
    ) async -> Row {
        let ours = Work(effort, ours)
        let foundation = Work(effort, foundation)
        let rounds = await interleaved(
            effort, ours: { ours.secondsPerCall() }, theirs: { foundation.secondsPerCall() })
        let rates = [rounds.map(\.ours), rounds.map(\.theirs)].map { Double(bytes) / Ratio.median(of: $0) / 1e6 }
        return Row(
            name: name, ratio: Ratio(rounds.map { $0.theirs / $0.ours }),
            context: String(format: "%.0f against %.0f MB/s", rates[0], rates[1]))
    }
}
