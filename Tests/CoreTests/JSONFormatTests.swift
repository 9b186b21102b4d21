import Foundation
import Testing
import TollgateCore

/// Strings with a form: times, dates, UUIDs, URLs, base64.
@Suite struct JSONFormatTests {
    // MARK: - Times

    @Test(
        arguments: [
            ("2026-03-04T05:06:07Z", 1_772_600_767), ("2026-03-04t05:06:07z", 1_772_600_767),
            ("2026-03-04T05:06:07.5Z", 1_772_600_767.5), ("2026-03-04T07:06:07+02:00", 1_772_600_767),
            ("2026-03-03T23:36:07-05:30", 1_772_600_767), ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59.75Z", -0.25),
            ("2000-02-29T12:00:00+00:00", 951_825_600), ("0000-01-01T00:00:00Z", -62_167_219_200),
            ("9999-12-31T23:59:59Z", 253_402_300_799), ("2016-12-31T23:59:60Z", 1_483_228_800),
            ("2026-03-04T05:06:07.123456Z", 1_772_600_767.123456),
        ] as [(String, Double)])
    func readsTimes(text: String, seconds: Double) throws {
        let date = try Date(json: JSONElement(parsing: text.jsonBytes()))
        #expect(abs(date.timeIntervalSince1970 - seconds) < 1e-6)
    }

    @Test(arguments: [
        "", "2026-03-04", "2026-03-04T05:06:07", "2026-03-04 05:06:07Z", "2026-3-4T05:06:07Z", "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00,5Z",
        "2026-01-01T00:00:00+0200", "2026-01-01T00:00:00+02", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+01:60",
        "2026-01-01T00:00:00ZZ", "2026-01-01T00:00:00Z ", " 2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5",
        "+2026-01-01T00:00:00Z", "２026-01-01T00:00:00Z", "1772600767",
    ])
    func refusesOtherTimes(text: String) throws {
        let json = try JSONElement(parsing: text.jsonBytes())
        #expect(try jsonError { try json.date() }.reason == .invalid(format: "date-time"))
    }

    /// A `Date` holds about seven digits of a fraction in our time: microseconds survive, nanoseconds do not.
    @Test(arguments: [
        ("2026-03-04T05:06:07.000001Z", "2026-03-04T05:06:07.000001Z"),
        ("2026-03-04T05:06:07.999999Z", "2026-03-04T05:06:07.999999Z"),
        ("2026-03-04T05:06:07.123456789Z", "2026-03-04T05:06:07.123457Z"),
        ("2026-03-04T05:06:07.9999999Z", "2026-03-04T05:06:08Z"),
        ("2026-12-31T23:59:59.9999999999999Z", "2027-01-01T00:00:00Z"),
        ("2026-03-04T05:06:07.100Z", "2026-03-04T05:06:07.1Z"),
        ("2026-03-04T05:06:07.000Z", "2026-03-04T05:06:07Z"),
        ("2026-03-04T05:06:07.25+05:30", "2026-03-03T23:36:07.25Z"),
        ("0000-02-29T00:00:00Z", "0000-02-29T00:00:00Z"),
        ("1600-12-31T23:59:59.5Z", "1600-12-31T23:59:59.5Z"),
    ])
    func writesTimesInUTC(text: String, written: String) throws {
        let date = try Date(json: JSONElement(parsing: text.jsonBytes()))
        #expect(date.jsonText() == "\"\(written)\"")
    }

    @Test func writesNullForTimesOutsideTheYears() throws {
        #expect(Date(timeIntervalSince1970: 253_402_300_800).jsonText() == "null")
        #expect(Date(timeIntervalSince1970: 253_402_300_799.9999999).jsonText() == "null")
        #expect(Date(timeIntervalSince1970: -62_167_219_201).jsonText() == "null")
        #expect(Date(timeIntervalSince1970: .nan).jsonText() == "null")
        #expect(Date(timeIntervalSince1970: .infinity).jsonText() == "null")
        #expect(Date.distantPast.jsonText() == "\"0000-12-30T00:00:00Z\"")
        let edge = try JSONElement(parsing: Array(#""9999-12-31T23:59:59-23:59""#.utf8)).date()
        #expect(edge.jsonText() == "null")
    }

    /// From the first Gregorian years on: Foundation counts earlier days by the Julian calendar, RFC 3339 does not.
    @Test func agreesWithFoundation() throws {
        let style = Date.ISO8601FormatStyle()
        for day in stride(from: -140_000, through: 2_900_000, by: 997) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400 + Double(day & 0xFFFF))
            let text = date.formatted(style)
            #expect(date.jsonText() == "\"\(text)\"")
            #expect(try Date(jsonText: "\"\(text)\"") == date)
        }
    }

