import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import TollgateCore

/// Passes Hummingbird's requests to a transport, and its replies back as they come.
struct ProxyResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let transport: ProxyTransport

    /// A model may think for a while, and a stream may pause.
    private static let timeouts = HTTPTimeouts(
        connect: .seconds(10), response: .seconds(600), idle: .seconds(600))

    func respond(to request: Request, context: Context) async throws -> Response {
        let body = HTTPBody(stream: request.body.map { Array($0.readableBytesView) })
        do {
            let reply = try await transport.send(request.head, body: body, timeouts: Self.timeouts)
            return Response(reply, isHead: request.method == .head)
        } catch let error as ConnectionError {
            return Response(.failure(502, "The service cannot be reached: \(error)"), isHead: false)
        } catch let error as TimeoutError {
            return Response(.failure(504, "The service does not answer: \(error)"), isHead: false)
        }
    }
}

extension HTTPReply {
    /// What the proxy says itself.
    fileprivate static func failure(_ status: Int, _ title: String) -> HTTPReply {
        var reply = MockReply(
            status: status,
            json: ["type": "about:blank", "title": .string(title), "status": .number(JSONNumber(status))] as JSONValue)
        reply.headers[.contentType] = "application/problem+json"
        return HTTPReply(reply)
    }
}

extension Response {
    fileprivate init(_ reply: HTTPReply, isHead: Bool) {
        var headers = reply.head.headerFields
        let body: ResponseBody
        if isHead {
            body = ResponseBody()
        } else if let bytes = reply.body.bytes {
            headers[.contentLength] = nil
            body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        } else {
            let chunks = reply.body
            headers[.contentLength] = nil
            body = ResponseBody(contentLength: chunks.length) { writer in
                for try await chunk in chunks { try await writer.write(ByteBuffer(bytes: chunk)) }
                try await writer.finish(nil)
            }
        }
        self.init(status: reply.head.status, headers: headers, body: body)
    }
}
