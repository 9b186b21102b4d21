import Foundation
import Testing
import TollgateCore

/// Members of special forms: constants, optional unions, numbers in strings that may be null.
@Suite struct JSONMemberTests {
    /// What the closure writes into an object.
    static func text(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        json.writeObject(write)
        return String(decoding: json.finish(), as: UTF8.self)
    }

    static func object(_ text: String) throws -> JSONObject {
        try JSONElement(parsing: Array(text.utf8)).object()
    }

    // MARK: - Constants

    @Test(arguments: [#"{"t":"live","b":true,"n":3}"#, #"{"n":3.0,"b":true,"t":"l\u0069ve"}"#, "{}", #"{"t":null}"#])
    func acceptsConstants(text: String) throws {
        var json = try Self.object(text)
        json.constant("t", "live")
        json.constant("b", true)
        json.constant("n", 3)
        try json.finish()
    }

    @Test(arguments: [
        (#"{"t":"secret"}"#, #"$.t: expected "live", found another value"#),
        (#"{"t":1}"#, "$.t: expected a string, found a number"),
        (#"{"b":false}"#, "$.b: expected true, found another value"),
        (#"{"n":4}"#, "$.n: expected 3, found another value"),
        (#"{"n":3.5}"#, "$.n: expected an integer, found a number with a fraction"),
    ])
    func refusesOtherValues(text: String, description: String) throws {
        let error = try jsonError {
            var json = try Self.object(text)
            json.constant("t", "live")
            json.constant("b", true)
            json.constant("n", 3)
            try json.finish()
            return json
        }
        #expect(error.description == description)
    }

    // MARK: - Optional unions

    @Test func readsOptionalUnions() throws {
        func payload(_ text: String) throws -> Golden.Event.Payload? {
            var json = try Self.object(text)
            let payload: Golden.Event.Payload? = json.union(ifPresent: "payload", discriminator: "event_type")
            try json.finish()
            return payload
        }
        #expect(try payload(#"{"payload":{"count":1},"event_type":"app.aggregate"}"#) == .aggregate(.init(count: 1)))
        #expect(try payload(#"{"payload":null}"#) == nil)
        #expect(try payload(#"{"event_type":"app.live"}"#) == nil)
        #expect(try jsonError { try payload(#"{"payload":{}}"#) as Any }.path == "$.event_type")
    }

    @Test func writesOptionalUnions() {
        let payload: Golden.Event.Payload? = .live(.init(requestID: "r"))
        #expect(Self.text { $0.write("p", payload) } == #"{"p":{"request_id":"r"}}"#)
        #expect(Self.text { $0.write("p", Golden.Event.Payload?.none) } == "{}")
    }

    // MARK: - Numbers in strings

    @Test(
        arguments: [
            ("{}", .absent, .absent), (#"{"i":null,"d":null}"#, .null, .null),
            (#"{"i":"-12","d":"0.25"}"#, .value(-12), .value(0.25)),
        ] as [(String, Patch<Int64>, Patch<Decimal>)])
    func patchesNumbersInStrings(text: String, integer: Patch<Int64>, decimal: Patch<Decimal>) throws {
        var json = try Self.object(text)
        #expect(json.patchInt64InString("i") == integer)
        #expect(json.patchDecimalInString("d") == decimal)
        let written = Self.text {
            $0.write("i", patchInString: integer)
            $0.write("d", patchInString: decimal)
        }
        #expect(written == text)
    }

    @Test func writesNullForNoNumber() {
        let text = Self.text {
            $0.write("a", nullableInString: Int64?.none)
            $0.write("b", nullableInString: Int64.max)
            $0.write("c", nullableInString: Decimal?.none)
            $0.write("d", nullableInString: Decimal(5))
        }
        #expect(text == #"{"a":null,"b":"9223372036854775807","c":null,"d":"5"}"#)
    }

    @Test func saysWhichNumberInAStringIsWrong() throws {
        var json = try Self.object(#"{"i":"x","n":12,"d":"1e999","o":"9223372036854775808","f":"1.5"}"#)
        func description(_ read: (inout JSONObject) throws -> Any) throws -> String {
            try jsonError { try read(&json) }.description
        }
        #expect(try description { try $0.int64InString("i") } == "$.i: not a valid integer")
        #expect(try description { try $0.int64InString("n") } == "$.n: expected a string, found a number")
        #expect(try description { try $0.decimalInString("d") } == "$.d: the number cannot be represented as Decimal")
        #expect(try description { try $0.decimalInString("i") } == "$.i: not a valid decimal number")
        #expect(try description { try $0.int64InString("o") } == "$.o: the number cannot be represented as Int64")
        #expect(
            try description { try $0.int64InString("f") }
                == "$.f: expected an integer, found a number with a fraction")
        #expect(json.patchInt64InString("i") == .absent)
        #expect(try description { try $0.finish() } == "$.i: not a valid integer")
    }
}
