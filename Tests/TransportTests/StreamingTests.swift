import Foundation
import Testing
import TollgateCore
import TollgateTransport

/// Streams through the default transport, from and to a server on the loopback interface.
@Suite struct StreamingTests {
    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    private static let numbers = Endpoint<EventStream<Int>>("test.count", .post, "/count", end: "[DONE]")
    private static let audio = Endpoint<HTTPBody>("test.audio", .get, "/audio")
    private static let upload = Endpoint<Void>("test.upload", .post, "/files", idempotencyKey: .idempotencyKey)

    private func client(_ server: LoopbackServer) throws -> APIClient {
        APIClient(baseURL: try #require(URL(string: "http://\(server.authority)")), transport: .default)
    }

    /// One chunk of a chunked body.
    private static func chunk(_ text: String) -> LoopbackServer.Action {
        .write("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
    }

    @Test func anEventIsSeenBeforeTheNextOneIsSent() async throws {
        let (signals, signal) = AsyncStream<Void>.makeStream()
        try await LoopbackServer.run { _ in
            [
                .write(Self.head), Self.chunk("data: 1\n\nda"), .wait { for await _ in signals { break } },
                Self.chunk("ta: 2\n"), Self.chunk("\n"), .wait { for await _ in signals { break } },
                Self.chunk("data: 3\n\ndata: [DONE]\n\n"), .write("0\r\n\r\n"),
            ]
        } _: { server in
            var found: [Int] = []
            for try await number in try await client(server).send(APIRequest(Self.numbers)) {
                found.append(number)
                signal.yield()
            }
            #expect(found == [1, 2, 3])
        }
    }

    @Test func theConnectionServesAgainAfterAStream() async throws {
        try await LoopbackServer.run { _ in
            [.write(Self.head), Self.chunk("data: 1\n\n"), Self.chunk("data: [DONE]\n\n"), .write("0\r\n\r\n")]
        } _: { server in
            for _ in 0..<3 {
                var found: [Int] = []
                for try await number in try await client(server).send(APIRequest(Self.numbers)) { found.append(number) }
                #expect(found == [1])
            }
            #expect(server.connectionCount == 1)
        }
    }

    @Test func leavingTheLoopClosesTheConnection() async throws {
        try await LoopbackServer.run { _ in
            [.write(Self.head), Self.chunk("data: 1\n\n")]
        } _: { server in
            let numbers = try await client(server).send(APIRequest(Self.numbers))
            for try await number in numbers {
                #expect(number == 1)
                break
            }
            for await _ in server.closings { break }
            await #expect(throws: HTTPBody.AlreadyRead.self) { for try await _ in numbers {} }
        }
    }

    @Test func aBodyThatNobodyReadsClosesTheConnection() async throws {
        try await LoopbackServer.run { _ in
            [.write(Self.head), Self.chunk("music")]
        } _: { server in
            _ = try await client(server).send(APIRequest(Self.audio))
            for await _ in server.closings { break }
        }
    }

    @Test func aStreamThatBreaksOff() async throws {
        try await LoopbackServer.run { _ in
            [.write(Self.head), Self.chunk("data: 1\n\n"), .close]
        } _: { server in
            var found: [Int] = []
            let error = await #expect(throws: ConnectionError.self) {
                for try await number in try await client(server).send(APIRequest(Self.numbers)) { found.append(number) }
            }
            #expect(found == [1])
            #expect(error?.operation == "test.count")
            #expect(error.map { [.closed, .reset].contains($0.kind) } == true)
        }
    }

    private struct Upload: MultipartModel {
        let file: UploadedFile

        func write(to form: inout MultipartWriter) {
            form.write("note", "grüß")
            form.write("file", file)
        }
    }

    @Test func aFileIsUploadedFromDisk() async throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).txt")
        let text = String(repeating: "0123456789", count: 20_000)
        try Data(text.utf8).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        try await LoopbackServer.run { _ in
            [LoopbackServer.response("204 No Content")]
        } _: { server in
            var request = APIRequest(Self.upload)
            request.multipart(Upload(file: try UploadedFile(contentsOf: url)))
            try await client(server).send(request)
            let parts = try #require(server.requests.first).split(separator: "\r\n\r\n", maxSplits: 1)
            let length = try #require(parts[0].lowercased().split(separator: "content-length: ").last)
            #expect(Int(length.prefix { $0.isNumber }) == parts[1].utf8.count)
            #expect(parts[1].contains("\"note\"\r\n\r\ngrüß\r\n--"))
            let fields = "filename=\"\(url.lastPathComponent)\"\r\nContent-Type: text/plain\r\n\r\n"
            #expect(parts[1].contains("\(fields)\(text)\r\n"))
        }
    }
}
