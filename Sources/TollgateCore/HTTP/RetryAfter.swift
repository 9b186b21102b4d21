import Foundation
import HTTPTypes

extension HTTPFields {
    /// How long the service asks to wait: `Retry-After-Ms`, else `Retry-After` in seconds or as a date.
    ///
    /// A date that has passed is no wait; what cannot be read is nil.
    func retryAfter(now: Date) -> Duration? {
        if let milliseconds = self[.retryAfterMilliseconds].flatMap(Self.amount) {
            return .milliseconds(milliseconds)
        }
        guard let text = self[.retryAfter] else { return nil }
        if let seconds = Self.amount(text) { return .seconds(seconds) }
        guard let date = Date(httpDate: text) else { return nil }
        return Swift.max(.zero, .seconds(date.timeIntervalSince(now)))
    }

    private static func amount(_ text: String) -> Double? {
        guard text.utf8.allSatisfy({ "0123456789.".utf8.contains($0) }), let amount = Double(text) else { return nil }
        // Anything longer is as good as for ever, and would overflow a Duration.
        return Swift.min(amount, 1e12)
    }
}

extension Date {
    /// Reads a date of RFC 9110 in any of its three forms:
    /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`.
    init?(httpDate text: String) {
        let words = text.split { " ,-".contains($0) }.map(String.init)
        let day: String, month: String, year: String, clock: String
        switch words.count {
        case 6 where words[5] == "GMT": (day, month, year, clock) = (words[1], words[2], words[3], words[4])
        case 5: (day, month, year, clock) = (words[2], words[1], words[4], words[3])
        default: return nil
        }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let time = clock.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
        guard let monthIndex = months.firstIndex(of: month), let day = Int(day), (1...31).contains(day),
            var yearNumber = Int(year), (0...9999).contains(yearNumber), time.count == 3, (0...23).contains(time[0]),
            (0...59).contains(time[1]), (0...60).contains(time[2])
        else { return nil }
        if year.count == 2 { yearNumber += yearNumber < 70 ? 2000 : 1900 }
        let days = Self.daysSince1970(year: yearNumber, month: monthIndex + 1, day: day)
        self.init(timeIntervalSince1970: Double(days * 86400 + time[0] * 3600 + time[1] * 60 + time[2]))
    }

    /// Counts in years that begin in March, so that the leap day is the last.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month <= 2 ? year - 1 : year
        let marchMonth = (month + 9) % 12
        let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
        return 365 * marchYear + leapDays + (153 * marchMonth + 2) / 5 + day - 719_469
    }
}
