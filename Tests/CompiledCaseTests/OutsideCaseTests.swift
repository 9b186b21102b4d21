import Foundation
import Testing
import TollgateCore

public enum Mixes {}

public enum Spellings {}

/// The models of documents from outside, compiled and at work.
@Suite struct OutsideCaseTests {
    private static let smallest =
        #"{"id":"0191f3c2-7c5e-7000-8000-000000000001","kind":"mix","secret":"s","when":"2026-01-01T00:00:00Z","#
        + #""mode":"fast","limit":3,"sides":[],"odd":1,"contained":{"size":1}}"#

    /// The smallest value, with other members.
    private static func mix(_ members: String) throws -> JSONValue {
        var value = try #require(try JSONValue(jsonText: smallest).object)
        for (name, member) in try #require(try JSONValue(jsonText: "{\(members)}").object) { value[name] = member }
        return .object(value)
    }

    @Test(
        arguments: [
            #""times":["2026-01-01T01:00:00+01:00"],"when":"2026-01-01T01:00:00.500+01:00""#,
            #""when":"2026-01-01 01:00:00""#, #""id":"0191F3C2-7C5E-7000-8000-000000000001""#,
            #""link":"HTTPS://example.com/ü""#, #""big":18446744073709551615"#, #""note":null"#,
            #""wrong":null"#, #""nothing":null"#, #""mode":"later""#, #""either":1"#, #""either":"1""#,
            #""stopping":"a""#, #""stopping":["a"]"#, #""stopping":null"#, #""several":true"#, #""share":0.5"#,
            #""fixed":{"a":[1,null]}"#, #""pair":[1,"a",true]"#, #""point":[1,2]"#, #""headers":{"x-a":"b"}"#,
            #""nullable":{"type":"cat"}"#, #""nullable":null"#, #""noted":{"type":"cat","lives":9,"color":"red"}"#,
            #""pet":"Rex""#, #""pet":{"type":"puppy","tricks":[]}"#, #""animal":{"type":"cow","milk":1}"#,
            #""shape":{"x":1,"y":2}"#, #""shape":{"x":1}"#, #""shape":[1,2]"#, #""shape":false"#,
            #""contained":{"size":1,"lid":true,"more":[1]}"#, #""narrowed":{"type":"cat","lives":1}"#,
            #""torn":{"any":1}"#, #""tree":{"left":{"name":"l"},"branches":[{"name":"b"}]}"#,
            #""forest":[[],[[]]]"#, #""one more":1"#,
        ])
    func whatIsReadIsWrittenAsItCame(members: String) throws {
        let value = try Self.mix(members)
        #expect(try JSONValue(jsonBytes: Mixes.Mix(jsonBytes: value.jsonBytes()).jsonBytes()) == value)
    }

    @Test func absentMembersWithDefaultsStayAbsent() throws {
        var members = try #require(try JSONValue(jsonText: Self.smallest).object)
        members["sides"] = nil
        var mix = try Mixes.Mix(jsonBytes: JSONValue.object(members).jsonBytes())
        #expect(mix.sides == ["left", "right"])
        #expect(try JSONValue(jsonBytes: mix.jsonBytes()) == .object(members))
        mix.sides = []
        #expect(try JSONValue(jsonBytes: mix.jsonBytes())["sides"] == [])
    }

    @Test func changesWinOverWhatCame() throws {
        var mix = try Mixes.Mix(
            jsonBytes: Self.mix(#""when":"2026-01-01T01:00:00+01:00","wrong":null,"noted":{"type":"cat","fur":1}"#)
                .jsonBytes())
        #expect(mix.noted?.remainder.members == ["fur": 1])
        mix.when += 1
        mix.wrong = 7
        mix.noted = nil
        let written = try JSONValue(jsonBytes: mix.jsonBytes())
        #expect(written["when"] == "2026-01-01T00:00:01Z")
        #expect(written["wrong"] == 7)
        #expect(written["noted"] == nil)
    }

    @Test func variantsAreFoundByWhatTellsThemApart() throws {
        let segment = try Mixes.Mix.Shape(jsonText: #"{"x":1,"y":2}"#)
        guard case .segment = segment else {
            Issue.record("\(segment) is no segment")
            return
        }
        let animal = try Mixes.Mix.Animal(jsonText: #"{"type":"puppy"}"#)
        guard case .dog = animal else {
            Issue.record("\(animal) is no dog")
            return
        }
    }

    @Test func namesLeadToTheWire() throws {
        let text =
            #"{"type":{"string":"s"},"self":{"data":{"date":"d"}},"id":"a","ID":"b","id2":"c","404":1,"#
            + #""remainder":"r","init":true,"größe":1.5,"sort":"-created_at","level":-1}"#
        let names = try Spellings.Names(jsonText: text)
        #expect(names.id == "a")
        #expect(names.id2 == "c")
        #expect(names.sort == .minusCreatedAt)
        #expect(try JSONValue(jsonBytes: names.jsonBytes()) == JSONValue(jsonText: text))
    }
}
