import Synchronization

/// The body of a request or of a response: bytes in memory, or a stream of chunks.
///
/// Iterating yields chunks of bytes. A body in memory, and a stream made with `isReplayable: true`, can be iterated any
/// number of times; any other stream once.
public struct HTTPBody: Sendable {
    private enum Storage: Sendable {
        case bytes([UInt8])
        case stream(Source)
    }

    private let storage: Storage

    /// How many bytes the body has, if that is known before it is read.
    public let length: Int?

    /// A body without bytes.
    public static let empty = HTTPBody([])

    /// A body in memory.
    public init(_ bytes: [UInt8]) {
        storage = .bytes(bytes)
        length = bytes.count
    }

    /// A text in memory, as UTF-8.
    public init(_ text: String) {
        self.init(Array(text.utf8))
    }

    /// A body that comes in chunks.
    /// - Parameters:
    ///   - chunks: The chunks, in order.
    ///   - length: The sum of their lengths in bytes, if known.
    ///   - isReplayable: Whether `chunks` yields the same bytes each time it is iterated.
    public init<Chunks: AsyncSequence & Sendable>(stream chunks: Chunks, length: Int? = nil, isReplayable: Bool = false)
    where Chunks.Element == [UInt8] {
        storage = .stream(
            Source(isReplayable: isReplayable) {
                var iterator = chunks.makeAsyncIterator()
                return Iterator { actor in try await iterator.next(isolation: actor) }
            })
        self.length = length
    }

    /// The bytes, if the body is in memory.
    public var bytes: [UInt8]? {
        if case .bytes(let bytes) = storage { bytes } else { nil }
    }

    /// Whether the body can be iterated any number of times.
    public var isReplayable: Bool {
        switch storage {
        case .bytes: true
        case .stream(let source): source.isReplayable
        }
    }

    /// Whether the body can be sent now: it is replayable, or nobody has begun to read it.
    var isUnread: Bool {
        switch storage {
        case .bytes: true
        case .stream(let source): !source.isTaken
        }
    }

    /// Reads the whole body into memory.
    /// - Parameter limit: The most bytes to accept.
    /// - Returns: All bytes.
    /// - Throws: ``TooLarge`` if there are more, ``AlreadyRead`` if a stream was read before, and what the stream throws.
    public func collect(upTo limit: Int) async throws -> [UInt8] {
        if case .bytes(let bytes) = storage {
            guard bytes.count <= limit else { throw TooLarge(limit: limit) }
            return bytes
        }
        var bytes: [UInt8] = []
        for try await chunk in self {
            guard bytes.count + chunk.count <= limit else { throw TooLarge(limit: limit) }
            bytes += chunk
        }
        return bytes
    }

    /// A body has more bytes than its reader accepts.
    public struct TooLarge: Error, Hashable, CustomStringConvertible {
        /// The most bytes that were accepted.
        public let limit: Int

        public var description: String { "the body is longer than \(limit) bytes" }
    }

    /// A stream that can be read once was read again.
    public struct AlreadyRead: Error, Hashable, CustomStringConvertible {
        public var description: String { "the body is a stream that can be read once, and it was read before" }
    }
}

extension HTTPBody: AsyncSequence {
    /// Yields the chunks of a body.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let produce: (isolated (any Actor)?) async throws -> [UInt8]?

        public mutating func next() async throws -> [UInt8]? {
            try await produce(nil)
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            try await produce(actor)
        }
    }

    public func makeAsyncIterator() -> Iterator {
        switch storage {
        case .bytes(let bytes):
            var rest: [UInt8]? = bytes.isEmpty ? nil : bytes
            return Iterator { _ in rest.take() }
        case .stream(let source):
            return source.makeIterator()
        }
    }

    /// Makes iterators: one, unless the stream is replayable. It lets go of what it made them of, so that whatever is
    /// behind a stream (a connection) is released with its iterator.
    private final class Source: Sendable {
        let isReplayable: Bool
        private let make: Mutex<(@Sendable () -> Iterator)?>

        init(isReplayable: Bool, make: @escaping @Sendable () -> Iterator) {
            self.isReplayable = isReplayable
            self.make = Mutex(make)
        }

        var isTaken: Bool { make.withLock { $0 == nil } }

        func makeIterator() -> Iterator {
            let make = make.withLock { make in
                defer { if !isReplayable { make = nil } }
                return make
            }
            return make?() ?? Iterator { _ in throw AlreadyRead() }
        }
    }
}

extension HTTPBody: CustomStringConvertible {
    /// The length, never the contents.
    public var description: String {
        length.map { "HTTPBody(\($0) bytes)" } ?? "HTTPBody(stream)"
    }
}
