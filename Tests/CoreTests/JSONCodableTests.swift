import Foundation
import Testing
import TollgateCore

/// Models in Foundation's coders.
@Suite struct JSONCodableTests {
    /// A caller's own type, with synthesised conformance, that holds ours.
    struct Envelope: Codable, Equatable {
        var userName: String
        var order: Golden.Order
        var events: [Golden.Event]
        var status: Golden.Status?
        var missing: Golden.Line?
        var provenance: [String: Golden.Provenance]
    }

    static func envelope() throws -> Envelope {
        Envelope(
            userName: "u", order: try JSONModelTests.order(),
            events: [Golden.Event(eventID: "e", payload: .unrecognized("new", [1, nil, 0.1]))],
            status: .unrecognized("odd"), missing: nil, provenance: ["a": .live(.init(requestID: "r"))])
    }

    @Test func worksInFoundationsJSONCoders() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(Self.envelope())
        #expect(try JSONDecoder().decode(Envelope.self, from: data) == Self.envelope())
        let order = try JSONModelTests.order()
        #expect(try JSONValue(jsonBytes: Array(encoder.encode(order))) == JSONValue(jsonBytes: order.jsonBytes()))
        #expect(try encoder.encode(order).range(of: Data("12345678901234567890.123456789".utf8)) != nil)
        #expect(try encoder.encode(order).range(of: Data(#""quantity_minor":"9223372036854775807""#.utf8)) != nil)
    }

    @Test(arguments: [PropertyListSerialization.PropertyListFormat.xml, .binary])
    func worksInPropertyListCoders(format: PropertyListSerialization.PropertyListFormat) throws {
        let encoder = PropertyListEncoder()
        encoder.outputFormat = format
        let data = try encoder.encode(Self.envelope())
        #expect(try PropertyListDecoder().decode(Envelope.self, from: data) == Self.envelope())
    }

    /// The wire names are ours: a coder's strategy for keys does not touch them.
    @Test func keepsWireNamesUnderKeyStrategies() throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = .sortedKeys
        let counters = ["outerKey": Golden.Counters(total: 1, additionalProperties: ["camelCase": 2])]
        let data = try encoder.encode(counters)
        #expect(String(decoding: data, as: UTF8.self) == #"{"outerKey":{"camelCase":2,"total":1}}"#)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        #expect(try decoder.decode(Envelope.self, from: encoder.encode(Self.envelope())) == Self.envelope())
    }

    @Test(arguments: [
        "0", "-1", "1.5", "0.1", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
        "18446744073709551615", "18446744073709551616", "12345678901234567890.123456789", "5e-324", "1e-200",
        "1.7976931348623157e308", "99999999999999999999999999999999999999", "0.30000000000000004", "1e100", "-2.5e-10",
        "123456789012345680", "0.12345678901234567890123456789012345678",
    ])
    func keepsNumbersExactly(text: String) throws {
        let number = try #require(JSONNumber(text))
        let value: JSONValue = ["n": .number(number), "list": [.number(number)]]
        let json = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
        #expect(json == value)
        let list = try PropertyListDecoder().decode(JSONValue.self, from: PropertyListEncoder().encode(value))
        #expect(list == value)
    }

    @Test func keepsKinds() throws {
        let value: JSONValue = [
            "t": true, "f": false, "one": 1, "zero": 0, "s": "1", "e": "", "n": nil, "a": [], "o": [:],
            "an": [nil, [nil]],
            "real": 1.25,
        ]
        #expect(try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value)) == value)
        let list = try PropertyListDecoder().decode(JSONValue.self, from: PropertyListEncoder().encode(value))
        #expect(list == value)
        let scalars: [JSONScalar] = ["s", 1, 0.5, true]
        #expect(try JSONDecoder().decode([JSONScalar].self, from: JSONEncoder().encode(scalars)) == scalars)
        #expect(
            try PropertyListDecoder().decode([JSONScalar].self, from: PropertyListEncoder().encode(scalars)) == scalars)
    }

    @Test func worksForEveryKindOfType() throws {
        func roundTrip<Value: JSONConvertible & Equatable>(_ value: Value) throws {
            let values = ["key": value]
            #expect(try JSONDecoder().decode([String: Value].self, from: JSONEncoder().encode(values)) == values)
            let list = try PropertyListEncoder().encode(values)
            #expect(try PropertyListDecoder().decode([String: Value].self, from: list) == values)
        }
        try roundTrip(Golden.Status.unrecognized("x"))
        try roundTrip(Golden.Priority.low)
        try roundTrip(Golden.Provenance.aggregate(.init(count: 3)))
        try roundTrip(Golden.Input.texts(["a"]))
        try roundTrip(Golden.Update(name: .null, limit: .value(3)))
        try roundTrip(Golden.Comment(text: "a", parent: .init(text: "b"), replies: [.init(text: "c")]))
        try roundTrip(CalendarDate(year: 2026, month: 2, day: 28) ?? .init(year: 1, month: 1, day: 1))
        try roundTrip(Golden.Counters(total: 1, additionalProperties: ["x": .max]))
        try roundTrip(JSONScalar.number(0.1))
    }

    @Test func reportsErrorsAsDecodingErrors() throws {
        let data = Data(#"{"key":[{"sku":"s","n":"secret","ratio":1}]}"#.utf8)
        let error = try #require(throws: DecodingError.self) {
            try JSONDecoder().decode([String: [Golden.Line]].self, from: data)
        }
        guard case .dataCorrupted(let context) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(context.codingPath.map(\.stringValue) == ["key", "Index 0"])
        #expect(context.debugDescription == "$.n: expected a number, found a string")
        #expect((context.underlyingError as? JSONError)?.path == "$.n")
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Golden.Line.self, from: Data("[".utf8)) }
    }

    @Test func refusesToEncodeWhatWouldBeRounded() throws {
        let number = try #require(JSONNumber("123456789012345678901234567890123456789.5"))
        #expect(throws: EncodingError.self) { try JSONEncoder().encode([number]) }
    }
}
