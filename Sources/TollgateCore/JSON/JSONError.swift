/// Why JSON could not be read, and where.
///
/// Neither the description nor a dump of the error shows the contents of the document: names of members may appear,
/// values never do.
public struct JSONError: Error, Sendable {
    private let details: Details

    init(_ reason: Reason, at place: Place) {
        details = Details(reason: reason, place: place)
    }

    /// What is wrong.
    public var reason: Reason { details.reason }

    /// Where: `$.data.items[3].amount`. `$` is the whole document.
    public var path: String {
        switch details.place {
        case .document: "$"
        case .element(let document, let index): document.path(to: index)
        case .member(let document, let object, let name):
            document.path(to: object) + JSONDocument.pathStep(name)
        }
    }

    /// What is wrong.
    public enum Reason: Sendable, Hashable {
        /// The bytes are not JSON. `offset` is in bytes from the start of the document; `line` and `column`
        /// (in bytes) count from 1.
        case syntax(SyntaxProblem, offset: Int, line: Int, column: Int)
        /// A required member is not there.
        case missing
        /// A required value is null.
        case null
        /// The value has another kind.
        case wrongType(expected: String, found: JSONKind)
        /// The number cannot be represented exactly in the type asked for, or not at all.
        case numberOutOfRange(type: String)
        /// The number has a fraction where an integer is required.
        case notAnInteger
        /// The member always has one value, and here it has another.
        case otherValue(expected: String)
        /// The string does not have the required form.
        case invalid(format: String)
    }

    /// What makes bytes not JSON.
    public enum SyntaxProblem: String, Sendable, Hashable {
        case empty = "the document is empty"
        case tooLarge = "the document is larger than 4 GiB"
        case tooDeep = "arrays and objects are nested more than 512 deep"
        case unexpectedEnd = "the document ends too early"
        case unexpectedByte = "unexpected byte"
        case trailingBytes = "there is something after the value"
        case invalidNumber = "malformed number"
        case invalidUTF8 = "the text is not valid UTF-8"
        case controlCharacter = "a control character stands unescaped in a string"
        case invalidEscape = "malformed escape in a string"
        case loneSurrogate = "half of a surrogate pair in a string"
    }

    /// Keeps the document, so that the path is worked out only when somebody asks for it.
    enum Place: Sendable {
        case document
        case element(JSONDocument, Int)
        case member(JSONDocument, Int, String)
    }

    /// One reference, so that a throwing call returns a single word.
    private final class Details: Sendable {
        let reason: Reason
        let place: Place

        init(reason: Reason, place: Place) {
            self.reason = reason
            self.place = place
        }
    }
}

extension JSONError: Hashable {
    public static func == (left: Self, right: Self) -> Bool {
        left.reason == right.reason && left.path == right.path
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(reason)
        hasher.combine(path)
    }
}

extension JSONError: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String {
        switch reason {
        case .syntax: "not valid JSON: \(reason)"
        default: "\(path): \(reason)"
        }
    }

    public var debugDescription: String { "JSONError(\(description))" }

    public var customMirror: Mirror {
        Mirror(self, children: ["reason": reason, "path": path], displayStyle: .struct)
    }
}

extension JSONError.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .syntax(let problem, let offset, let line, let column):
            "\(problem.rawValue) (line \(line), column \(column), byte \(offset))"
        case .missing: "required, but missing"
        case .null: "required, but null"
        case .wrongType(let expected, let found): "expected \(expected), found \(found.article)"
        case .numberOutOfRange(let type): "the number cannot be represented as \(type)"
        case .notAnInteger: "expected an integer, found a number with a fraction"
        case .otherValue(let expected): "expected \(expected), found another value"
        case .invalid(let format): "not a valid \(format)"
        }
    }
}
