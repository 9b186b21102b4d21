import Synchronization
import TollgateCore

/// Where the description of a service says what: the lines of its files, by JSON pointer.
package struct MockPlaces: Sendable {
    private var files: [String: LineText] = [:]
    private var schemas: [String: String] = [:]

    package init() {}

    /// Adds a file. The lines are JSON of the file's form, with numbers where the file has more.
    package mutating func file(_ path: String, _ lines: String) {
        files[path] = LineText(lines)
    }

    /// Says where a schema stands that is not found by its key.
    package mutating func schema(_ key: String, _ place: String) {
        schemas[key] = place
    }

    /// Where the schema stands that a `$ref` names by its key.
    func schema(_ key: String) -> SpecPlace? {
        if let text = schemas[key] { return place(text) }
        let pointer = "/components/schemas/\(SpecPlace.escaped(key))"
        return files.first { $0.value.line(of: pointer, exactly: true) != nil }.map { place("\($0.key)#\(pointer)") }
    }

    /// A place that is written as file and pointer: `spec/stoa/usage.yaml#/paths/~1events/post`.
    func place(_ text: some StringProtocol) -> SpecPlace {
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        return place(String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }

    func place(_ file: String, _ pointer: String) -> SpecPlace {
        SpecPlace(file: file, line: files[file]?.line(of: pointer, exactly: false), pointer: pointer)
    }
}

/// A place in the description of a service.
public struct SpecPlace: Sendable, Hashable, CustomStringConvertible {
    /// For example `spec/stoa/usage.yaml`.
    public let file: String
    /// The line, counted from 1, where it begins, or else what it is in; nil if that is not known.
    public let line: Int?
    /// A JSON pointer within the file: `/components/schemas/UsageEvent/properties/user_id`.
    public let pointer: String

    /// As compilers write it, with the pointer after it: `spec/stoa/usage.yaml:41 /components/schemas/UsageEvent`.
    public var description: String {
        line.map { "\(file):\($0) \(pointer)" } ?? "\(file) \(pointer)"
    }

    static func escaped(_ name: String) -> String {
        name.replacing("~", with: "~0").replacing("/", with: "~1")
    }

    static func names(in pointer: some StringProtocol) -> [String] {
        pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { name in
            String(name).replacing("~1", with: "/").replacing("~0", with: "~")
        }
    }
}

/// The lines of a file as text, which is read when it is first needed.
private final class LineText: Sendable {
    private let text: String
    private let parsed = Mutex<JSONValue?>(nil)

    init(_ text: String) {
        self.text = text
    }

    /// The line of what a pointer names, or, unless it must be just that, of what it is in.
    func line(of pointer: String, exactly: Bool) -> Int? {
        var value = lines
        var line = Self.line(of: value)
        for name in SpecPlace.names(in: pointer) {
            guard let child = value[name] else { return exactly ? nil : line }
            value = child
            line = Self.line(of: value) ?? (exactly ? nil : line)
        }
        return line
    }

    private static func line(of value: JSONValue) -> Int? {
        (value[""] ?? value).number?.int
    }

    private var lines: JSONValue {
        parsed.withLock { parsed in
            if let parsed { return parsed }
            let lines = (try? JSONValue(jsonText: text)) ?? .null
            parsed = lines
            return lines
        }
    }
}
