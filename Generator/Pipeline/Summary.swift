import GeneratorPlan

/// What was done, as the tool says it.
public struct Summary: Sendable {
    private let plan: Plan
    private let specFolder: String
    private let reports: [FolderReport]
    private let mode: SourceTree.Mode

    /// - Parameters:
    ///   - plan: what was generated.
    ///   - specFolder: how the folder of the documents is shown.
    ///   - reports: how the `Generated` folders compared.
    ///   - mode: what was done about that.
    public init(plan: Plan, specFolder: String, reports: [FolderReport], mode: SourceTree.Mode) {
        self.plan = plan
        self.specFolder = specFolder
        self.reports = reports
        self.mode = mode
    }

    /// One line for each document, with what became of the module's files beside its last one.
    ///
    /// ```
    /// spec/stoa/openapi.yaml      9 operations   31 models   Sources/TollgateStoa/Generated    unchanged
    /// spec/vluna/openapi.yaml    14 operations   58 models   Sources/TollgateVluna/Generated   3 files written
    /// ```
    public func table() -> String {
        var rows: [Row] = []
        for (index, module) in plan.modules.enumerated() {
            for document in module.documents {
                rows.append(
                    Row(
                        name: "\(specFolder)/\(document.name)", first: (document.operations, "operation"),
                        second: (document.models, "model")))
            }
            let isLast = !plan.modules[(index + 1)...].contains { $0.module == module.module }
            if isLast && !module.documents.isEmpty { addResult(of: module.module, to: &rows[rows.count - 1]) }
        }
        if let mock = plan.mock {
            let routes = mock.services.reduce(0) { $0 + $1.routes.count }
            let schemas = mock.services.reduce(0) { $0 + $1.schemas.count }
            rows.append(Row(name: "mock", first: (routes, "route"), second: (schemas, "schema")))
            addResult(of: mock.module, to: &rows[rows.count - 1])
        }
        if let fixtures = plan.fixtures {
            let operations = fixtures.services.reduce(0) { $0 + $1.operations.count }
            rows.append(Row(name: "fixtures", first: (operations, "operation")))
            addResult(of: fixtures.target, in: "Tests", to: &rows[rows.count - 1])
        }
        let known = Set(rows.map(\.folder))
        for report in reports where !known.contains(report.folder) {
            rows.append(Row(folder: report.folder, result: text(for: report)))
        }
        return aligned(rows)
    }

    private struct Row {
        var name = ""
        var first: (count: Int, noun: String)?
        var second: (count: Int, noun: String)?
        var folder = ""
        var result = ""
    }

    private func addResult(of module: String, in root: String = "Sources", to row: inout Row) {
        row.folder = SourceTree.folder(of: module, in: root)
        row.result = reports.first { $0.folder == row.folder }.map(text) ?? ""
    }

    /// `3 files written, 1 removed`
    private func text(for report: FolderReport) -> String {
        let stale = report.differences.count { $0.kind == .stale }
        let missing = report.differences.count { $0.kind == .missing }
        let differing = report.differences.count - stale - missing
        let counts: [(count: Int, word: String)] =
            switch mode {
            case .write: [(missing + differing, "written"), (stale, "removed")]
            case .check: [(differing, "differing"), (missing, "missing"), (stale, "stale")]
            }
        let there = counts.filter { $0.count > 0 }
        guard let first = there.first else { return "unchanged" }
        let rest = there.dropFirst().map { "\($0.count) \($0.word)" }
        return (["\(counted(first.count, "file")) \(first.word)"] + rest).joined(separator: ", ")
    }

    private func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    private func aligned(_ rows: [Row]) -> String {
        let firsts = counts(rows.map(\.first))
        let seconds = counts(rows.map(\.second))
        let names = rows.map(\.name.count).max() ?? 0
        let folders = rows.map(\.folder.count).max() ?? 0
        return rows.indices.map { index in
            let name = padded(rows[index].name, to: names + 1)
            let folder = padded(rows[index].folder, to: folders)
            var line = [name, firsts[index], seconds[index], folder, rows[index].result].joined(separator: "   ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }

    /// Numbers flush right, nouns flush left.
    private func counts(_ counts: [(count: Int, noun: String)?]) -> [String] {
        let texts = counts.map { count in
            count.map { counted($0.count, $0.noun).split(separator: " ").map(String.init) } ?? ["", ""]
        }
        let numbers = texts.map(\.[0].count).max() ?? 0
        let nouns = texts.map(\.[1].count).max() ?? 0
        return texts.map { text in
            let blanks = String(repeating: " ", count: numbers - text[0].count)
            return "\(blanks)\(text[0]) \(padded(text[1], to: nouns))"
        }
    }

    private func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// One line for each file that is not as it should be, and what to do.
    ///
    /// ```
    /// Sources/TollgateStoa/Generated/Models/Member.swift:12: error: differs from what the spec says
    /// run "swift run tollgate generate" and commit what it writes
    /// ```
    public func complaints() -> String {
        var lines = reports.flatMap { $0.complaints(in: $0.folder) }
        if lines.isEmpty { return "" }
        lines.append("run \"swift run tollgate generate\" and commit what it writes")
        return lines.map { $0 + "\n" }.joined()
    }
}

extension FolderReport {
    /// One line for each file that is not as it should be, shown as one of this folder.
    func complaints(in folder: String) -> [String] {
        differences.map { difference in
            let path = "\(folder)/\(difference.path)"
            return switch difference.kind {
            case .differs(let line): "\(path):\(line): error: differs from what the spec says"
            case .missing: "\(path): error: is missing"
            case .stale: "\(path): error: nothing in the spec says that this file is there"
            }
        }
    }
}
