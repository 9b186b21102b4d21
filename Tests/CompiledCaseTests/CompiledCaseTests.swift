import Foundation
import Testing
import TollgateCore

public enum KitchenSink {
    public struct Client: APIService { public var client: APIClient }
}

public enum HostileText {
    public struct Client: APIService { public var client: APIClient }
}

public enum Recursion {
    public struct Client: APIService { public var client: APIClient }
}

public enum Names {
    public struct Client: APIService { public var client: APIClient }
}

public enum WireForms {
    public struct Client: APIService { public var client: APIClient }
}

/// The expected Swift of the accepted cases, compiled and at work.
@Suite struct CompiledCaseTests {
    private static let everything = #"""
        {"string":"s","bool":true,"int":-7,"int64":9223372036854775807,"double":0.5,
        "decimal":12345678901234567890.123456789,"date":"2026-01-02T03:04:05.678901Z","day":"2026-02-28",
        "id":"0191f3c2-7c5e-7000-8000-000000000001","link":"https://example.com/a?b=c","bytes":"aGk=",
        "minor":"-9223372036854775808","price":"0.1","any":{"a":[1,null,"x"]},"scalar":1.0,"nothing":null,
        "list":[1,null,3],"map":{"a":"open","b":"brand-new"},"free":{"k":1},"status":"in-transit","level":-1,
        "shape":{"kind":"square","side":2},"either":["a","b"],"note":"n","count":9,"mode":"open","tags":["t"],
        "one more":41}
        """#

    @Test func everyKindOfValueRoundTrips() throws {
        let value = try KitchenSink.Everything(jsonText: Self.everything)
        #expect(value.int64 == .max)
        #expect(value.minor == .min)
        #expect(value.decimal == Decimal(string: "12345678901234567890.123456789"))
        #expect(value.price == Decimal(string: "0.1"))
        #expect(value.date.timeIntervalSince1970 == 1_767_323_045.678901)
        #expect(value.nothing == nil)
        #expect(value.list == [1, nil, 3])
        #expect(value.map == ["a": .open, "b": .unrecognized("brand-new")])
        #expect(value.level == .minus1)
        guard case .square(let square) = value.shape, case .strings(let strings) = value.either else {
            Issue.record("the unions were read as something else")
            return
        }
        #expect(square.side == 2)
        #expect(strings == ["a", "b"])
        #expect(value.additionalProperties == ["one more": 41])
        #expect(try JSONValue(jsonBytes: value.jsonBytes()) == JSONValue(jsonText: Self.everything))
    }

    @Test func codableSaysTheSame() throws {
        let value = try KitchenSink.Everything(jsonText: Self.everything)
        let data = try JSONEncoder().encode(value)
        #expect(try JSONValue(jsonBytes: Array(data)) == JSONValue(jsonText: Self.everything))
        let decoded = try JSONDecoder().decode(KitchenSink.Everything.self, from: data)
        #expect(try JSONValue(jsonBytes: decoded.jsonBytes()) == JSONValue(jsonText: Self.everything))
    }

    @Test func defaultsAreThoseOfTheDocument() {
        let request = KitchenSink.OrderRequest(customer: "ada", total: 12)
        #expect(request.status == .open)
        #expect(request.note == .absent)
        #expect(request.jsonText() == #"{"customer":"ada","total":"12","status":"open"}"#)
    }

    @Test func absentNullAndValueDiffer() throws {
        for text in ["{}", #"{"quantity":null,"minor":null}"#, #"{"quantity":3,"minor":"4"}"#] {
            #expect(try KitchenSink.LineUpdate(jsonText: text).jsonText() == text)
        }
        #expect(KitchenSink.LineUpdate(quantity: .null).jsonText() == #"{"quantity":null}"#)
    }

    @Test func unknownVariantsAreKept() throws {
        for text in [#"{"kind":"hexagon","sides":6}"#, #"{"kind":"circle","radius":1.5}"#] {
            #expect(try KitchenSink.Shape(jsonText: text).jsonText() == text)
        }
        let event = #"{"type":"order.lost","payload":{"why":"rain"}}"#
        #expect(try KitchenSink.Event(jsonText: event).jsonText() == event)
        guard case .unrecognized("order.lost", _) = try KitchenSink.Event(jsonText: event).payload else {
            Issue.record("an unknown event was taken for a known one")
            return
        }
    }

    @Test func recursiveTypesHoldTheirChildren() throws {
        let text =
            #"{"name":"a","children":[{"name":"b","children":[]}],"parent":{"name":"p","children":[]},"#
            + #""root":{"value":["x",{"inner":["y"]}]}}"#
        let tree = try Recursion.Tree(jsonText: text)
        #expect(tree.parent?.name == "p")
        #expect(tree.jsonText() == text)
    }

    @Test func hostileTextSaysExactlyWhatTheDocumentSaid() throws {
        let member = "te\"xt\\(1)\u{2028}"
        let greeting = "say \"hi\" \\(name)\n*/ \"\"\" ` \u{2028} \t end"
        let note = HostileText.Note(text: "hello")
        #expect(note.greeting == greeting)
        let written = try JSONValue(jsonBytes: note.jsonBytes())
        #expect(written[member] == .string("hello"))
        #expect(written["greeting"] == .string(greeting))
        let moods = ["*/", "\\(1)", "\"\"\"", "`", "\u{2028}", "a\nb", "plain"]
        for mood in moods {
            let value = HostileText.Note.Mood(rawValue: mood)
            #expect(value.rawValue == mood)
            if case .unrecognized = value { Issue.record("\(mood.debugDescription) is not known") }
        }
    }

    @Test func namesLeadToTheWire() throws {
        let text =
            #"{"data":[{"class":"c","protocol":"p","404":true,"!":false}],"type":"self","userIDs":["1"],"#
            + #""user_ids":["2"],"URL":"https://example.com","openai_key_id":"k"}"#
        let value = try Names.ListUserIDsResponse(jsonText: text)
        #expect(value.type == .selfValue)
        #expect(value.data.first?.class == "c")
        #expect(value.jsonText() == text)
        let error = try Names.ErrorModel(jsonText: #"{"response":"r","description":"d","code":7}"#)
        #expect(error.responseValue == "r")
        #expect(error.descriptionValue == "d")
        #expect(error.code == 7)
    }
}
