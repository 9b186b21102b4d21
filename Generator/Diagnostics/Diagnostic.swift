/// One complaint about a source file: what is wrong, where, and what to do about it.
public struct Diagnostic: Sendable, Hashable {
    /// How bad it is.
    public enum Severity: String, Sendable, Hashable {
        /// Nothing is written when there is an error.
        case error
        /// Worth a look; the result stands.
        case warning
        /// Says more about the error or the warning that it belongs to.
        case note
    }

    /// How bad it is.
    public var severity: Severity
    /// What is wrong, as a sentence without a capital letter and without a full stop.
    public var message: String
    /// Where; nil if it concerns no place in a file.
    public var location: SourceLocation?
    /// What to do, printed after the caret; for example `did you mean "required"?`.
    public var hint: String?
    /// Other places that belong to this one, with severity ``Severity/note``.
    public var notes: [Diagnostic]

    /// Makes a diagnostic.
    public init(
        _ severity: Severity, _ message: String, at location: SourceLocation? = nil, hint: String? = nil,
        notes: [Diagnostic] = []
    ) {
        self.severity = severity
        self.message = message
        self.location = location
        self.hint = hint
        self.notes = notes
    }
}

/// Collects diagnostics, so that one run reports all there is to report.
public final class Diagnostics {
    private var collected: [Diagnostic] = []
    private var known: Set<Diagnostic> = []

    /// Makes an empty collector.
    public init() {}

    /// Whether there is an error among the diagnostics.
    public private(set) var hasErrors = false

    /// All diagnostics: first those without a place, then by file, line and column; equal places in order of report.
    public var all: [Diagnostic] {
        let order = collected.enumerated().sorted { left, right in
            switch (left.element.location, right.element.location) {
            case (nil, .some): true
            case (.some, nil): false
            case (let first?, let second?) where first != second: first < second
            default: left.offset < right.offset
            }
        }
        return order.map(\.element)
    }

    /// Adds a diagnostic, unless the same one was added before.
    public func add(_ diagnostic: Diagnostic) {
        guard known.insert(diagnostic).inserted else { return }
        collected.append(diagnostic)
        hasErrors = hasErrors || diagnostic.severity == .error
    }

    /// Adds an error.
    public func error(
        _ message: String, at location: SourceLocation?, hint: String? = nil, notes: [Diagnostic] = []
    ) {
        add(Diagnostic(.error, message, at: location, hint: hint, notes: notes))
    }

    /// Adds a warning.
    public func warning(
        _ message: String, at location: SourceLocation?, hint: String? = nil, notes: [Diagnostic] = []
    ) {
        add(Diagnostic(.warning, message, at: location, hint: hint, notes: notes))
    }
}
