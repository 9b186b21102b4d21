import Foundation
import Synchronization
import Testing

@testable import TollgateCore

/// Bodies that are watched as they pass, and bodies that become files.
@Suite struct BodyTests {
    private struct Broken: Error {}

    private func stream(_ chunks: [[UInt8]], failing: Bool = false) -> HTTPBody {
        HTTPBody(
            stream: AsyncThrowingStream<[UInt8], any Error> { continuation in
                for chunk in chunks { continuation.yield(chunk) }
                continuation.finish(throwing: failing ? Broken() : nil)
            }, length: chunks.joined().count)
    }

    @Test func progressIsReportedWithEachChunk() async throws {
        let seen = Mutex<[HTTPProgress]>([])
        let body = stream([[1], [2, 3], [4]]).reporting { progress in seen.withLock { $0.append(progress) } }
        #expect(body.length == 4 && !body.isReplayable)
        #expect(try await body.collect(upTo: 4) == [1, 2, 3, 4])
        #expect(seen.withLock { $0.map(\.bytes) } == [1, 3, 4])
        #expect(seen.withLock { $0.map(\.fraction) } == [0.25, 0.75, 1])
        #expect(HTTPProgress(bytes: 7, total: nil).fraction == nil)
        #expect(HTTPProgress(bytes: 0, total: 0).fraction == 1)
    }

    @Test func whatIsReportedCanBeSentAgain() async throws {
        let seen = Mutex<[Int]>([])
        let body = HTTPBody("abc").reporting { progress in seen.withLock { $0.append(progress.bytes) } }
        let transport = ScriptedTransport(.reply(503), .reply(204, [:], ""))
        var request = APIRequest(Shop.orderOnce)
        request.body(body, contentType: "text/plain")
        try await Shop(transport).client.send(request)
        #expect(transport.sent.map(\.body) == ["abc", "abc"])
        #expect(seen.withLock { $0 } == [3, 3])
    }

    private func withFolder<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder)
    }

    @Test func aBodyIsSavedWholeOrNotAtAll() async throws {
        try await withFolder { folder in
            let file = folder.appending(path: "a file.bin")
            try Data("before".utf8).write(to: file)
            await #expect(throws: Broken.self) { try await stream([[1, 2]], failing: true).save(to: file) }
            await #expect(throws: HTTPBody.TooLarge(limit: 2)) {
                try await stream([[1, 2], [3]]).save(to: file, upTo: 2)
            }
            #expect(try Data(contentsOf: file) == Data("before".utf8))
            #expect(try await stream([[1, 2], [3]]).save(to: file, upTo: 3) == 3)
            #expect(try Data(contentsOf: file) == Data([1, 2, 3]))
            #expect(try await HTTPBody.empty.save(to: file) == 0)
            #expect(try Data(contentsOf: file).isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()) == ["a file.bin"])
            await #expect(throws: (any Error).self) {
                try await HTTPBody.empty.save(to: folder.appending(path: "none/file"))
            }
        }
    }

    @Test func keysAreUUIDsOfVersion4() throws {
        #expect(UUID.text(of: 0, 0) == "00000000-0000-4000-8000-000000000000")
        #expect(UUID.text(of: .max, .max) == "ffffffff-ffff-4fff-bfff-ffffffffffff")
        #expect(UUID.text(of: 0x0123_4567_89AB_CDEF, 0x0123_4567_89AB_CDEF) == "01234567-89ab-4def-8123-456789abcdef")
        let some = (0..<1000).map { _ in UUID.randomText() }
        #expect(Set(some).count == 1000)
        #expect(some.allSatisfy { UUID(uuidString: $0)?.uuidString.lowercased() == $0 })
    }

    @Test func theUserAgentNamesVersionAndPlatform() throws {
        let pattern = #/tollgate-swift/[0-9]+\.[0-9]+\.[0-9]+ \([a-z]+; [a-z0-9_]+\)/#
        #expect(try pattern.wholeMatch(in: Library.userAgent) != nil)
    }

    @Test func aServiceInTheSameProgram() async throws {
        struct Crash: Error {}
        let shop = Shop(
            InProcessTransport { request, _ in
                guard request.path == "/api/widgets/7" else { throw Crash() }
                return HTTPReply(head: HTTPResponse(status: .ok), body: HTTPBody(cog))
            })
        #expect(try await shop.read().name == "cog")
        let error = await #expect(throws: ConnectionError.self) { try await shop.read("8") }
        #expect(error?.kind == .closed)
        #expect(error?.underlying is Crash)
    }
}
