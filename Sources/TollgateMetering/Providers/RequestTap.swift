import Synchronization
import TollgateCore

/// Keeps the ends of a request's body that is streamed, while it is sent: the short members of a form stand there, and
/// the header of a recording.
final class RequestTap: Sendable {
    private static let headLimit = 1 << 20
    private static let tailLimit = 64 << 10

    private let kept = Mutex(RequestBytes())

    /// What has been sent.
    var bytes: RequestBytes { kept.withLock { $0 } }

    /// The same body, which is kept as it is read.
    func tapping(_ body: HTTPBody) -> HTTPBody {
        HTTPBody(stream: TappedChunks(body: body, tap: self), length: body.length, isReplayable: body.isReplayable)
    }

    fileprivate func begin() {
        kept.withLock { $0 = RequestBytes() }
    }

    fileprivate func keep(_ chunk: [UInt8]) {
        kept.withLock { kept in
            let room = Self.headLimit - kept.head.count
            kept.head += chunk.prefix(room)
            guard chunk.count > room else { return }
            kept.isWhole = false
            kept.tail += chunk.suffix(Swift.min(Self.tailLimit, chunk.count - room))
            if kept.tail.count > 2 * Self.tailLimit { kept.tail.removeFirst(kept.tail.count - Self.tailLimit) }
        }
    }
}

private struct TappedChunks: AsyncSequence, Sendable {
    let body: HTTPBody
    let tap: RequestTap

    func makeAsyncIterator() -> Iterator {
        tap.begin()
        return Iterator(base: body.makeAsyncIterator(), tap: tap)
    }

    struct Iterator: AsyncIteratorProtocol {
        var base: HTTPBody.Iterator
        let tap: RequestTap

        mutating func next() async throws -> [UInt8]? {
            try await next(isolation: nil)
        }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            guard let chunk = try await base.next(isolation: actor) else { return nil }
            tap.keep(chunk)
            return chunk
        }
    }
}
