import HTTPTypes

extension MockReply {
    /// What happens to an answer on its way.
    struct Delivery: Sendable, Hashable {
        /// Before the head.
        var delay: MockPause?
        /// Before each line of the head.
        var headPause: MockPause?
        /// Before each piece of the body.
        var pause: MockPause?
        /// Whether the connection ends after the last piece as one does that fails.
        var isBrokenOff = false
        /// Whether what follows the first chunk of the body is no chunk.
        var hasMalformedChunks = false
        /// How many bytes the body is said to have; nil for a body that is streamed.
        var promisedLength: Int?

        /// Whether the answer cannot be sent the usual way.
        var isRaw: Bool { headPause != nil || hasMalformedChunks }
    }

    /// Lets a fault befall the answer on its way.
    mutating func suffer(_ fault: MockFault) {
        switch fault {
        case .delay(let pause):
            delivery.delay = pause
        case .slowHead(let pause):
            delivery.headPause = pause
        case .breakOff(let count):
            guard case .pieces(let pieces) = body else { return }
            body = .pieces(Array(pieces.prefix(count)))
            delivery.isBrokenOff = true
        case .truncate(let count):
            promiseLength()
            body = .pieces([Array(bytes.prefix(count))])
            delivery.isBrokenOff = true
        case .drip(let count, let pause):
            promiseLength()
            let (bytes, count) = (bytes, max(count, 1))
            body = .pieces(
                stride(from: 0, to: bytes.count, by: count).map { Array(bytes[$0..<min($0 + count, bytes.count)]) })
            delivery.pause = pause
        case .malformedJSON:
            body = .whole(bytes.isEmpty ? [UInt8(ascii: "{")] : bytes.dropLast())
        case .content(let type, let text):
            headers[.contentType] = type
            if let text { body = .whole(Array(text.utf8)) }
        case .oversized(let count):
            let bytes = bytes
            body = .whole(bytes + [UInt8](repeating: UInt8(ascii: " "), count: max(0, count - bytes.count)))
        case .malformedChunks:
            delivery.hasMalformedChunks = true
        case .status, .redirect, .reset, .randomDelay:
            break
        }
    }

    /// The whole body.
    package var bytes: [UInt8] {
        switch body {
        case .whole(let bytes): bytes
        case .pieces(let pieces): Array(pieces.joined())
        }
    }

    private mutating func promiseLength() {
        if case .whole(let bytes) = body { delivery.promisedLength = bytes.count }
    }
}
