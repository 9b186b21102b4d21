import Foundation

enum UUIDText {
    /// Reads `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`, in either case.
    static func uuid(_ text: UnsafeBufferPointer<UInt8>) -> UUID? {
        guard text.count == 36 else { return nil }
        var uuid: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        let isValid = withUnsafeMutableBytes(of: &uuid) { read(text, into: $0) }
        return isValid ? UUID(uuid: uuid) : nil
    }

    private static func read(_ text: UnsafeBufferPointer<UInt8>, into octets: UnsafeMutableRawBufferPointer) -> Bool {
        var position = 0
        var count = 0
        while position < 36 {
            if position == 8 || position == 13 || position == 18 || position == 23 {
                guard text[position] == UInt8(ascii: "-") else { return false }
                position += 1
            }
            guard let high = HexDigits.value(of: text[position]), let low = HexDigits.value(of: text[position + 1])
            else { return false }
            octets[count] = high << 4 | low
            count += 1
            position += 2
        }
        return true
    }

    /// The length of a UUID as text.
    static let limit = 36

    /// Lower case, as RFC 9562 wants it.
    static func put(_ uuid: UUID, to field: inout ASCIIField) {
        withUnsafeBytes(of: uuid.uuid) { octets in
            for (position, octet) in octets.enumerated() {
                if position == 4 || position == 6 || position == 8 || position == 10 { field.put(UInt8(ascii: "-")) }
                field.put(hexadecimal: octet)
            }
        }
    }
}

enum Base64Text {
    /// Reads the standard alphabet of RFC 4648, padded or not.
    static func data(_ text: UnsafeBufferPointer<UInt8>) -> Data? {
        var count = text.count
        if count % 4 == 0 {
            for _ in 0..<2 where count > 0 && text[count - 1] == UInt8(ascii: "=") { count -= 1 }
        }
        guard count % 4 != 1 else { return nil }
        var data = Data(capacity: count / 4 * 3 + 2)
        var bits: UInt32 = 0
        for position in 0..<count {
            guard let value = value(of: text[position]) else { return nil }
            bits = bits << 6 | value
            // Each four characters give three bytes: the first together with the second one, and so on.
            let available = position % 4 * 2
            if available > 0 { data.append(UInt8(truncatingIfNeeded: bits >> (6 - available))) }
        }
        return data
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
