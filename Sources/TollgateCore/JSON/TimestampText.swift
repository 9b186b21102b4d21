import Foundation

/// RFC 3339 times and dates, without a formatter.
enum TimestampText {
    // MARK: - Reading

    /// Reads an RFC 3339 time. Digits of the fraction beyond the ninth are ignored.
    static func date(_ text: UnsafeBufferPointer<UInt8>) -> Date? {
        guard text.count >= 20, let day = calendarDate(UnsafeBufferPointer(rebasing: text[..<10])),
            text[10] | 0x20 == UInt8(ascii: "t"),
            let hour = digits(text, 11, 2), hour < 24, text[13] == UInt8(ascii: ":"),
            let minute = digits(text, 14, 2), minute < 60, text[16] == UInt8(ascii: ":"),
            // A leap second is the first second of the next minute.
            let second = digits(text, 17, 2), second <= 60
        else { return nil }
        var position = 19
        guard let nanoseconds = fraction(text, &position), let offset = zone(text, position) else { return nil }
        let days = CalendarMath.days(year: day.year, month: day.month, day: day.day)
        let seconds = Double(days) * 86_400 + Double(hour * 3_600 + minute * 60 + second - offset)
        return Date(timeIntervalSinceReferenceDate: seconds + Double(nanoseconds) / 1e9)
    }

    /// Reads `yyyy-mm-dd`.
    static func calendarDate(_ text: UnsafeBufferPointer<UInt8>) -> CalendarDate? {
        guard text.count == 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            let year = digits(text, 0, 4), let month = digits(text, 5, 2), let day = digits(text, 8, 2)
        else { return nil }
        return CalendarDate(year: year, month: month, day: day)
    }

    private static func digits(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> Int? {
        guard start + count <= text.count else { return nil }
        var value = 0
        for position in start..<(start + count) {
            let digit = text[position] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    /// The fraction of a second in nanoseconds; 0 if there is none, nil if it is malformed.
    private static func fraction(_ text: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Int? {
        guard text[position] == UInt8(ascii: ".") else { return 0 }
        position += 1
        let start = position
        var nanoseconds = 0
        var scale = 100_000_000
        while position < text.count, let digit = digits(text, position, 1) {
            nanoseconds += digit * scale
            scale /= 10
            position += 1
        }
        return position > start ? nanoseconds : nil
    }

    /// The offset from UTC in seconds, which must be the rest of the text.
    private static func zone(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        guard start < text.count else { return nil }
        switch text[start] {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"):
            return text.count == start + 1 ? 0 : nil
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            guard text.count == start + 6, text[start + 3] == UInt8(ascii: ":"),
                let hours = digits(text, start + 1, 2), hours < 24,
                let minutes = digits(text, start + 4, 2), minutes < 60
            else { return nil }
            let offset = hours * 3_600 + minutes * 60
            return text[start] == UInt8(ascii: "-") ? -offset : offset
        default: return nil
        }
    }

    // MARK: - Writing

    /// The length of the longest time that is written.
    static let limit = 27

    /// A time in UTC, to the microsecond.
    struct Moment {
        let day: CalendarDate
        /// Since midnight.
        let seconds: Int
        let microseconds: Int

        /// Rounds to the microsecond; nil outside the years 0 to 9999.
        init?(_ date: Date) {
            let time = date.timeIntervalSinceReferenceDate
            let whole = time.rounded(.down)
            guard whole > -6.4e10, whole < 2.6e11 else { return nil }
            let fraction = Int(((time - whole) * 1e6).rounded())
            let (carry, microseconds) = fraction.quotientAndRemainder(dividingBy: 1_000_000)
            let total = Int64(whole) + Int64(carry) + CalendarMath.secondsFromYear0ToReference
            guard total >= 0, let day = CalendarMath.calendarDate(daysFromYear0: Int(total / 86_400)) else {
                return nil
            }
            self.day = day
            self.microseconds = microseconds
            seconds = Int(total % 86_400)
        }
    }

    static func put(_ moment: Moment, to field: inout ASCIIField) {
        put(moment.day, to: &field)
        field.put(UInt8(ascii: "T"))
        field.put(moment.seconds / 3_600, width: 2)
        field.put(UInt8(ascii: ":"))
        field.put(moment.seconds / 60 % 60, width: 2)
        field.put(UInt8(ascii: ":"))
        field.put(moment.seconds % 60, width: 2)
        if moment.microseconds > 0 {
            field.put(UInt8(ascii: "."))
            field.put(moment.microseconds, width: 6)
            field.dropTrailingZeros()
        }
        field.put(UInt8(ascii: "Z"))
    }

    /// `yyyy-mm-dd`.
    static func put(_ date: CalendarDate, to field: inout ASCIIField) {
        field.put(date.year, width: 4)
        field.put(UInt8(ascii: "-"))
        field.put(date.month, width: 2)
        field.put(UInt8(ascii: "-"))
        field.put(date.day, width: 2)
    }
}

/// The proleptic Gregorian calendar, in days from the first of March of the year -400.
///
/// Years begin in March here, so that the leap day is the last day of its year; and 400 years (a whole cycle) before
/// the first that is needed, so that no division meets a negative number.
enum CalendarMath {
    static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func marchDays(year: Int, month: Int, day: Int) -> Int {
        let year = (month <= 2 ? year - 1 : year) + 400
        let month = month <= 2 ? month + 9 : month - 3
        return year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1
    }

    private static let year0 = marchDays(year: 0, month: 1, day: 1)
    private static let reference = marchDays(year: 2001, month: 1, day: 1)

    /// From 0000-01-01 to 2001-01-01, the reference date of Foundation.
    static let secondsFromYear0ToReference = Int64(reference - year0) * 86_400

    /// Days from 2001-01-01.
    static func days(year: Int, month: Int, day: Int) -> Int {
        marchDays(year: year, month: month, day: day) - reference
    }

    /// The day for a number of days (not negative) from 0000-01-01; nil after the year 9999.
    static func calendarDate(daysFromYear0 days: Int) -> CalendarDate? {
        let (era, dayOfEra) = (days + year0).quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let year = era * 400 + yearOfEra - 400
        return month < 10
            ? CalendarDate(year: year, month: month + 3, day: day)
            : CalendarDate(year: year + 1, month: month - 9, day: day)
    }
}