    // MARK: - Calendar dates

    @Test(arguments: ["2026-02-28", "2024-02-29", "0000-01-01", "9999-12-31", "2000-02-29"])
    func readsAndWritesCalendarDates(text: String) throws {
        let date = try CalendarDate(jsonText: "\"\(text)\"")
        #expect(date.description == text)
        #expect(date.jsonText() == "\"\(text)\"")
        #expect(CalendarDate(text) == date)
        #expect(CalendarDate(year: date.year, month: date.month, day: date.day) == date)
    }

    @Test(arguments: [
        "2026-02-29", "1900-02-29", "2026-04-31", "2026-1-01", "2026-01-01T00:00:00Z", "", "20260101", "2026/01/01",
    ])
    func refusesOtherCalendarDates(text: String) throws {
        #expect(CalendarDate(text) == nil)
        #expect(try jsonError { try CalendarDate(jsonText: "\"\(text)\"") }.reason == .invalid(format: "date"))
    }

    @Test func ordersCalendarDates() throws {
        let texts = ["2025-12-31", "2026-01-01", "2026-01-02", "2026-02-01"]
        #expect(texts.reversed().compactMap { CalendarDate($0) }.sorted().map(\.description) == texts)
    }

    // MARK: - UUIDs

    @Test(arguments: ["018f0000-0000-7000-8000-00000000000a", "018F0000-0000-7000-8000-00000000000A"])
    func writesUUIDsInLowerCase(text: String) throws {
        let uuid = try UUID(jsonText: "\"\(text)\"")
        #expect(uuid == UUID(uuidString: text))
        #expect(uuid.jsonText() == "\"018f0000-0000-7000-8000-00000000000a\"")
    }

    @Test(arguments: [
        "", "018f0000-0000-7000-8000-00000000000", "018f0000-0000-7000-8000-00000000000g",
        "018f00000000700080000000000000000a00",
        "{018f0000-0000-7000-8000-00000000000}", "018f0000-0000-7000-80000-0000000000a",
        "018f0000_0000-7000-8000-00000000000a",
    ])
    func refusesOtherUUIDs(text: String) throws {
        #expect(try jsonError { try UUID(jsonText: "\"\(text)\"") }.reason == .invalid(format: "UUID"))
    }

    // MARK: - URLs

    @Test(arguments: [
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"), ("/relative", "/relative"),
        ("https://example.com/a b", "https://example.com/a%20b"),
        ("https://example.com/ü", "https://example.com/%C3%BC"),
        ("mailto:a@example.com", "mailto:a@example.com"),
    ])
    func readsURLs(text: String, written: String) throws {
        let url = try URL(jsonText: "\"\(text)\"")
        #expect(url.jsonText() == "\"\(written)\"")
    }

    @Test func refusesAnEmptyURL() throws {
        #expect(try jsonError { try URL(jsonText: "\"\"") }.reason == .invalid(format: "URL"))
    }

    // MARK: - Base64

    @Test(
        arguments: [
            ("", []), ("AA==", [0]), ("AA", [0]), ("AAE=", [0, 1]), ("AAE", [0, 1]), ("AAEC", [0, 1, 2]),
            ("+/8=", [0xFB, 0xFF]),
        ] as [(String, [UInt8])])
    func readsBase64(text: String, bytes: [UInt8]) throws {
        #expect(try Data(jsonText: "\"\(text)\"") == Data(bytes))
        #expect(try Data(jsonText: Data(bytes).jsonText()) == Data(bytes))
    }

    @Test(arguments: ["A", "A===", "AA=", "-_8=", "AA==AA==", "A A=", "AA\\n==", "=AAA", "AAAA="])
    func refusesOtherBase64(text: String) throws {
        #expect(try jsonError { try Data(jsonText: "\"\(text)\"") }.reason == .invalid(format: "base64"))
    }
}
