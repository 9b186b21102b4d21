import Foundation
import TollgateCore

/// The formats of texts and numbers that are checked; others are not.
enum Format: String, Sendable {
    case dateTime = "date-time"
    case date
    case uuid
    case uri
    case email
    /// A file, which only a form can hold.
    case binary
    case int32
    case int64

    /// What a value that does not fit should have been; nil for one that fits.
    func complaint(about value: JSONValue) -> String? {
        switch (self, value) {
        case (.int32, .number(let number)):
            number.int64.flatMap(Int32.init(exactly:)) == nil ? "must be an integer of 32 bits" : nil
        case (.int64, .number(let number)):
            number.int64 == nil ? "must be an integer of 64 bits" : nil
        case (_, .string(let text)):
            (try? JSONElement(parsing: text.jsonBytes())).map { fits(text, $0) } ?? false ? nil : "must be \(name)"
        default:
            nil
        }
    }

    private var name: String {
        switch self {
        case .dateTime: "a date and time with offset, as in 2026-01-02T03:04:05Z"
        case .date: "a date, as in 2026-01-02"
        case .uuid: "a UUID"
        case .uri: "an absolute URI"
        case .email: "an email address"
        case .binary: "a file"
        case .int32, .int64: "an integer"
        }
    }

    /// Whether a text, which stands in a document as `element`, is of this format.
    func fits(_ text: String, _ element: JSONElement) -> Bool {
        switch self {
        case .dateTime: (try? element.date()) != nil
        case .date: (try? element.calendarDate()) != nil
        case .uuid: UUID(uuidString: text) != nil
        // Foundation would take letters beyond ASCII, which a URI writes as escapes.
        case .uri: text.utf8.allSatisfy { $0 < 0x80 } && (URL(string: text)?.scheme).map { !$0.isEmpty } ?? false
        case .email: Self.isEmail(text)
        case .binary, .int32, .int64: true
        }
    }

    /// Something, an at sign, something: no more can be said without sending mail.
    private static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.contains { $0.isWhitespace }
    }
}
