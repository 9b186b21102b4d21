import TollgateCore

/// Meters the calls of an AI provider that travel through it, whoever makes them.
///
/// A request for a metered operation that is answered with a status from 200 to 299 is recorded when its answer has
/// passed, whose chunks are handed on as they come. A stream that is left early, or breaks, is recorded with what is
/// known, and marked ``Usage/isPartial``. Nothing that a provider sends can make a call fail.
///
/// Two things are changed on the way: a stream of completions is asked for its usage (`stream_options.include_usage`) if
/// the request does not ask, and the event that tells it is kept from the caller then; and answers are asked for
/// uncompressed.
public struct MeteringTransport: HTTPTransport {
    let base: any HTTPTransport
    let provider: AIProvider
    let booking: Booking

    public func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
        guard let operation = provider.operation(of: request) else {
            return try await base.send(request, body: body, timeouts: timeouts)
        }
        let call = MeteredRequest(operation, request, body: body)
        let booking = booking.inContext
        let start = booking.time.uptime
        let reply = try await base.send(call.request, body: call.body, timeouts: timeouts)
        guard reply.head.status.kind == .successful else { return reply }
        let answer = MeteredAnswer(
            AnswerReader(operation, request: call.content, head: reply.head, hidesUsage: call.hidesUsage),
            head: reply.head, booking: booking, start: start)
        let chunks = MeteredChunks(body: reply.body, answer: answer)
        guard call.hidesUsage else {
            return HTTPReply(head: reply.head, body: HTTPBody(stream: chunks, length: reply.body.length))
        }
        var head = reply.head
        head.headerFields[.contentLength] = nil
        return HTTPReply(head: head, body: HTTPBody(stream: chunks))
    }
}

/// A request as it is sent, and what it tells.
private struct MeteredRequest {
    private(set) var request: HTTPRequest
    private(set) var body: HTTPBody
    /// Whether the caller did not ask for the event that tells usage.
    private(set) var hidesUsage = false
    private let source: Source

    private enum Source {
        case known(RequestContent)
        case passing(RequestTap)
    }

    init(_ operation: MeteredOperation, _ request: HTTPRequest, body: HTTPBody) {
        self.request = request
        self.body = body
        if request.headerFields[.acceptEncoding] != nil { self.request.headerFields[.acceptEncoding] = "identity" }
        guard let bytes = body.bytes else {
            let tap = RequestTap()
            self.body = tap.tapping(body)
            source = .passing(tap)
            return
        }
        let content = RequestContent(request, body: RequestBytes(head: bytes))
        source = .known(content)
        if operation.isAskedForUsage, content.isForStream, let asking = content.askingForUsage(bytes) {
            hidesUsage = true
            self.body = HTTPBody(asking)
            if request.headerFields[.contentLength] != nil {
                self.request.headerFields[.contentLength] = "\(asking.count)"
            }
        }
    }

    /// What the request tells; of a body that is streamed, as far as it was sent.
    var content: RequestContent {
        switch source {
        case .known(let content): content
        case .passing(let tap): RequestContent(request, body: tap.bytes)
        }
    }
}

extension RequestContent {
    /// The body of a request that asks for usage; nil if this one does.
    fileprivate func askingForUsage(_ bytes: [UInt8]) -> [UInt8]? {
        guard let json, (try? json["stream_options"]?["include_usage"]?.bool()) != true else { return nil }
        guard let options = json["stream_options"] else {
            guard let end = bytes.lastIndex(of: UInt8(ascii: "}")) else { return nil }
            return bytes[..<end] + Array(#","stream_options":{"include_usage":true}}"#.utf8)
        }
        guard case .object(var members) = try? JSONValue(json: json) else { return nil }
        var asked = (try? JSONValue(json: options))?.object ?? [:]
        asked["include_usage"] = true
        members["stream_options"] = .object(asked)
        return JSONValue.object(members).jsonBytes()
    }
}
