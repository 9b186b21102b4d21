/// A day of the Gregorian calendar, without time and time zone: `2026-02-28`.
public struct CalendarDate: Sendable, Hashable {
    /// 0 to 9999.
    public let year: Int
    /// 1 to 12.
    public let month: Int
    /// 1 to the length of the month.
    public let day: Int

    /// Returns nil if there is no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (0...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= CalendarMath.length(ofMonth: month, year: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// Reads `yyyy-mm-dd`; returns nil for anything else.
    public init?(_ text: String) {
        let date = Array(text.utf8).withUnsafeBufferPointer { TimestampText.calendarDate($0) }
        guard let date else { return nil }
        self = date
    }
}

extension CalendarDate: Comparable {
    public static func < (left: Self, right: Self) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}

extension CalendarDate: CustomStringConvertible {
    /// `yyyy-mm-dd`.
    public var description: String {
        ASCIIField.text(limit: TimestampText.limit) { TimestampText.put(self, to: &$0) }
    }
}

extension CalendarDate: LosslessStringConvertible {}

extension CalendarDate: JSONConvertible {
    public init(json: JSONElement) throws(JSONError) {
        self = try json.calendarDate()
    }

    public func writeValue(to json: inout JSONWriter) {
        json.writeField(limit: TimestampText.limit) { TimestampText.put(self, to: &$0) }
    }
}
