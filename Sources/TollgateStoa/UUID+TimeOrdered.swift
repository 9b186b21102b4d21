import Crypto
import Foundation
import Synchronization

extension UUID {
    /// A UUID of version 7 (RFC 9562): its first 48 bits are the time in milliseconds, the rest is random.
    package static func timeOrdered(at date: Date) -> UUID {
        let milliseconds = UInt64(min(max(0, date.timeIntervalSince1970 * 1000), 281_474_976_710_655))
        let random = RandomWords.next()
        let first: UInt64 = milliseconds << 16 | 0x7000 | random.0 & 0x0FFF
        let second: UInt64 = 0x8000_0000_0000_0000 | random.1 >> 2
        let bytes = withUnsafeBytes(of: (first.bigEndian, second.bigEndian)) { $0.load(as: uuid_t.self) }
        return UUID(uuid: bytes)
    }
}

/// Random words, many at a time: asking the system for those of each UUID takes as long as all the rest of recording a use.
private enum RandomWords {
    private static let left = Mutex<[UInt64]>([])

    static func next() -> (UInt64, UInt64) {
        left.withLock { words in
            if words.count < 2 {
                words = SymmetricKey(size: SymmetricKeySize(bitCount: 64 * 256)).withUnsafeBytes { bytes in
                    stride(from: 0, to: bytes.count, by: 8).map {
                        bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)
                    }
                }
            }
            return (words.removeLast(), words.removeLast())
        }
    }
}
