import Foundation

extension HTTPBody {
    /// A file on disk, which is read in chunks whenever the body is iterated.
    ///
    /// The length is the file's at this moment: bytes that are added later are not sent.
    /// - Throws: `CocoaError` if there is no such file, or it cannot be read.
    public init(contentsOf url: URL) throws {
        let url = url.resolvingSymlinksInPath()
        guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
            throw CocoaError(.fileReadUnknown, userInfo: [NSURLErrorKey: url])
        }
        let length = Int(try FileHandle(forReadingFrom: url).seekToEnd())
        self.init(stream: FileChunks(url: url, length: length), length: length, isReplayable: true)
    }

    /// One body after the other: in memory if all are, else a stream.
    init(joining bodies: [HTTPBody]) {
        let inMemory = bodies.compactMap(\.bytes)
        if inMemory.count == bodies.count {
            self.init(inMemory.count == 1 ? inMemory[0] : Array(inMemory.joined()))
        } else {
            let lengths = bodies.compactMap(\.length)
            self.init(
                stream: JoinedChunks(bodies: bodies),
                length: lengths.count == bodies.count ? lengths.reduce(0, +) : nil,
                isReplayable: bodies.allSatisfy(\.isReplayable))
        }
    }
}

/// The first bytes of a file, in chunks of 64 KiB.
private struct FileChunks: AsyncSequence, Sendable {
    let url: URL
    let length: Int

    func makeAsyncIterator() -> Iterator { Iterator(url: url, rest: length) }

    struct Iterator: AsyncIteratorProtocol {
        private let url: URL
        private var rest: Int
        private var file: FileHandle?

        init(url: URL, rest: Int) {
            self.url = url
            self.rest = rest
        }

        mutating func next() async throws -> [UInt8]? {
            guard rest > 0 else { return nil }
            let file = try file ?? FileHandle(forReadingFrom: url)
            self.file = file
            guard let data = try file.read(upToCount: Swift.min(rest, 64 << 10)), !data.isEmpty else {
                rest = 0
                return nil
            }
            rest -= data.count
            return Array(data)
        }
    }
}

/// The chunks of several bodies.
private struct JoinedChunks: AsyncSequence, Sendable {
    let bodies: [HTTPBody]

    func makeAsyncIterator() -> Iterator { Iterator(bodies: bodies[...]) }

    struct Iterator: AsyncIteratorProtocol {
        var bodies: ArraySlice<HTTPBody>
        var current: HTTPBody.Iterator?

        mutating func next() async throws -> [UInt8]? {
            try await next(isolation: nil)
        }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            while true {
                if let chunk = try await current?.next(isolation: actor) { return chunk }
                guard let body = bodies.popFirst() else { return nil }
                current = body.makeAsyncIterator()
            }
        }
    }
}
