import Foundation
import Testing
import TollgateCore

/// Broken documents, read by us and by Foundation.
///
/// The suite reads 20,000. `FUZZ_JSON=1000000 swift test --filter JSONFuzzTests` reads a million.
@Suite struct JSONFuzzTests {
    private static let shares = 16
    private static let count = ProcessInfo.processInfo.environment["FUZZ_JSON"].flatMap { Int($0) } ?? 20_000

    @Test func agreesWithFoundation() async {
        let tally = await withTaskGroup(of: Tally.self) { group in
            for share in 0..<Self.shares {
                group.addTask { Tally(seed: UInt64(share), count: Self.count / Self.shares) }
            }
            return await group.reduce(into: Tally()) { $0.add($1) }
        }
        #expect(tally.failures.isEmpty, "\(tally.failures.prefix(5).joined(separator: "\n"))")
        // Mutations that never leave a document whole, or never break one, test nothing.
        #expect(tally.accepted > Self.count / 20)
        #expect(tally.refused > Self.count / 4)
        print("JSON fuzz: \(tally)")
    }

    /// A difference that is none any more must go from the list.
    @Test(arguments: DeliberateDifference.allCases)
    func everyDeliberateDifferenceIsOne(_ difference: DeliberateDifference) {
        #expect(JSONAgreement(on: difference.example) == .deliberate(difference))
    }

    @Test(arguments: [
        "{\"a\":1,\"a\":2}", "{\"a\":[1],\"\\u0061\":{}}", "{\"\u{E9}\":1,\"e\u{301}\":2}", "\u{FEFF}1", "[1]\u{0}",
        "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "18446744073709551615", "1e-400", "-0", "[1]]", "",
    ])
    func agreesWhereReadersOftenDiffer(text: String) {
        let agreement = JSONAgreement(on: Array(text.utf8))
        guard case .same = agreement else {
            Issue.record("\(agreement)")
            return
        }
    }

    @Test(arguments: 510...514)
    func agreesOnTheGreatestDepth(depth: Int) {
        for (open, inner, close) in [("[", "", "]"), (#"{"a":"#, "1", "}")] {
            let text = String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
            #expect(JSONAgreement(on: Array(text.utf8)) == .same(accepted: depth <= 512))
        }
    }
}

/// What became of many documents.
private struct Tally: CustomStringConvertible {
    var accepted = 0
    var refused = 0
    var deliberate: [DeliberateDifference: Int] = [:]
    var failures: [String] = []

    init() {}

    init(seed: UInt64, count: Int) {
        var mutator = JSONMutator(seed: seed)
        for _ in 0..<count {
            let bytes = mutator.next()
            switch JSONAgreement(on: bytes) {
            case .same(accepted: true): accepted += 1
            case .same(accepted: false): refused += 1
            case .deliberate(let difference): deliberate[difference, default: 0] += 1
            case .different(let how):
                failures.append("\(String(decoding: bytes, as: UTF8.self).debugDescription): \(how)")
            }
        }
    }

    mutating func add(_ other: Self) {
        accepted += other.accepted
        refused += other.refused
        deliberate.merge(other.deliberate, uniquingKeysWith: +)
        failures += other.failures
    }

    var description: String {
        "\(accepted) accepted and \(refused) refused by both readers, \(failures.count) differences; deliberate: "
            + DeliberateDifference.allCases.map { "\(deliberate[$0] ?? 0) \($0)" }.joined(separator: ", ")
    }
}
