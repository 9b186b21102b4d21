import Foundation
import Testing
import TollgateCore

/// Elements, objects and names, without models.
@Suite struct JSONReadingTests {
    static func object(_ text: String) throws -> JSONObject {
        try JSONElement(parsing: Array(text.utf8)).object()
    }

    // MARK: - Names

    @Test func findsNamesOfEveryLength() throws {
        var members: [String] = []
        for length in 0..<40 {
            members.append("\"\(String(repeating: "k", count: length))\":\(length)")
        }
        let json = try JSONElement(parsing: Array("{\(members.joined(separator: ","))}".utf8))
        for length in 0..<40 {
            #expect(try json[String(repeating: "k", count: length)]?.int() == length)
        }
        var object = try json.object()
        #expect(try object.int("kkkkkkkkkkkkkkkkk") == 17)
        #expect(try object.int("k") == 1)
        #expect(try object.int("") == 0)
        #expect(try object.int("kkkkkkk") == 7)
        #expect(try object.int("kkkkkkkk") == 8)
        #expect(object.int(ifPresent: "kkkkkkkj") == nil)
        #expect(object.int(ifPresent: "jkkkkkkk") == nil)
        #expect(object.int(ifPresent: "kkkkkkkkj") == nil)
    }

    @Test func findsMembersBackwardsAndAgain() throws {
        var json = try Self.object(#"{"a":1,"b":[{"c":9}],"c":3,"d":4}"#)
        #expect(try json.int("d") == 4)
        #expect(try json.int("c") == 3)
        #expect(try json.int("a") == 1)
        #expect(try json.int("a") == 1)
        #expect(json.int(ifPresent: "z") == nil)
        #expect(try json.int("d") == 4)
        #expect(json.contains("b"))
        #expect(!json.contains("e"))
    }

    @Test func findsNamesThatAreWrittenWithEscapes() throws {
        var json = try Self.object(#"{"x":0,"\u0061b":1,"quote\"":2,"ü":3}"#)
        #expect(try json.int("ab") == 1)
        #expect(try json.int("quote\"") == 2)
        #expect(try json.int("ü") == 3)
        #expect(try json.int("x") == 0)
        #expect(json.element["ab"]?.kind == .number)
        #expect(json.members.map(\.name) == ["x", "ab", "quote\"", "ü"])
    }

    /// Of a repeated name the last counts, whatever the order of reading, for models and values alike.
    @Test(arguments: [
        #"{"a":1,"b":2,"a":3}"#, #"{"a":1,"a":2,"b":2,"a":3}"#, #"{"b":2,"a":1,"\u0061":3}"#,
        #"{"\u0061":1,"b":2,"a":3}"#,
        #"{"a":{"a":1},"b":2,"a":3}"#, #"{"a":[],"b":2,"x":{"b":1,"b":2},"a":3}"#,
    ])
    func takesTheLastOfARepeatedName(text: String) throws {
        var forwards = try Self.object(text)
        #expect(try forwards.int("a") == 3)
        #expect(try forwards.int("b") == 2)
        var backwards = try Self.object(text)
        #expect(try backwards.int("b") == 2)
        #expect(try backwards.int("a") == 3)
        #expect(try JSONValue(jsonText: text)["a"] == 3)
        #expect(forwards.element["a"]?.kind == .number)
        #expect(forwards.element.contains("a", "b"))
    }

    @Test func takesTheLastOfARepeatedNameInLargeObjects() throws {
        let filler = (0..<500).map { "\"key\($0)\":\($0)" }.joined(separator: ",")
        var json = try Self.object("{\"target\":1,\(filler),\"target\":2}")
        #expect(try json.int("target") == 2)
        #expect(try json.int("key499") == 499)
        #expect(json.members.count == 502)
        let all: [String: Int] = json.remaining(excluding: ["target"])
        #expect(all.count == 500)
    }

    /// Names with equal hashes must not pass for repeated ones: with 64 names, bits certainly collide.
    @Test func tellsManyNamesApart() throws {
        let names = (0..<64).map { "name_\($0 * 7919)" }
        let text = "{" + names.enumerated().map { "\"\($1)\":\($0)" }.joined(separator: ",") + "}"
        let json = try JSONElement(parsing: Array(text.utf8))
        for (position, name) in names.enumerated() {
            #expect(try json[name]?.int() == position)
        }
    }

    // MARK: - Elements

    @Test func knowsTheKinds() throws {
        let json = try JSONElement(parsing: Array(#"[null,true,false,1,"s",[],{}]"#.utf8))
        let elements = try json.elements()
        #expect(elements.count == 7)
        #expect(elements.map(\.kind) == [.null, .bool, .bool, .number, .string, .array, .object])
        #expect(elements.map(\.isNull) == [true, false, false, false, false, false, false])
        #expect(throws: JSONError.self) { try json.object() }
        #expect(json["name"] == nil)
        #expect(!json.contains("name"))
    }

    @Test func walksNestedArrays() throws {
        let text = "[[1,[2,3]],[],[[[4]]],{\"a\":[5]}]"
        let json = try JSONElement(parsing: Array(text.utf8))
        #expect(
            try json.elements().map { try $0.value(as: JSONValue.self).jsonText() } == [
                "[1,[2,3]]", "[]", "[[[4]]]", "{\"a\":[5]}",
            ])
    }

    @Test func outlivesWhatItWasMadeFrom() async throws {
        func element() throws -> JSONElement {
            let json = try JSONElement(parsing: Array(#"{"a":[{"b":"the text of this string is on the heap"}]}"#.utf8))
            return try #require(json["a"])
        }
        let json = try element()
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try json.elements().map { try $0.object().element.value(as: [String: String].self)["b"] ?? "" }
                        .joined()
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(texts == ["the text of this string is on the heap"])
    }

    // MARK: - Values

    @Test func buildsValuesFromLiterals() throws {
        let value: JSONValue = ["a": [1, 2.5, "s", true, nil], "b": [:]]
        #expect(value.jsonText() == #"{"a":[1,2.5,"s",true,null],"b":{}}"#)
        #expect(try JSONValue(jsonText: value.description) == value)
        #expect(value["a"]?[1] == 2.5)
        #expect(value["a"]?[9] == nil)
        #expect(value["c"] == nil)
        #expect(value[0] == nil)
        #expect(value["a"]?.kind == .array)
    }

    @Test func ignoresTheOrderOfMembers() throws {
        let left = try JSONValue(jsonText: #"{"a":1,"b":{"c":2,"d":3.0}}"#)
        let right = try JSONValue(jsonText: #"{"b":{"d":3,"c":2},"a":1e0}"#)
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
    }

    // MARK: - Writing by hand

    @Test func writesObjectsAndArraysByHand() throws {
        var json = JSONWriter()
        json.writeObject { json in
            json.write("a", 1)
            json.writeName("list")
            json.writeArray { json in
                json.writeValue("x")
                json.writeNull()
                json.writeObject { $0.write("q", inString: Decimal(15) / 10) }
                json.writeArray { _ in }
                json.writeValue(inString: Int64.min)
            }
            json.write("n", nullable: Int?.none)
            json.write("skipped", Int?.none)
            json.write("skipped", inString: Int64?.none)
            json.write("money", inString: Decimal.nan)
        }
        let expected = #"{"a":1,"list":["x",null,{"q":"1.5"},[],"-9223372036854775808"],"n":null,"money":null}"#
        #expect(String(decoding: json.finish(), as: UTF8.self) == expected)
    }

    @Test func growsItsBuffer() throws {
        let long = String(repeating: "0123456789\n", count: 10_000)
        let values = Array(repeating: long, count: 20)
        #expect(try [String](jsonBytes: values.jsonBytes()) == values)
    }
}
