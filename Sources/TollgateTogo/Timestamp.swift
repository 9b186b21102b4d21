import Foundation
import TollgateCore

extension TogoBilling {
    /// A time as the plugin writes it: a text that is empty for never.
    public struct Timestamp: Hashable, Sendable {
        /// As it came.
        public let text: String
        /// The time; nil for never, and for a text that is not RFC 3339.
        public let date: Date?

        /// A time, or never.
        public init(_ date: Date?) {
            self.date = date
            text = date.map { String($0.jsonText().dropFirst().dropLast()) } ?? ""
        }

        public static let never = Timestamp(nil)

        /// Whether it is no time. The zero time of Go is none either.
        public var isNever: Bool { text.isEmpty || text.hasPrefix("0001-01-01T00:00:00") }
    }
}

extension TogoBilling.Timestamp: JSONConvertible {
    public init(json: JSONElement) throws(JSONError) {
        text = try json.string()
        date = try? json.date()
    }

    public func writeValue(to json: inout JSONWriter) {
        json.writeValue(text)
    }
}
