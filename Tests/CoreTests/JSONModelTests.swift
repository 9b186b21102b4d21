import Foundation
import Testing
import TollgateCore

@Suite struct JSONModelTests {
    static let orderText = #"""
        {"order_id":"o-1","lines":[{"sku":"a","n":2,"ratio":0.5},{"sku":"ü","n":-1,"ratio":1}],"labels":{"a":"1",
        "b":"2"},"status":"settled","priority":0,"placed_at":"2026-03-04T05:06:07.25Z","due_on":"2026-03-31",
        "total":12345678901234567890.123456789,"quantity_minor":"9223372036854775807","discount":"0.10","note":"n",
        "approved_by":"x","attempts":3,"receipt":"AAEC","callback":"https://example.com/a?b=c",
        "trace_id":"018f0000-0000-7000-8000-00000000000a","extra":{"deep":[1,null,true]}}
        """#

    static func order() throws -> Golden.Order {
        Golden.Order(
            orderID: "o-1",
            lines: [Golden.Line(sku: "a", count: 2, ratio: 0.5), Golden.Line(sku: "ü", count: -1, ratio: 1)],
            labels: ["a": "1", "b": "2"], status: .settled, priority: .low,
            placedAt: Date(timeIntervalSince1970: 1_772_600_767.25), dueOn: CalendarDate(year: 2026, month: 3, day: 31),
            total: try #require(Decimal(string: "12345678901234567890.123456789")), quantityMinor: .max,
            discount: Decimal(string: "0.1"), note: "n", approvedBy: "x", attempts: 3,
            receipt: Data([0, 1, 2]), callback: URL(string: "https://example.com/a?b=c"),
            traceID: UUID(uuidString: "018F0000-0000-7000-8000-00000000000A"), extra: ["deep": [1, nil, true]])
    }

    @Test func readsEveryKindOfMember() throws {
        #expect(try Golden.Order(jsonText: Self.orderText) == Self.order())
    }

    @Test func writesEveryKindOfMember() throws {
        let written = try Self.order().jsonText()
        let expected = Self.orderText.replacing("\n", with: "").replacing(
            #""discount":"0.10""#, with: #""discount":"0.1""#)
        #expect(written == expected)
    }

    @Test func leavesOutNilAndWritesRequiredNull() {
        let order = Golden.Order(
            orderID: "", lines: [], status: .open, placedAt: Date(timeIntervalSince1970: 0), total: 0, quantityMinor: -1
        )
        #expect(
            order.jsonText()
                == #"{"order_id":"","lines":[],"labels":{},"status":"open","priority":1,"#
                + #""placed_at":"1970-01-01T00:00:00Z","total":0,"quantity_minor":"-1","#
                + #""approved_by":null,"attempts":1}"#
        )
    }

    @Test func takesNullForAbsent() throws {
        let text = #"""
            {"order_id":"","lines":[],"status":"open","placed_at":"1970-01-01T00:00:00Z","total":0,"quantity_minor":"0",
            "labels":null,"priority":null,"attempts":null,"note":null,"extra":null,"due_on":null,"receipt":null}
            """#
        let order = try Golden.Order(jsonText: text)
        #expect(order.labels.isEmpty)
        #expect(order.priority == .normal)
        #expect(order.attempts == 1)
        #expect(order.extra == nil)
    }

    @Test func readsMembersInAnyOrderAndIgnoresUnknownOnes() throws {
        let line = try Golden.Line(jsonText: #"{"new":{"sku":[1]},"ratio":2.5,"x":[{"n":1}],"n":7,"sku":"s","z":null}"#)
        #expect(line == Golden.Line(sku: "s", count: 7, ratio: 2.5))
    }

    @Test func keepsUnknownEnumValues() throws {
        let statuses = try [Golden.Status](jsonText: #"["open","paused","settled"]"#)
        #expect(statuses == [.open, .unrecognized("paused"), .settled])
        #expect(statuses.jsonText() == #"["open","paused","settled"]"#)
        let priorities = try [Golden.Priority](jsonText: "[1,7,0]")
        #expect(priorities == [.normal, .unrecognized(7), .low])
        #expect(priorities.jsonText() == "[1,7,0]")
    }

    @Test(arguments: [
        (#"{"kind":"live","request_id":"r"}"#, Golden.Provenance.live(.init(requestID: "r"))),
        (#"{"kind":"aggregate","count":2}"#, .aggregate(.init(count: 2))),
        (#"{"a":[1.50],"kind":"new"}"#, .unrecognized(["kind": "new", "a": [1.5]])),
    ])
    func choosesTheVariantByDiscriminator(text: String, union: Golden.Provenance) throws {
        #expect(try Golden.Provenance(jsonText: text) == union)
        #expect(union.jsonText() == text.replacing("1.50", with: "1.5"))
    }

    @Test(arguments: [
        (
            #"{"event_id":"e","event_type":"app.live","payload":{"request_id":"r"}}"#,
            Golden.Event.Payload.live(.init(requestID: "r"))
        ),
        (#"{"event_id":"e","event_type":"app.aggregate","payload":{"count":3}}"#, .aggregate(.init(count: 3))),
        (#"{"event_id":"e","event_type":"app.new","payload":[true]}"#, .unrecognized("app.new", [true])),
    ])
    func choosesTheVariantBySibling(text: String, payload: Golden.Event.Payload) throws {
        #expect(try Golden.Event(jsonText: text) == Golden.Event(eventID: "e", payload: payload))
        #expect(Golden.Event(eventID: "e", payload: payload).jsonText() == text)
    }

    @Test(arguments: [
        (#""t""#, Golden.Input.text("t")),
        (#"["a","b"]"#, .texts(["a", "b"])),
        (#"{"request_id":"r"}"#, .live(.init(requestID: "r"))),
        (#"{"count":1}"#, .aggregate(.init(count: 1))),
        (#"{"other":1}"#, .unrecognized(["other": 1])),
        ("7", .unrecognized(7)),
    ])
    func choosesTheVariantByShape(text: String, union: Golden.Input) throws {
        #expect(try Golden.Input(jsonText: text) == union)
        #expect(union.jsonText() == text)
    }

    @Test func triesVariants() throws {
        let json = try JSONElement(parsing: Array(#"{"count":1}"#.utf8))
        #expect(json.matching(Golden.LiveProvenance.self) == nil)
        #expect(json.matching(Golden.AggregateProvenance.self) == .init(count: 1))
    }

    @Test(arguments: [
        (#"{}"#, Golden.Update()),
        (#"{"name":null}"#, .init(name: .null)),
        (#"{"name":"n","limit":null}"#, .init(name: .value("n"), limit: .null)),
        (#"{"limit":5}"#, .init(limit: .value(5))),
    ])
    func tellsAbsentFromNull(text: String, update: Golden.Update) throws {
        #expect(try Golden.Update(jsonText: text) == update)
        #expect(update.jsonText() == text)
    }

    @Test func keepsAdditionalProperties() throws {
        let counters = try Golden.Counters(jsonText: #"{"z":3,"total":1,"a":2}"#)
        #expect(counters == Golden.Counters(total: 1, additionalProperties: ["a": 2, "z": 3]))
        #expect(counters.jsonText() == #"{"total":1,"a":2,"z":3}"#)
    }

    @Test func doesNotWriteANameTwice() {
        let counters = Golden.Counters(total: 1, additionalProperties: ["total": 9, "b": 2])
        #expect(counters.jsonText() == #"{"total":1,"b":2}"#)
    }

    @Test func readsAndWritesRecursiveModels() throws {
        let text = #"{"text":"a","parent":{"text":"b","replies":[]},"replies":[{"text":"c","replies":[]}]}"#
        let comment = try Golden.Comment(jsonText: text)
        #expect(comment.parent?.text == "b")
        #expect(comment.parent?.parent == nil)
        #expect(comment.replies == [Golden.Comment(text: "c")])
        #expect(comment.jsonText() == text)
    }

    @Test func readsAndWritesNullInContainers() throws {
        let values = try [String?](jsonText: #"["a",null]"#)
        #expect(values == ["a", nil])
        #expect(values.jsonText() == #"["a",null]"#)
        let map = try [String: Int?](jsonText: #"{"b":null,"a":1}"#)
        #expect(map == ["a": 1, "b": nil])
        #expect(map.jsonText() == #"{"a":1,"b":null}"#)
    }

    @Test func readsScalarsOfSeveralTypes() throws {
        let scalars = try [JSONScalar](jsonText: #"["s",1.50,true]"#)
        #expect(scalars == ["s", 1.5, true])
        #expect(scalars.jsonText() == #"["s",1.50,true]"#)
        #expect(throws: JSONError.self) { try JSONScalar(jsonText: "null") }
    }
}
