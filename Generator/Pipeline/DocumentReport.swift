import Foundation
import GeneratorDiagnostics
import GeneratorEmit
import GeneratorPlan

/// What became of a document from outside.
public struct DocumentReport: Sendable, Encodable {
    /// An operation that is not generated.
    public struct Omission: Sendable, Encodable {
        /// `GET /points/{id}`
        public var operation: String
        public var reason: String
    }

    public var document: String
    /// Of OpenAPI.
    public var version = ""
    /// How many operations the document has.
    public var operations = 0
    public var generated = 0
    public var leftOut: [Omission] = []
    public var types = 0
    /// With a package: how many operations its tests call, and how many examples they read.
    public var calls = 0
    public var examples = 0
    /// Operations that the tests do not call.
    public var uncalled: [Omission] = []
    public var files = 0
    public var lines = 0
    public var bytes = 0
    public var errors: Int
    public var warnings: Int
    public var seconds = 0.0

    private var changes: [FolderReport] = []

    public init(document: String, diagnostics: Diagnostics) {
        self.document = document
        errors = diagnostics.all.count { $0.severity == .error }
        warnings = diagnostics.all.count { $0.severity == .warning }
    }

    private enum CodingKeys: CodingKey {
        case document, version, operations, generated, leftOut, types, calls, examples, uncalled, files, lines, bytes
        case errors, warnings, seconds
    }

    public mutating func add(_ plan: Plan, generated files: [GeneratedFile], reports: [FolderReport]) {
        for document in plan.modules.flatMap(\.documents) {
            operations += document.operations + document.omissions.count
            generated += document.operations
            types += document.models
            leftOut += document.omissions.map { Omission(operation: $0.operation, reason: $0.reason) }
            version = document.version
        }
        if let tests = plan.tests {
            calls = tests.groups.reduce(0) { $0 + $1.calls.count }
            examples = tests.examples.reduce(0) { $0 + $1.rows.count }
            uncalled = tests.uncalled.map { Omission(operation: $0.key, reason: $0.reason) }
        }
        self.files = files.count
        lines = files.reduce(0) { $0 + lineBreaks(in: $1.text) }
        bytes = files.reduce(0) { $0 + $1.text.utf8.count }
        changes = reports
    }

    private func lineBreaks(in text: String) -> Int {
        var text = text
        return text.withUTF8 { bytes in bytes.reduce(0) { $0 &+ ($1 == UInt8(ascii: "\n") ? 1 : 0) } }
    }

    /// For machines.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    /// `qdrant.json: 72 of 72 operations, 310 types, 48 files, 21043 lines, 12 warnings in 0.42 s`
    public func line() -> String {
        let time = String(format: "%.2f", seconds)
        let counts =
            "\(generated) of \(operations) operations, \(types) types, \(files) files, \(lines) lines, "
            + "\(errors) errors, \(warnings) warnings in \(time) s\n"
        return "\(document): \(counts)" + leftOut.map { "left out: \($0.operation): \($0.reason)\n" }.joined()
    }

    /// Whether nothing had to be changed.
    public var isUpToDate: Bool { changes.allSatisfy(\.differences.isEmpty) }

    /// One line for each file that is not as it should be.
    public func complaints(in output: String) -> String {
        changes.map { report in
            let folder = report.folder.isEmpty ? output : "\(output)/\(report.folder)"
            return report.complaints(in: folder).map { $0 + "\n" }.joined()
        }.joined()
    }
}
