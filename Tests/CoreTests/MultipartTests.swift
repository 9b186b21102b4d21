import Foundation
import Testing

@testable import TollgateCore

/// Forms with files, `multipart/form-data`.
@Suite struct MultipartTests {
    /// Counts, so that what is made of it is always the same.
    struct Counter: RandomNumberGenerator {
        var value: UInt64 = 0

        mutating func next() -> UInt64 {
            value += 1
            return value
        }
    }

    struct Transcription: MultipartModel {
        var file: UploadedFile
        var others: [UploadedFile]?
        var granularities: [String] = []
        var temperature: Double?
        var options: JSONValue?

        func write(to form: inout MultipartWriter) {
            form.write("file", file)
            form.write("images[]", others)
            form.write("granularities[]", granularities)
            form.write("temperature", temperature)
            form.write("options", options)
        }
    }

    private func writer(_ write: (inout MultipartWriter) -> Void) -> MultipartWriter {
        var counter = Counter()
        var form = MultipartWriter(using: &counter)
        write(&form)
        return form
    }

    private func text(_ form: MultipartWriter) async throws -> String {
        String(decoding: try await form.body.collect(upTo: .max), as: UTF8.self)
            .replacing(form.boundary, with: "B").replacing("\r\n", with: "\n")
    }

    @Test func partsOfEachKind() async throws {
        let model = Transcription(
            file: UploadedFile(name: "talk.MP3", Array("sound".utf8)),
            others: [
                UploadedFile(name: "a.png", contentType: "image/x-own", Array("one".utf8)),
                UploadedFile(name: "noextension", Array("two".utf8)),
            ], granularities: ["word", "zwei\r\nZeilen"], temperature: 0.5, options: ["deep": [1, nil]])
        let form = writer { model.write(to: &$0) }
        #expect(
            try await text(form) == """
                --B
                Content-Disposition: form-data; name="file"; filename="talk.MP3"
                Content-Type: audio/mpeg

                sound
                --B
                Content-Disposition: form-data; name="images[]"; filename="a.png"
                Content-Type: image/x-own

                one
                --B
                Content-Disposition: form-data; name="images[]"; filename="noextension"
                Content-Type: application/octet-stream

                two
                --B
                Content-Disposition: form-data; name="granularities[]"

                word
                --B
                Content-Disposition: form-data; name="granularities[]"

                zwei
                Zeilen
                --B
                Content-Disposition: form-data; name="temperature"

                0.5
                --B
                Content-Disposition: form-data; name="options"
                Content-Type: application/json

                {"deep":[1,null]}
                --B--

                """)
        #expect(form.body.bytes?.count == form.body.length)
    }

    @Test func namesAreWrittenAsBrowsersDo() async throws {
        let form = writer { form in
            form.write("a\"b\r\nc%", "x")
            form.write("file", UploadedFile(name: "grüße\"\r\nX-Evil: 1\\.txt", []))
            form.write("nothing", nil as String?)
            form.write("nobody", nil as UploadedFile?)
        }
        #expect(
            try await text(form) == """
                --B
                Content-Disposition: form-data; name="a%22b%0D%0Ac%"

                x
                --B
                Content-Disposition: form-data; name="file"; filename="grüße%22%0D%0AX-Evil: 1\\.txt"
                Content-Type: text/plain


                --B--

                """)
    }

    @Test func theBoundaryIsRandomAndInjectable() {
        #expect(writer { _ in }.boundary == writer { _ in }.boundary)
        let boundaries = Set((0..<100).map { _ in MultipartWriter().boundary })
        #expect(boundaries.count == 100)
        // RFC 2046: at most 70 characters of a small alphabet.
        #expect(boundaries.allSatisfy { $0.wholeMatch(of: /tollgate-[0-9a-f]{32}/) != nil })
    }

    @Test func aMediaTypeCannotSmuggleAHeaderField() async throws {
        let client = Shop(ScriptedTransport(.reply(204, [:], ""))).client
        var request = APIRequest(Shop.orderOnce)
        request.multipart(
            Transcription(file: UploadedFile(name: "a", contentType: "text/plain\r\nX-Evil: 1", [])))
        let sending = request
        let error = await #expect(throws: InvalidRequest.self) { try await client.send(sending) }
        #expect(error?.problem == "the media type of \"file\" has a control character")
    }

    @Test(arguments: [(3 as Int?, true), (3, false), (nil, true), (nil, false)])
    func aStreamedFileDecidesLengthAndReplay(_ length: Int?, _ isReplayable: Bool) async throws {
        let chunks = AsyncStream<[UInt8]> { continuation in
            for chunk in [[1], [2, 3]] as [[UInt8]] { continuation.yield(chunk) }
            continuation.finish()
        }
        let streamed = HTTPBody(stream: chunks, length: length, isReplayable: isReplayable)
        let form = writer { form in
            form.write("before", 1)
            form.write("file", UploadedFile(name: "a.bin", body: streamed))
            form.write("after", 2)
        }
        let body = form.body
        #expect(body.bytes == nil)
        #expect(body.isReplayable == isReplayable)
        let collected = try await body.collect(upTo: .max)
        #expect(body.length == length.map { _ in collected.count })
        let text = String(decoding: collected, as: UTF8.self)
        #expect(text.contains("\r\n\r\n\u{1}\u{2}\u{3}\r\n--\(form.boundary)\r\n"))
        #expect(text.hasSuffix("name=\"after\"\r\n\r\n2\r\n--\(form.boundary)--\r\n"))
        if !isReplayable {
            await #expect(throws: HTTPBody.AlreadyRead.self) { try await body.collect(upTo: .max) }
        }
    }

    @Test func aFileOnDiskIsReadInChunksAndSentAgain() async throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).wav")
        let contents = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try Data(contents).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }

        let body = try HTTPBody(contentsOf: url)
        #expect(body.length == contents.count && body.isReplayable && body.bytes == nil)
        for _ in 0..<2 {
            var sizes: [Int] = []
            for try await chunk in body { sizes.append(chunk.count) }
            #expect(sizes == [65536, 65536, 65536, 3392])
        }
        let file = try UploadedFile(contentsOf: url)
        #expect(file.name == url.lastPathComponent && file.contentType == "audio/wav")

        let transport = ScriptedTransport(.reply(503), .reply(204, [:], ""))
        var request = APIRequest(Shop.orderOnce)
        request.multipart(Transcription(file: file), adding: "stream", true)
        try await Shop(transport).client.send(request)
        #expect(transport.sent.count == 2)
        #expect(transport.sent[0].body == transport.sent[1].body)
        #expect(transport.sent[0].body.contains("name=\"stream\"\r\n\r\ntrue\r\n"))
        let type = try #require(transport.sent[0].request.headerFields[.contentType])
        let boundary = try #require(type.split(separator: "boundary=").last)
        #expect(type == "multipart/form-data; boundary=\(boundary)")
        #expect(transport.sent[0].body.hasSuffix("\r\n--\(boundary)--\r\n"))

        // What is added later is not sent: the length was announced.
        try Data(contents + contents).write(to: url)
        #expect(try await body.collect(upTo: .max) == contents)
    }

    @Test func aFileThatIsNotThere() {
        let nowhere = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        #expect(throws: CocoaError.self) { try HTTPBody(contentsOf: nowhere) }
        #expect(throws: CocoaError.self) { try UploadedFile(contentsOf: FileManager.default.temporaryDirectory) }
    }
}
