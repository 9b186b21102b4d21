import Foundation
import TollgateCore

/// Our JSON against Foundation's coders, on the same bytes and on models of the same shape.
struct JSONBenchmarks {
    let effort: Effort

    func section() async throws -> Section {
        var section = Section(title: "JSON: time of Foundation's coders / our time (more is better)")
        section.rows += try await rows(
            "list of 1,000 items", Samples.list(), Ours.EventList.self, Foundations.EventList.self)
        section.rows += try await rows("object of 1 kB", Samples.object(), Ours.Membership.self, Foundations.Membership.self)
        section.rows += try await rows(
            "strings with escapes", Samples.escapes(), Ours.Transcript.self, Foundations.Transcript.self)
        section.rows += try await rows("numbers", Samples.numbers(), Ours.ReadingList.self, Foundations.ReadingList.self)
        section.rows += try await rows(
            "exact amounts, times", Samples.charges(), Ours.ChargeList.self, Foundations.ChargeList.self)
        section.rows += try await rows("200 levels deep", Samples.nested(), Ours.Level.self, Foundations.Level.self)
        return section
    }

    private func rows<Model: JSONModel, Plain: Codable & Equatable>(
        _ name: String, _ bytes: [UInt8], _: Model.Type, _: Plain.Type
    ) async throws -> [Row] {
        let data = Data(bytes)
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        let model = try Model(jsonBytes: bytes)
        let plain = try decoder.decode(Plain.self, from: data)
        guard try decoder.decode(Plain.self, from: Data(model.jsonBytes())) == plain else {
            throw DifferentResults(name: name)
        }
        return [
            await row(
                "\(name), decode", bytes.count, ours: { consume(try? Model(jsonBytes: bytes)) },
                foundation: { consume(try? decoder.decode(Plain.self, from: data)) }),
            await row(
                "\(name), encode", model.jsonBytes().count, ours: { consume(model.jsonBytes()) },
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
            context: String(format: "%.0f to %.0f MB/s", rates[0], rates[1]))
    }
}

/// Both sides are to be compared and do not say the same.
struct DifferentResults: Error {
    let name: String
}
