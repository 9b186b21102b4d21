import Foundation
import Synchronization
import Testing
import TollgateCore

private let hostile = "*/ \\(evil) \"\"\" ` \n\u{2028}\u{85}\0\u{202E}\r\n#\"#\\#(x)"

/// The printed files, compiled: each declaration does what the plan says.
@Suite struct SinkModelTests {
    @Test func everyKindOfScalarComesBackAsItWent() throws {
        let id = try #require(UUID(uuidString: "6F9619FF-8B86-D011-B42D-00CF4FC964FF"))
        let day = try #require(CalendarDate(year: 2026, month: 2, day: 28))
        let url = try #require(URL(string: "https://example.org/a?b=c"))
        let decimal = try #require(Decimal(string: "12345678901234567890.123456789"))
        let scalars = Sink.Scalars(
            stringValue: hostile, boolValue: true, intValue: -1, int64Value: .max, uint64Value: .max,
            doubleValue: 0.1,
            decimalValue: decimal, dateValue: Date(timeIntervalSince1970: 1.5), calendarDateValue: day, uuidValue: id,
            urlValue: url, base64Value: Data([0, 255]), int64InStringValue: .min, decimalInStringValue: decimal,
            jsonValueValue: ["a": [1, nil]], jsonScalarValue: 2)
        let text = scalars.jsonText()
        #expect(try Sink.Scalars(jsonText: text) == scalars)
        #expect(text.contains(#""int64InString_value":"-9223372036854775808""#))
        #expect(text.contains(#""decimalInString_value":"12345678901234567890.123456789""#))
        #expect(text.contains(#""decimal_value":12345678901234567890.123456789"#))
    }

    @Test func absenceNullAndDefaults() throws {
        let least = try Sink.Presences(jsonText: #"{"kind":"presences","json":"j"}"#)
        #expect(least.default == 20)
        #expect(least.text == hostile)
        #expect(least.note == nil)
        #expect(least.limit == .absent)
        #expect(least.lines.isEmpty)
        let written = try JSONValue(jsonText: least.jsonText())
        #expect(
            written == [
                "kind": "presences", "json": "j", "default": 20, .init(hostile): .string(hostile), "note": nil,
                "quantity": nil, "lines": [],
            ])
    }

    @Test func patchesAndMembersWithoutAProperty() throws {
        let text = #"{"kind":"presences","json":"j","limit":null,"color":"blue","extra":[1.50],"quantity":"7"}"#
        let presences = try Sink.Presences(jsonText: text)
        #expect(presences.limit == .null)
        #expect(presences.color == .value(.unrecognized("blue")))
        #expect(presences.quantity == 7)
        #expect(presences.additionalProperties["extra"]?[0] != nil)
        #expect(presences.additionalProperties.count == 1)
        #expect(presences.jsonText().contains(#""extra":[1.50]"#))
        #expect(presences.jsonText().contains(#""limit":null"#))
    }

    @Test func constantsAreChecked() {
        #expect(throws: JSONError.self) { try Sink.Presences(jsonText: #"{"kind":"other","json":"j"}"#) }
        #expect(throws: JSONError.self) { try Sink.Presences(jsonText: #"{"kind":1,"json":"j"}"#) }
    }

    @Test func recursion() throws {
        let node = Sink.Node(next: Sink.Node(next: Sink.Node()))
        let copy = try Sink.Node(jsonText: node.jsonText())
        #expect(copy.next?.next != nil)
        #expect(copy.next?.next?.next == nil)
    }

    @Test func errorsAreThrownAsThemselves() throws {
        var failure = try Sink.Failure(jsonText: #"{"message":"no"}"#)
        failure.response = FailedResponse()
        let error: any Error = failure
        #expect((error as? any APIError) != nil)
        #expect(failure.message == "no")
        #expect(failure.jsonText() == #"{"message":"no"}"#)
    }

    @Test func emptyObject() throws {
        #expect(try Sink.Empty(jsonText: "{}").jsonText() == "{}")
    }

    @Test func modelsAreCodable() throws {
        let line = Sink.Presences.Line(id: UUID(), color: .strange)
        let copy = try JSONDecoder().decode(Sink.Presences.Line.self, from: JSONEncoder().encode(line))
        #expect(copy.id == line.id && copy.color == line.color)
    }
}

@Suite struct SinkChoiceTests {
    @Test func enumerationsKeepWhatTheyDoNotKnow() {
        #expect(Sink.Color(rawValue: hostile) == .strange)
        #expect(Sink.Color.strange.rawValue == hostile)
        #expect(Sink.Color.default.rawValue == "default")
        #expect(Sink.Color(rawValue: "new").rawValue == "new")
        #expect(Sink.Level(rawValue: -2) == .minus2)
        #expect(Sink.Level(rawValue: 9) == .other(9))
    }

    @Test func unionByAMemberOfItsOwn() throws {
        for text in [#"{"kind":"presences","json":"j"}"#, #"{"a":1,"kind":"new"}"#] {
            let shape = try Sink.Shape(jsonText: text)
            switch shape {
            case .presences(let presences): #expect(presences.json == "j")
            case .unrecognized: #expect(shape.jsonText() == text)
            case .node: Issue.record("not a node")
            }
        }
        guard case .node = try Sink.Shape(jsonText: #"{"kind":"tree\"node"}"#) else {
            Issue.record("the second value chooses the node as well")
            return
        }
    }

