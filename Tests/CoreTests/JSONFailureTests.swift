import Foundation
import Testing
import TollgateCore

/// What is wrong with members that are not required is thrown at the end, and is the first of what is wrong.
@Suite struct JSONFailureTests {
    struct Mixed: JSONModel {
        var note: String?
        var count: Int
        var limit: Int
        var tags: [String]?
        var place: Place?
        var places: [Place]?
        var change: Patch<Int>
        var others: [String: Bool]

        init(json: inout JSONObject) throws(JSONError) {
            note = json.string(ifPresent: "note")
            count = try json.int("count")
            limit = json.int(ifPresent: "limit") ?? 20
            tags = json.value(ifPresent: "tags")
            place = json.value(ifPresent: "place")
            places = json.value(ifPresent: "places")
            change = json.patch("change")
            others = json.remaining(excluding: ["note", "count", "limit", "tags", "place", "places", "change"])
        }

        func write(to json: inout JSONWriter) {
            json.write("count", count)
        }
    }

    struct Place: JSONModel {
        var name: String?

        init(json: inout JSONObject) throws(JSONError) {
            name = json.string(ifPresent: "name")
        }

        func write(to json: inout JSONWriter) {
            json.write("name", name)
        }
    }

    @Test func readsWhatIsRight() throws {
        let text = #"{"note":"n","count":1,"tags":["a"],"places":[{"name":"p"},{}],"change":null,"x":true}"#
        let mixed = try Mixed(jsonText: text)
        #expect(mixed.note == "n" && mixed.count == 1 && mixed.limit == 20 && mixed.tags == ["a"])
        #expect(mixed.place == nil && mixed.places?.map(\.name) == ["p", nil])
        #expect(mixed.change == .null && mixed.others == ["x": true])
    }

    @Test(arguments: [
        (#"{"note":1,"count":2}"#, "$.note: expected a string, found a number"),
        (#"{"count":1,"limit":1.5}"#, "$.limit: expected an integer, found a number with a fraction"),
        (#"{"count":1,"tags":["a",2]}"#, "$.tags[1]: expected a string, found a number"),
        (#"{"count":1,"place":{"name":true}}"#, "$.place.name: expected a string, found a boolean"),
        (#"{"count":1,"places":[{"name":"p"},{"name":[]}]}"#, "$.places[1].name: expected a string, found an array"),
        (#"{"count":1,"places":{}}"#, "$.places: expected an array, found an object"),
        (#"{"count":1,"change":"x"}"#, "$.change: expected a number, found a string"),
        (#"{"count":1,"x":true,"y":0}"#, "$.y: expected a boolean, found a number"),
    ])
    func throwsWhatIsWrongWithOptionalMembers(text: String, description: String) throws {
        #expect(try jsonError { try Mixed(jsonText: text) }.description == description)
        let list = try jsonError { try [Mixed](jsonText: "[\(text)]") }
        #expect(list.description == "$[0]" + description.dropFirst())
        let map = try jsonError { try [String: Mixed](jsonText: #"{"key":\#(text)}"#) }
        #expect(map.description == "$.key" + description.dropFirst())
        #expect(try JSONElement(parsing: Array(text.utf8)).matching(Mixed.self) == nil)
    }

    /// In the order in which the model reads, whether or not a later one throws where it stands.
    @Test(arguments: [
        (#"{"note":1}"#, "$.note: expected a string, found a number"),
        (#"{"count":"x","note":1}"#, "$.note: expected a string, found a number"),
        (#"{"note":1,"count":"x","limit":"y"}"#, "$.note: expected a string, found a number"),
        (#"{"note":1,"count":2,"tags":1,"place":1,"x":1}"#, "$.note: expected a string, found a number"),
        (#"{"limit":"y","count":"x"}"#, "$.count: expected a number, found a string"),
        (#"{"x":1,"change":"","count":1}"#, "$.change: expected a number, found a string"),
        (#"{"n\u006fte":1,"count":"x"}"#, "$.note: expected a string, found a number"),
        (#"{"note":1,"note":2,"count":"x"}"#, "$.note: expected a string, found a number"),
    ])
    func throwsWhatIsWrongFirst(text: String, description: String) throws {
        #expect(try jsonError { try Mixed(jsonText: text) }.description == description)
    }

    @Test func findsNothingAfterAFailure() throws {
        var json = try JSONElement(parsing: Array(#"{"a":1,"b":"x","c":true}"#.utf8)).object()
        try json.finish()
        #expect(json.string(ifPresent: "a") == nil)
        #expect(json.string(ifPresent: "b") == nil)
        #expect(!json.contains("c"))
        #expect(json.patch("b") == Patch<String>.absent)
        #expect(try jsonError { try json.bool("c") }.path == "$.a")
        #expect(try jsonError { try json.finish() }.path == "$.a")
    }
}
