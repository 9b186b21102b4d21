import TollgateCore

extension TogoBilling {
    /// What an API key is for: names such as `chat`. On the wire one string, with commas between them.
    public struct Scopes: Hashable, Sendable {
        /// The names in their order.
        public let names: [String]

        /// - Parameter names: The names. One that contains commas or white space is taken for several.
        public init(_ names: some Sequence<String>) {
            self.names = names.flatMap { $0.split { $0 == "," || $0.isWhitespace }.map(String.init) }
        }

        /// Whether the key is for this. A key without scopes is for nothing in particular.
        public func contains(_ name: String) -> Bool {
            names.contains(name)
        }

        public var isEmpty: Bool { names.isEmpty }
    }
}

extension TogoBilling.Scopes: ExpressibleByArrayLiteral, CustomStringConvertible {
    public init(arrayLiteral names: String...) {
        self.init(names)
    }

    /// As on the wire: `chat,embeddings`.
    public var description: String { names.joined(separator: ",") }
}

extension TogoBilling.Scopes: JSONConvertible {
    public init(json: JSONElement) throws(JSONError) {
        self.init(CollectionOfOne(try json.string()))
    }

    public func writeValue(to json: inout JSONWriter) {
        json.writeValue(description)
    }
}
