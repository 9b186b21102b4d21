import Foundation
import Testing
import TollgateCore
import TollgateMock

/// What a client makes of everything that can go wrong. The table in this folder's `README.md` is what is expected here;
/// `UPDATE_FAULT_TABLE=1 swift test --filter FaultMatrixTests` writes it.
@Suite struct FaultMatrixTests {
    @Test(.timeLimit(.minutes(10)), arguments: FaultCase.all, Front.allCases)
    func aCallEndsAsTheTableSays(_ fault: FaultCase, _ front: Front) async throws {
        guard front == .socket || !fault.needsSocket else { return }
        for isRepeatable in [true, false] {
            let ended = try await fault.run(repeatable: isRepeatable, front)
            #expect(ended.outcome == (isRepeatable ? fault.repeatable : fault.other), "\(fault.name)")
            #expect(ended.outcome?.mayHaveBeenApplied != false || !ended.wasApplied, "\(fault.name): that is not true")
        }
    }

    @Test func theDocumentedTableIsThisOne() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "README.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let (begin, end) = ("<!-- table -->\n", "<!-- end of table -->")
        let start = try #require(text.range(of: begin)).upperBound
        let finish = try #require(text.range(of: end)).lowerBound
        guard ProcessInfo.processInfo.environment["UPDATE_FAULT_TABLE"] == nil else {
            return try text.replacingCharacters(in: start..<finish, with: FaultTable.text)
                .write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(text[start..<finish] == FaultTable.text)
    }
}

/// The fault matrix as Markdown.
enum FaultTable {
    static var text: String {
        let head = """
            | what goes wrong, each time | sent twice does no more: error | tries | waits (s) | a POST without a key: error | \
            tries | waits (s) | may have been applied |
            |---|---|---|---|---|---|---|---|

            """
        return head + FaultCase.all.map { line($0) + "\n" }.joined()
    }

    private static func line(_ fault: FaultCase) -> String {
        let cells =
            [fault.name] + columns(fault.repeatable) + columns(fault.other)
            + [fault.other.mayHaveBeenApplied ? "yes" : "no"]
        return "| \(cells.joined(separator: " | ")) |"
    }

    private static func columns(_ outcome: FaultCase.Outcome) -> [String] {
        let waits = outcome.waits.map { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" }
        return ["`\(outcome.error)`", "\(outcome.tries)", waits.isEmpty ? "–" : waits.joined(separator: ", ")]
    }
}
