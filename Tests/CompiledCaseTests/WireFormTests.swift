import Foundation
import HTTPTypes
import Synchronization
import Testing
import TollgateCore

/// The calls of the case `wire-forms`: what they send, and what they make of the answer.
@Suite struct WireFormTests {
    private func client(_ replies: Reply...) throws -> (client: WireForms.Client, service: Service) {
        let service = Service(replies)
        let url = try #require(URL(string: "https://api.example.com/v1"))
        return (WireForms.Client(client: APIClient(baseURL: url, transport: service, retry: .never)), service)
    }

    @Test func queryParametersHaveTheirStyles() async throws {
        let (client, service) = try client(Reply(#"{"data":{}}"#))
        let created = WireForms.Range(gte: 5, lt: 9)
        _ = try await client.charges.list(
            created: created, status: [.paid, .open], expand: ["a", "b"], fields: ["c", "d"], order: .down)
        #expect(
            service.last?.head.path == "/v1/charges?created%5Bgte%5D=5&created%5Blt%5D=9&status=paid&status=open"
                + "&expand=a%7Cb&fields=c%20d&order=down")
    }

    @Test func nestedMembersOfAFormAreInBrackets() async throws {
        let (client, service) = try client(Reply(#"{"id":"ch_1"}"#))
        let charge = try await client.charges.create(
            customer: "cus 1", amount: 7, payload: ["value": "7"], items: [WireForms.Charge(id: "a")])
        #expect(charge.id == "ch_1")
        #expect(service.last?.contentType == "application/x-www-form-urlencoded")
        let text = try #require(service.last?.body.removingPercentEncoding)
        #expect(text.replacing("+", with: " ") == "customer=cus 1&amount=7&payload[value]=7&items[0][id]=a")
    }

    @Test func pagesByAParameter() async throws {
        let (client, service) = try client(
            Reply(#"{"data":{"rows":[{"id":"1"},{"id":"2"}]},"meta":{"next_cursor":"2"}}"#), Reply(#"{"data":{}}"#))
        var ids: [String] = []
        for try await charge in client.charges.all(order: .up) { ids.append(charge.id) }
        #expect(ids == ["1", "2"])
        #expect(service.last?.head.path == "/v1/charges?starting_after=2&order=up")
    }

    @Test func pagesByAMemberOfTheBody() async throws {
        let (client, service) = try client(
            Reply(#"{"data":{"found":[{"id":"1"}],"next":"c"}}"#), Reply(#"{"data":{"found":[{"id":"2"}],"next":"c"}}"#)
        )
        var ids: [String] = []
        for try await charge in client.charges.searchFound(WireForms.Search(text: "t")) { ids.append(charge.id) }
        #expect(ids == ["1", "2"], "a cursor that comes again ends the list")
        #expect(service.last?.body == #"{"text":"t","after":"c"}"#)
    }

    @Test func pagesWhoseCursorStandsBesideThePayload() async throws {
        let (client, _) = try client(
            Reply(#"{"data":[{"id":"1"}],"meta":{"next_cursor":"n"}}"#),
            Reply(#"{"data":[{"id":"2"}],"meta":{"next_cursor":null}}"#))
        var ids: [String] = []
        for try await charge in client.charges.events() { ids.append(charge.id) }
        #expect(ids == ["1", "2"])
    }

    @Test func theSameCallAsStreamAndWhole() async throws {
        let (client, service) = try client(
            Reply(#"{"text":"Hi"}"#),
            Reply("data: {\"delta\":\"H\"}\n\ndata: {\"delta\":\"i\"}\n\ndata: [DONE]\n\n", "text/event-stream"))
        let answers = client.chat.answers
        #expect(try await answers.create(model: "m", prompt: "p", additionalProperties: ["top": 1]).text == "Hi")
        #expect(service.last?.body == #"{"model":"m","prompt":"p","top":1}"#)
        var text = ""
        for try await chunk in try await answers.stream(model: "m", prompt: "p") { text += chunk.delta ?? "" }
        #expect(text == "Hi")
        #expect(service.last?.body == #"{"model":"m","prompt":"p","stream":true}"#)
        #expect(service.last?.head.headerFields[.accept] == "text/event-stream")
    }

    @Test func bytesOrEvents() async throws {
        let (client, service) = try client(
            Reply("\u{1}\u{2}", "audio/mpeg"),
            Reply(
                "event: speech.delta\ndata: {\"type\":\"speech.delta\",\"audio\":\"aGk=\"}\n\n"
                    + "event: speech.done\ndata: {\"type\":\"speech.done\",\"seconds\":1.5}\n\n", "text/event-stream"))
        let sound = try await client.speech.create(voiceID: "v", input: "hi")
        #expect(try await sound.collect(upTo: 10) == [1, 2])
        #expect(service.last?.head.headerFields[.accept] == "audio/mpeg")
        var seconds: Double?
        var bytes: [UInt8] = []
        for try await event in try await client.speech.stream(voiceID: "v", input: "hi") {
            switch event {
            case .delta(let delta): bytes += delta.audio
            case .done(let done): seconds = done.seconds
            case .unrecognized: Issue.record("an event was not recognized")
            }
        }
        #expect(seconds == 1.5 && bytes == Array("hi".utf8))
        #expect(service.last?.body == #"{"input":"hi","stream_format":"sse"}"#)
    }

    @Test func oneBodyOrTheOther() async throws {
        let (client, service) = try client(Reply(#"{"text":"t"}"#))
        let url = try #require(URL(string: "https://example.com/a.wav"))
        _ = try await client.speech.listen(url: url)
        #expect(service.last?.contentType == "application/json")
        #expect(service.last?.body == #"{"url":"https://example.com/a.wav"}"#)
        _ = try await client.speech.listen(HTTPBody("RIFF"), contentType: "audio/wav")
        #expect(service.last?.contentType == "audio/wav")
        #expect(service.last?.body == "RIFF")
    }

    @Test func filesAreParts() async throws {
        let (client, service) = try client(
            Reply(#"{"text":"t"}"#), Reply("data: {\"delta\":\"d\"}\n\n", "text/event-stream"))
        let file = UploadedFile(name: "talk.mp3", contentType: "audio/mpeg", body: HTTPBody("ID3"))
        _ = try await client.speech.transcribe(
            file: file, model: "m", extras: [file, file], timestamps: [.word, .segment],
            options: WireForms.Range(gte: 1))
        let sent = try #require(service.last)
        #expect(sent.contentType?.hasPrefix("multipart/form-data; boundary=") == true)
        #expect(sent.body.contains("name=\"file\"; filename=\"talk.mp3\"\r\nContent-Type: audio/mpeg\r\n\r\nID3\r\n"))
        #expect(sent.body.components(separatedBy: "name=\"extras\"").count == 3)
        #expect(sent.body.components(separatedBy: "name=\"timestamps[]\"").count == 3)
        #expect(sent.body.contains("name=\"temperature\"\r\n\r\n0.5\r\n"))
        #expect(sent.body.contains("{\"gte\":1}"))
        #expect(!sent.body.contains("\"language\"") && !sent.body.contains("\"stream\""))
        var deltas: [String] = []
        for try await event in try await client.speech.transcribeStream(file: file, model: "m") {
            deltas.append(event.delta)
        }
        #expect(deltas == ["d"])
        #expect(service.last?.body.contains("name=\"stream\"\r\n\r\ntrue\r\n") == true)
    }

    @Test func linesAreEvents() async throws {
        let (client, _) = try client(Reply("{\"line\":\"a\"}\n{\"line\":\"b\"}\n", "application/x-ndjson"))
        var lines: [String] = []
        for try await entry in try await client.speech.followLogs() { lines.append(entry.line) }
        #expect(lines == ["a", "b"])
    }

    @Test func namesOfErrorsAreLeftToThem() async throws {
        let (client, _) = try client(Reply(#"{"failureReason":"no money"}"#, status: 402))
        let error = await #expect(throws: WireForms.Refusal.self) {
            try await client.charges.create(customer: "c", amount: 1)
        }
        #expect(error?.failureReasonValue == "no money")
    }

    @Test func whatTheServiceSendsHasAType() throws {
        let notice = try WireForms.PaidNotice(jsonText: #"{"charge":{"id":"ch_1"},"note":null}"#)
        #expect(notice.charge.id == "ch_1" && notice.note == nil)
    }
}

private struct Reply: Sendable {
    let status: HTTPResponse.Status
    let contentType: String
    let body: String

    init(_ body: String, _ contentType: String = "application/json", status: HTTPResponse.Status = .ok) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}

/// Gives the replies in turn, the last one again and again, and notes the last request.
private final class Service: HTTPTransport {
    struct Request: Sendable {
        let head: HTTPRequest
        let body: String

        var contentType: String? { head.headerFields[.contentType] }
    }

    private let replies: Mutex<[Reply]>
    private let request = Mutex<Request?>(nil)

    init(_ replies: [Reply]) {
        self.replies = Mutex(replies)
    }

    var last: Request? { request.withLock(\.self) }

    func send(_ head: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        let text = String(decoding: try await body.collect(upTo: 10_000), as: UTF8.self)
        request.withLock { $0 = Request(head: head, body: text) }
        let reply = replies.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        let fields: HTTPFields = [.contentType: reply.contentType]
        return HTTPReply(head: HTTPResponse(status: reply.status, headerFields: fields), body: HTTPBody(reply.body))
    }
}
