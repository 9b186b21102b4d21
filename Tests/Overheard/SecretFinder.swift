import Foundation
import TestHooks

/// Looks for many secrets in a long text at once, each at least 8 bytes long.
struct SecretFinder {
    private var secrets: [UInt64: [Data]] = [:]
    private static let newline = UInt8(ascii: "\n")

    init(_ secrets: some Sequence<String>) {
        for secret in secrets.lazy.map({ Data($0.utf8) }) where secret.count >= 8 {
            self.secrets[secret.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }, default: []].append(secret)
        }
    }

    /// The lines that have a secret in them, which is blotted out.
    func lines(of text: Data) -> [String] {
        let beginnings = UnsafeMutablePointer<overheard_beginnings>.allocate(capacity: 1)
        defer { beginnings.deallocate() }
        memset(beginnings, 0, MemoryLayout<overheard_beginnings>.size)
        for secret in secrets.values.joined() {
            secret.withUnsafeBytes { overheard_add(beginnings, $0.baseAddress) }
        }
        return text.withUnsafeBytes { text in
            var lines: [String] = []
            var place = 0
            while true {
                place = overheard_find(beginnings, text.baseAddress, text.count, place)
                guard place < text.count else { return lines }
                if let secret = secret(at: place, of: text) {
                    lines.append(Self.line(of: text, around: place..<place + secret.count))
                    place += secret.count
                } else {
                    place += 1
                }
            }
        }
    }

    private func secret(at place: Int, of text: UnsafeRawBufferPointer) -> Data? {
        secrets[text.loadUnaligned(fromByteOffset: place, as: UInt64.self)]?.first {
            text[place...].starts(with: $0)
        }
    }

    private static func line(of text: UnsafeRawBufferPointer, around secret: Range<Int>) -> String {
        let start = text[..<secret.lowerBound].lastIndex(of: newline).map { $0 + 1 } ?? 0
        let end = text[secret.upperBound...].firstIndex(of: newline) ?? text.count
        let before = String(decoding: text[start..<secret.lowerBound], as: UTF8.self)
        return before + "[secret]" + String(decoding: text[secret.upperBound..<end], as: UTF8.self)
    }
}
