import Foundation
import GeneratorDiagnostics
import GeneratorYAML

/// The URIs that schemas give themselves by `$id`, and documents by `$self`: references below are relative to them.
struct Identifiers {
    /// By the place of the schema.
    private var uris: [[String]: String] = [:]
    /// Keywords whose values are no schemas, whatever they look like.
    private static let values: Set = ["example", "examples", "default", "enum", "const", "value"]

    init(_ root: Node) {
        if let uri = root.mapping?["$self"]?.string { uris[[]] = Self.withoutFragment(uri) }
        guard Self.mayHaveIdentifiers(root.file.bytes) else { return }
        var path: [String] = []
        collect(root, &path, base: uris[[]])
    }

    var isEmpty: Bool { uris.isEmpty }

    /// The places that have URIs of their own.
    var places: [(uri: String, pointer: [String])] {
        uris.map { (uri: $0.value, pointer: $0.key) }.sorted { $0.pointer.lexicographicallyPrecedes($1.pointer) }
    }

    /// The innermost of them around a place.
    func base(of pointer: [String]) -> (uri: String, pointer: [String])? {
        var pointer = pointer[...]
        while true {
            if let uri = uris[Array(pointer)] { return (uri, Array(pointer)) }
            if pointer.popLast() == nil { return nil }
        }
    }

    /// Most documents have none, and need not be searched for them.
    private static func mayHaveIdentifiers(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var start = 0
            while start < bytes.count, let base = bytes.baseAddress,
                let match = memchr(base + start, Int32(UInt8(ascii: "$")), bytes.count - start)
            {
                start = UnsafeRawPointer(match) - base + 1
                if bytes[start...].starts(with: "id".utf8) { return true }
            }
            return false
        }
    }

    private mutating func collect(_ node: Node, _ path: inout [String], base: String?) {
        switch node.content {
        case .scalar: break
        case .sequence(let elements):
            for (index, element) in elements.enumerated() where element.scalar == nil {
                path.append(String(index))
                collect(element, &path, base: base)
                path.removeLast()
            }
        case .mapping(let entries):
            var base = base
            if let text = entries["$id"]?.string {
                let uri = Self.withoutFragment(base.map { Self.resolve(text, against: $0) } ?? text)
                if !uri.isEmpty {
                    uris[path] = uri
                    base = uri
                }
            }
            for entry in entries where entry.value.scalar == nil && !Self.values.contains(entry.name) {
                path.append(entry.name)
                collect(entry.value, &path, base: base)
                path.removeLast()
            }
        }
    }
}

// MARK: - URIs

extension Identifiers {
    private static func withoutFragment(_ uri: String) -> String { String(uri.prefix { $0 != "#" }) }

    /// A reference resolved against a URI, by RFC 3986.
    static func resolve(_ text: String, against base: String) -> String {
        if text.isEmpty || Reference.hasScheme(text[...]) { return text.isEmpty ? base : text }
        let scheme = Reference.hasScheme(base[...]) ? base.prefix { $0 != ":" } + ":" : ""
        if text.hasPrefix("//") { return scheme + text }
        var rest = base.dropFirst(scheme.count)
        var authority = ""
        if rest.hasPrefix("//") {
            authority = "//" + rest.dropFirst(2).prefix { $0 != "/" }
            rest = rest.dropFirst(authority.count)
        }
        var parts = text.hasPrefix("/") ? [] : rest.split(separator: "/", omittingEmptySubsequences: true)
        if !text.hasPrefix("/"), !rest.hasSuffix("/"), !parts.isEmpty { parts.removeLast() }
        for part in text.split(separator: "/", omittingEmptySubsequences: true) where part != "." {
            if part != ".." { parts.append(part) } else { _ = parts.popLast() }
        }
        let isAbsolute = !authority.isEmpty || rest.hasPrefix("/") || text.hasPrefix("/")
        return scheme + authority + (isAbsolute ? "/" : "") + parts.joined(separator: "/")
    }
}
