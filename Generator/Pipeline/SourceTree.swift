import GeneratorEmit

/// A folder with a Swift package, in which the folders `Sources/*/Generated` belong to the generator, and those of the
/// test targets that it is told.
///
/// Writing and checking are one: both find out what differs, and writing then mends it.
public struct SourceTree {
    private let files: any TreeAccess

    public init(files: some TreeAccess) {
        self.files = files
    }

    /// What happens to the differences.
    public enum Mode: Sendable {
        /// Files that differ are written, stale ones are removed.
        case write
        /// Nothing is touched.
        case check
    }

    /// Compares the `Generated` folders with what they should hold.
    ///
    /// - Parameters:
    ///   - generated: all files of all modules.
    ///   - modules: the modules; in their `Generated` folders, any other file is stale. In those of other modules, any
    ///     file is stale that says that the generator wrote it.
    ///   - tests: test targets, whose `Generated` folders are likewise compared.
    ///   - mode: what happens to the differences.
    /// - Returns: one report for each module and test target, in that order, then those for other modules that have
    ///   stale files.
    /// - Throws: ``TreeError``.
    public func update(
        with generated: [GeneratedFile], modules: [String], tests: [String] = [], mode: Mode
    ) throws(TreeError) -> [FolderReport] {
        var reports: [FolderReport] = []
        for module in modules {
            reports.append(try report(on: module, in: "Sources", generated.filter { $0.module == module }))
        }
        for target in tests {
            reports.append(try report(on: target, in: "Tests", generated.filter { $0.module == target }))
        }
        for module in try files.folders(in: "Sources") where !modules.contains(module) {
            let report = try reportOnFormer(module)
            if !report.differences.isEmpty { reports.append(report) }
        }
        if mode == .write {
            for report in reports { try files.mend(report) }
        }
        return reports
    }

    static func folder(of module: String, in root: String = "Sources") -> String {
        "\(root)/\(module)/Generated"
    }

    // MARK: Comparing

    private func report(
        on module: String, in root: String, _ generated: [GeneratedFile]
    ) throws(TreeError) -> FolderReport {
        try checkPath(module, in: root)
        var report = FolderReport(folder: Self.folder(of: module, in: root))
        var stale = Set(try files.files(below: report.folder))
        for file in generated.sorted(by: { $0.path < $1.path }) {
            try checkPath(file.path, in: report.folder)
            let isThere = stale.remove(file.path) != nil
            report.compare(isThere ? try files.bytes(of: "\(report.folder)/\(file.path)") : nil, with: file)
        }
        report.differences += stale.sorted().map { Difference(path: $0, kind: .stale, expected: []) }
        return report
    }

    private func reportOnFormer(_ module: String) throws(TreeError) -> FolderReport {
        var report = FolderReport(folder: Self.folder(of: module))
        for path in try files.files(below: report.folder).sorted() {
            guard let bytes = try files.bytes(of: "\(report.folder)/\(path)"), bytes.isGenerated else { continue }
            report.differences.append(Difference(path: path, kind: .stale, expected: []))
        }
        return report
    }

    private func checkPath(_ path: String, in folder: String) throws(TreeError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if parts.contains(where: { ["", ".", ".."].contains($0) }) {
            throw TreeError("\(folder)/\(path)", "is outside the folder")
        }
    }
}

/// How a module's `Generated` folder compares with what it should hold.
public struct FolderReport: Sendable {
    /// Relative to the tree: `Sources/TollgateStoa/Generated`.
    public var folder: String
    /// How many files are as they should be.
    public var unchanged = 0
    public var differences: [Difference] = []

    /// Notes how a file that is there, or is not, compares with what it should be.
    mutating func compare(_ found: [UInt8]?, with file: GeneratedFile) {
        let expected = Array(file.text.utf8)
        guard found != expected else {
            unchanged += 1
            return
        }
        let kind = found.map { Difference.Kind.differs(line: firstDifference($0, expected)) } ?? .missing
        differences.append(Difference(path: file.path, kind: kind, expected: expected))
    }

    /// The number of the first line that is not the same, from 1.
    private func firstDifference(_ found: [UInt8], _ expected: [UInt8]) -> Int {
        let same = zip(found, expected).prefix { $0 == $1 }
        return same.count { $0.0 == UInt8(ascii: "\n") } + 1
    }
}

extension TreeAccess {
    /// Makes a folder what its report says it should be.
    ///
    /// Stale files go first: one may stand where a folder has to be.
    func mend(_ report: FolderReport) throws(TreeError) {
        let prefix = report.folder.isEmpty ? "" : report.folder + "/"
        for difference in report.differences where difference.kind == .stale {
            try remove(prefix + difference.path, keeping: report.folder)
        }
        for difference in report.differences where difference.kind != .stale {
            try write(difference.expected, to: prefix + difference.path)
        }
    }
}

/// A file that is not as it should be.
public struct Difference: Sendable {
    public enum Kind: Hashable, Sendable {
        /// From this line on, counted from 1.
        case differs(line: Int)
        case missing
        /// It should not be there.
        case stale
    }

    /// Relative to the folder.
    public var path: String
    public var kind: Kind
    let expected: [UInt8]
}
