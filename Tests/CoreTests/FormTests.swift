import Foundation
import Testing

@testable import TollgateCore

/// Forms, `application/x-www-form-urlencoded`.
@Suite struct FormTests {
    private func sent(_ build: (inout APIRequest<Void>) -> Void) async throws -> ScriptedTransport.Sent {
        let transport = ScriptedTransport(.reply(204, [:], ""))
        var request = APIRequest(Shop.orderOnce)
        build(&request)
        try await Shop(transport).client.send(request)
        return try #require(transport.sent.first)
    }

    struct MeterEvent: JSONModel {
        var eventName: String
        var payload: [String: String]
        var amounts: [Int] = []
        var note: Patch<String> = .absent

        init(eventName: String, payload: [String: String]) {
            self.eventName = eventName
            self.payload = payload
        }

        init(json: inout JSONObject) throws(JSONError) {
            eventName = try json.string("event_name")
            payload = try json.value("payload")
        }

        func write(to json: inout JSONWriter) {
            json.write("event_name", eventName)
            json.write("payload", payload)
            json.write("amounts", amounts)
            json.write("note", patch: note)
            json.write("active", true)
        }
    }

    @Test func aModelAsAForm() async throws {
        var event = MeterEvent(
            eventName: "api tokens", payload: ["value": "7", "stripe_customer_id": "cus_1"])
        event.amounts = [1, -2]
        event.note = .null
        let model = event
        let sent = try await sent { $0.form(model) }
        #expect(sent.request.headerFields[.contentType] == "application/x-www-form-urlencoded")
        #expect(
            sent.body == "event_name=api+tokens&payload%5Bstripe_customer_id%5D=cus_1&payload%5Bvalue%5D=7"
                + "&amounts%5B0%5D=1&amounts%5B1%5D=-2&note=&active=true")
    }

    @Test(arguments: [
        (#"{}"#, ""), (#"{"a":[]}"#, ""), (#"{"a":{}}"#, ""), (#"{"a":""}"#, "a="), (#"{"a":1.50}"#, "a=1.50"),
        (#"{"z":1,"a":2}"#, "z=1&a=2"), (#"{"a":[{"b":[true]}]}"#, "a%5B0%5D%5Bb%5D%5B0%5D=true"),
        (#"{"a b":"c&d=e+f"}"#, "a+b=c%26d%3De%2Bf"), (#"{"a":"*-._~\r\n"}"#, "a=*-._%7E%0D%0A"),
        (#"{"ü":"€\u0000"}"#, "%C3%BC=%E2%82%AC%00"),
    ])
    func theFormatOfForms(_ json: String, _ expected: String) throws {
        struct AsWritten: JSONConvertible {
            var bytes: [UInt8]

            init(_ text: String) { bytes = Array(text.utf8) }
            init(json: JSONElement) throws(JSONError) { bytes = [] }
            func writeValue(to json: inout JSONWriter) {
                guard let element = try? JSONElement(parsing: bytes) else { return }
                write(element, to: &json)
            }

            private func write(_ element: JSONElement, to json: inout JSONWriter) {
                if let members = try? element.object().members {
                    json.writeObject { json in
                        for member in members {
                            json.writeName(member.name)
                            write(member.element, to: &json)
                        }
                    }
                } else if let value = try? JSONValue(json: element) {
                    json.writeValue(value)
                }
            }
        }
        let bytes = try #require(FormText.bytes(of: AsWritten(json)))
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    /// A form that is decoded as browsers' servers do gives back names and values.
    @Test func aFormCanBeReadBack() throws {
        let text = String((0..<0x250).compactMap { Unicode.Scalar($0).map(Character.init) })
        let bytes = try #require(FormText.bytes(of: ["n\(text)": text]))
        let pair = String(decoding: bytes, as: UTF8.self).split(separator: "=").map {
            $0.replacing("+", with: " ").removingPercentEncoding
        }
        #expect(pair == ["n\(text)", text])
    }

    @Test func onlyAnObjectIsAForm() async throws {
        let error = await #expect(throws: InvalidRequest.self) { try await sent { $0.form(["a"]) } }
        #expect(error?.problem == "the form is not an object")
        let nothing = try await sent { $0.form(nil as JSONValue?) }
        #expect(nothing.request.headerFields[.contentType] == nil && nothing.body.isEmpty)
    }

    @Test func aMemberMoreThanTheModel() async throws {
        let sent = try await sent { $0.json(Shop.Widget(name: "cog", size: 3), adding: "stream", true) }
        #expect(sent.body == #"{"name":"cog","size":3,"stream":true}"#)
        #expect(sent.request.headerFields[.contentType] == "application/json")
    }

    @Test func deepObjectsNest() async throws {
        let transport = ScriptedTransport(.reply(200, [:], cog))
        var request = APIRequest(Shop.order)
        request.query(
            "created", ["range": ["gte": "1 & 2"], "ids": ["a", "b"]] as JSONValue, style: .deepObject)
        _ = try await Shop(transport).client.send(request)
        #expect(
            transport.sent.first?.request.path == "/api/widgets?created%5Bids%5D%5B0%5D=a&created%5Bids%5D%5B1%5D=b"
                + "&created%5Brange%5D%5Bgte%5D=1%20%26%202")
    }
}