    @Test func unionByAMemberBesideIt() throws {
        let line =
            #"{"change_type":"line.added","payload":{"id":"6f9619ff-8b86-d011-b42d-00cf4fc964ff","color":"red"}}"#
        let change = try Sink.Change(jsonText: line)
        guard case .line(let added) = change.payload else {
            Issue.record("expected a line")
            return
        }
        #expect(added.color == .red)
        #expect(change.previous == nil)
        #expect(change.jsonText() == line)
        let unknown = #"{"change_type":"new","payload":[1],"previous_type":"failed","previous":{"message":"m"}}"#
        #expect(try Sink.Change(jsonText: unknown).jsonText() == unknown)
    }

    @Test func unionByShape() throws {
        func name(_ text: String) throws -> String {
            switch try Sink.Loose(jsonText: text) {
            case .text: "text"
            case .flag: "flag"
            case .line: "line"
            case .presences: "presences"
            case .levels: "levels"
            case .any: "any"
            case .unrecognized: "unrecognized"
            }
        }
        #expect(try name("\"x\"") == "text")
        #expect(try name("true") == "flag")
        #expect(try name(#"{"id":"6F9619FF-8B86-D011-B42D-00CF4FC964FF"}"#) == "line")
        #expect(try name(#"{"id":"no uuid"}"#) == "any")
        #expect(try name("[1, 5]") == "levels")
        #expect(try name("1.5") == "unrecognized")
        #expect(try Sink.Loose(jsonText: "1.50").jsonText() == "1.50")
    }
}

/// Answers every request with the same bytes and notes the last request.
private final class Recorder: HTTPTransport {
    private let replies: Mutex<[(status: HTTPResponse.Status, body: String)]>
    private let requests = Mutex<[(request: HTTPRequest, body: String)]>([])

    init(_ replies: [(status: HTTPResponse.Status, body: String)]) {
        self.replies = Mutex(replies)
    }

    var last: (request: HTTPRequest, body: String)? { requests.withLock(\.last) }

    func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        let text = String(decoding: try await body.collect(upTo: 10_000), as: UTF8.self)
        requests.withLock { $0.append((request, text)) }
        let reply = replies.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        return HTTPReply(head: HTTPResponse(status: reply.status), body: HTTPBody(reply.body))
    }
}

@Suite struct SinkOperationTests {
    private func client(_ recorder: Recorder) throws -> Sink.Client {
        let url = try #require(URL(string: "https://sink.example/v1"))
        return Sink.Client(client: APIClient(baseURL: url, transport: recorder, retry: .never))
    }

    @Test func parametersGoToTheirPlaces() async throws {
        let recorder = Recorder([(.ok, "[]")])
        let orders = try client(recorder).orders
        let list = try await orders.list(shop: "a/b", colors: [.red, .strange], in: "here")
        #expect(list.isEmpty)
        let request = try #require(recorder.last?.request)
        #expect(request.path?.hasPrefix("/v1/shops/a%2Fb/orders?colors=red,") == true)
        #expect(request.path?.hasSuffix("&limit=20") == true)
        #expect(request.headerFields[.named("X-In")] == "here")
    }

    @Test func flattenedBodyAndPayload() async throws {
        let recorder = Recorder([(.created, #"{"kind":"presences","json":"j","lines":[]}"#)])
        let id = UUID()
        #expect(try await client(recorder).orders.create(id: id).isEmpty)
        let sent = try #require(recorder.last)
        let line = try Sink.Presences.Line(jsonText: sent.body)
        #expect(line.id == id && line.color == .red)
        #expect(sent.request.headerFields[.idempotencyKey] != nil)
    }

    @Test func documentedErrorsAreThrown() async throws {
        let recorder = Recorder([(402, #"{"message":"pay"}"#)])
        let error = await #expect(throws: Sink.Failure.self) {
            try await client(recorder).orders.create(id: UUID())
        }
        #expect(error?.message == "pay")
        #expect(error?.response.status == 402)
    }

    @Test func memberOfTheEnvelopeIsCarriedIntoThePayload() async throws {
        let recorder = Recorder([(.ok, #"{"next":{},"shape":{"kind":"new"}}"#)])
        let node = try await client(recorder).orders.update(client: "text", json: "j", color: .null)
        #expect(node?.shape?.jsonText() == #"{"kind":"new"}"#)
        let body = try #require(recorder.last?.body)
        let sent = try Sink.Presences(jsonText: body)
        #expect(sent.text == "text" && sent.color == .null)
    }

    @Test func bytesAndNothing() async throws {
        let recorder = Recorder([(.ok, "\u{1}\u{2}"), (.noContent, "")])
        let orders = try client(recorder).orders
        #expect(try await orders.download(HTTPBody([7])).collect(upTo: 10) == [1, 2])
        #expect(recorder.last?.request.headerFields[.contentType] == "application/octet-stream")
        try await orders.ping()
        #expect(recorder.last?.request.path == "/v1/ping")
    }

    @Test func optionalBody() async throws {
        let recorder = Recorder([(.ok, "{}")])
        #expect(try await client(recorder).orders.lines.replace() == nil)
        #expect(recorder.last?.body == "")
    }

    @Test func pagesGoOnUntilThereIsNoCursor() async throws {
        let recorder = Recorder([
            (.ok, #"[{"kind":"presences","json":"1"},{"kind":"presences","json":"2","note":"more"}]"#),
            (.ok, #"[{"kind":"presences","json":"3"}]"#),
        ])
        var found: [String] = []
        for try await order in try client(recorder).orders.all(shop: "s") { found.append(order.json) }
        #expect(found == ["1", "2", "3"])
        #expect(recorder.last?.request.path?.contains("cursor=more") == true)
    }
}
