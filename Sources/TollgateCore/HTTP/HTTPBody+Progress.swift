import Foundation

/// How much of a body has passed.
public struct HTTPProgress: Sendable, Hashable {
    /// Since the body was begun; a request that is tried again begins anew.
    public let bytes: Int
    /// The body's length, if it is known before it is read.
    public let total: Int?

    public init(bytes: Int, total: Int?) {
        self.bytes = bytes
        self.total = total
    }

    /// From 0 to 1, if the total is known.
    public var fraction: Double? {
        total.map { $0 > 0 ? min(Double(bytes) / Double($0), 1) : 1 }
    }
}

extension HTTPBody {
    /// The same body, which reports how much of it has been read: sent, if it is a request's, or received.
    ///
    ///     request.body(try HTTPBody(contentsOf: file).reporting { print($0.fraction ?? 0) }, contentType: "audio/mpeg")
    ///
    /// - Parameter report: Called with each chunk that is taken, on the task that takes it. It should return soon.
    /// - Returns: The body to send, or to read.
    public func reporting(_ report: @escaping @Sendable (HTTPProgress) -> Void) -> HTTPBody {
        HTTPBody(stream: ReportingChunks(body: self, report: report), length: length, isReplayable: isReplayable)
    }

    /// Writes the body to a file as it comes. No more of it is in memory than one chunk.
    /// - Parameters:
    ///   - url: The file; what stands there is replaced once the body is complete.
    ///   - limit: The most bytes to accept; nil for any number.
    /// - Returns: How many bytes there were.
    /// - Throws: ``TooLarge`` if there are more, ``AlreadyRead``, what the stream throws, `CocoaError` if the file cannot
    ///   be written. Then nothing is left of it.
    @discardableResult
    public func save(to url: URL, upTo limit: Int? = nil) async throws -> Int {
        let partial = url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).\(UUID.randomText())")
        do {
            let count = try await write(to: partial, upTo: limit)
            guard rename(partial.path(percentEncoded: false), url.path(percentEncoded: false)) == 0 else {
                throw CocoaError(.fileWriteUnknown, userInfo: [NSURLErrorKey: url])
            }
            return count
        } catch {
            try? FileManager.default.removeItem(at: partial)
            throw error
        }
    }

    private func write(to url: URL, upTo limit: Int?) async throws -> Int {
        try Data().write(to: url)
        let file = try FileHandle(forWritingTo: url)
        defer { try? file.close() }
        var count = 0
        for try await chunk in self {
            count += chunk.count
            if let limit, count > limit { throw TooLarge(limit: limit) }
            try file.write(contentsOf: chunk)
        }
        return count
    }
}

/// Counts a body's chunks as they pass.
private struct ReportingChunks: AsyncSequence, Sendable {
    let body: HTTPBody
    let report: @Sendable (HTTPProgress) -> Void

    func makeAsyncIterator() -> Iterator {
        Iterator(base: body.makeAsyncIterator(), total: body.length, report: report)
    }

    struct Iterator: AsyncIteratorProtocol {
        var base: HTTPBody.Iterator
        let total: Int?
        let report: @Sendable (HTTPProgress) -> Void
        var bytes = 0

        mutating func next() async throws -> [UInt8]? {
            try await next(isolation: nil)
        }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            guard let chunk = try await base.next(isolation: actor) else { return nil }
            bytes += chunk.count
            report(HTTPProgress(bytes: bytes, total: total))
            return chunk
        }
    }
}
