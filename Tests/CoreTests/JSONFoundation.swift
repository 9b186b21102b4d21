import Foundation
import TollgateCore

/// Where our reader says something else than Foundation's on purpose.
enum DeliberateDifference: CaseIterable {
    /// Foundation guesses UTF-16 and UTF-32 from marks and zeros. JSON between systems is UTF-8 (RFC 8259, 8.1): a
    /// document that is something else is a fault of whoever wrote it.
    case otherEncoding
    /// Foundation refuses a document for a number beyond `Double`. We keep the digits: whether a number is too large is
    /// decided by the type that it is read into, and money may be large.
    case beyondDouble
    /// Foundation takes a comma before a closing bracket. RFC 8259 has none there.
    case commaBeforeTheEnd
    /// Foundation drops U+FEFF where a string, or a piece of one after an escape, begins with it. It is a character like
    /// any other there, and a signature or a key must not change.
    case byteOrderMarkInString

    /// A document in which the difference shows.
    var example: [UInt8] {
        switch self {
        case .otherEncoding: [0xFF, 0xFE, 0x31, 0x00]
        case .beyondDouble: Array("[1e400]".utf8)
        case .commaBeforeTheEnd: Array(#"{"a":[1, ],"b":",]"}"#.utf8)
        case .byteOrderMarkInString: Array("[\"\u{FEFF}a\"]".utf8)
        }
    }

    /// Whether this is what the two readers differ about.
    /// - Parameters:
    ///   - bytes: The document.
    ///   - ours: What we read; nil if we refuse it.
    ///   - foundation: What Foundation reads; nil if it refuses it.
    /// - Returns: Whether all that is different follows from this difference.
    func explains(_ bytes: [UInt8], ours: JSONValue?, foundation: Any?) -> Bool {
        switch self {
        case .otherEncoding:
            let hasMark = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
            return ours == nil && foundation != nil && (hasMark || bytes.prefix(4).contains(0))
        case .beyondDouble:
            return foundation == nil && ours?.contains { $0.double.isInfinite } == true
        case .commaBeforeTheEnd:
            let tidy = bytes.withoutCommasBeforeTheEnd
            guard ours == nil, tidy != bytes, let foundation, let value = try? JSONValue(jsonBytes: tidy) else {
                return false
            }
            return value.agrees(with: foundation, ignoringMarks: true)
        case .byteOrderMarkInString:
            guard let ours, let foundation else { return false }
            return ours.agrees(with: foundation, ignoringMarks: true)
        }
    }
}

extension [UInt8] {
    /// The document without the commas that stand, outside strings, before a closing bracket.
    fileprivate var withoutCommasBeforeTheEnd: [UInt8] {
        var kept: [UInt8] = []
        var comma: Int?
        var (isInString, isEscaped) = (false, false)
        for byte in self {
            if isInString {
                isInString = isEscaped || byte != UInt8(ascii: "\"")
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
            } else if byte == UInt8(ascii: ",") {
                comma = kept.count
            } else if !" \t\r\n".utf8.contains(byte) {
                if "]}".utf8.contains(byte), let comma { kept.remove(at: comma) }
                isInString = byte == UInt8(ascii: "\"")
                comma = nil
            }
            kept.append(byte)
        }
        return kept
    }
}

/// How the two readers compare on one document.
enum JSONAgreement: Equatable {
    case same(accepted: Bool)
    case deliberate(DeliberateDifference)
    case different(String)

    init(on bytes: [UInt8]) {
        let ours = try? JSONValue(jsonBytes: bytes)
        let foundation = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
        if let ours, let foundation, ours.agrees(with: foundation) {
            self = .same(accepted: true)
        } else if ours == nil, foundation == nil {
            self = .same(accepted: false)
        } else {
            let reason = DeliberateDifference.allCases.first {
                $0.explains(bytes, ours: ours, foundation: foundation)
            }
            self =
                reason.map { .deliberate($0) }
                ?? .different("ours: \(ours as Any), Foundation: \(foundation as Any)")
        }
    }
}

extension JSONValue {
    /// Whether Foundation's reader says the same.
    /// - Parameters:
    ///   - other: What it says.
    ///   - ignoringMarks: Whether U+FEFF counts for nothing.
    /// - Returns: Whether kinds, members, elements, texts and the values of numbers are the same.
    func agrees(with other: Any, ignoringMarks: Bool = false) -> Bool {
        func form(_ text: String) -> String {
            ignoringMarks ? String(text.unicodeScalars.filter { $0 != "\u{FEFF}" }) : text
        }
        switch self {
        case .null: return other is NSNull
        case .string(let text):
            return (other as? String).map { Array(form($0).utf8) == Array(form(text).utf8) } ?? false
        case .bool(let value): return (other as? NSNumber).map { $0.isBool && $0.boolValue == value } ?? false
        case .number(let number): return (other as? NSNumber).map { !$0.isBool && number.agrees(with: $0) } ?? false
        case .array(let elements):
            guard let others = other as? [Any], others.count == elements.count else { return false }
            return zip(elements, others).allSatisfy { $0.agrees(with: $1, ignoringMarks: ignoringMarks) }
        case .object(let members):
            guard let all = other as? [String: Any] else { return false }
            // Names that only a mark tells apart have become one member there: the first or the last of them.
            let others = Dictionary(all.map { (form($0.key), $0.value) }) { first, _ in first }
            let ours = Dictionary(grouping: members) { form($0.key) }
            return ours.count == others.count
                && ours.allSatisfy { name, candidates in
                    guard let other = others[name] else { return false }
                    return candidates.contains { $0.value.agrees(with: other, ignoringMarks: ignoringMarks) }
                }
        }
    }

    fileprivate func contains(_ isMeant: (JSONNumber) -> Bool) -> Bool {
        switch self {
        case .number(let number): isMeant(number)
        case .array(let elements): elements.contains { $0.contains(isMeant) }
        case .object(let members): members.values.contains { $0.contains(isMeant) }
        default: false
        }
    }
}

extension JSONNumber {
    /// Foundation keeps an integer of 64 bits, a `Decimal` of 38 digits or a `Double`; we keep the digits. So the two
    /// agree if ours, read as what Foundation chose, is the same.
    fileprivate func agrees(with other: NSNumber) -> Bool {
        if let other = other as? NSDecimalNumber {
            if let decimal { return decimal == other.decimalValue }
            // More than 38 digits: Foundation has rounded. Its way from there to a Double is not exact; its text is.
            guard let rounded = Double("\(other.decimalValue)") else { return false }
            return abs(double - rounded) <= abs(double) * 1e-15
        }
        switch other.objCType.pointee {
        case CChar(bitPattern: UInt8(ascii: "d")): return double == other.doubleValue
        case CChar(bitPattern: UInt8(ascii: "Q")): return UInt64(text) == other.uint64Value
        default: return int64 == other.int64Value
        }
    }
}

extension NSNumber {
    fileprivate var isBool: Bool { objCType.pointee == CChar(bitPattern: UInt8(ascii: "c")) }
}
