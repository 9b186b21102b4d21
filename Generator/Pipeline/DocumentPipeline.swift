import GeneratorDiagnostics
import GeneratorEmit
import GeneratorOpenAPI
import GeneratorPlan

/// From one document from outside to the text of Swift files: a module with a client of its own.
///
/// What is done with the text is the matter of ``OutputFolder``.
public struct DocumentPipeline {
    private let files: any FileAccess
    private let document: String
    private let module: String
    private let diagnostics: Diagnostics

    /// What to read of the document.
    public var options = SpecificationReader.Options(strictness: .outside)
    /// The package to put around the client; nil for none.
    public var package: PackagePlan?

    /// - Parameters:
    ///   - files: the folder that holds the document.
    ///   - document: its path there.
    ///   - module: the name of the Swift module, which is that of the client, too.
    ///   - diagnostics: where complaints go.
    public init(files: some FileAccess, document: String, module: String, diagnostics: Diagnostics) {
        self.files = files
        self.document = document
        self.module = module
        self.diagnostics = diagnostics
    }

    /// Where the files of each module go: to the folder itself, or to the places of a package's targets.
    public var folders: [(module: String, path: String)] {
        guard let package else { return [(module, "")] }
        return [
            ("", ""), (module, "Sources/\(module)"), (package.mock, "Sources/\(package.mock)"),
            (package.tests, "Tests/\(package.tests)"),
        ]
    }

    /// What speaks against a name for the module; nil if nothing does.
    public static func problem(withModule name: String) -> String? {
        let isPlain = name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || isLetterOrDigit($0) }
        guard isPlain, SwiftText.identifier(name) == name, name.first?.isUppercase == true else {
            return "\"\(name)\" cannot be the name of the module: letters and digits, the first one a capital"
        }
        return SwiftText.isOccupied(name) ? "\"\(name)\" means something else in Swift: choose another module" : nil
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        byte < 0x80 && (Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber)
    }

    /// Reads, resolves and plans.
    ///
    /// - Returns: nil if the document as a whole is useless, which an error tells.
    public func plan() -> Plan? {
        let reader = SpecificationReader(files: files, diagnostics: diagnostics, options: options)
        let specification = reader.read(documents: [document])
        if diagnostics.hasErrors { return nil }
        let builder = PlanBuilder(
            specification: specification, configuration: .outside(document: document, module: module, package: package),
            diagnostics: diagnostics)
        let plan = builder.build().namingOrigins(origin)
        return diagnostics.hasErrors ? nil : plan
    }

    /// The text of all files.
    public func emit(_ plan: Plan) -> [GeneratedFile] {
        Emitter.files(for: plan)
    }

    private func origin(_ displayPath: String) -> String {
        let folder = files.displayPath(of: "")
        return displayPath.hasPrefix(folder) ? String(displayPath.dropFirst(folder.count)) : displayPath
    }
}
