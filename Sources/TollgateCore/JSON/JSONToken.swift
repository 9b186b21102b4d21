/// The kinds of JSON values.
public enum JSONKind: String, Sendable, Hashable, CaseIterable {
    case null, bool, number, string, array, object

    /// The kind with its article, for sentences: "an object".
    var article: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// One value or member name of a parsed document, in 12 bytes.
///
/// The tokens of a document stand in one array, in document order: an object is followed by name, value, name, value…
@usableFromInline
struct JSONToken: Sendable {
    enum Kind: UInt32 {
        case object = 0
        case array, string, number, `true`, `false`, null
    }

    /// Offset of the first byte; for a string, of the byte after the opening quote.
    let start: UInt32
    /// Strings and numbers: the length in bytes. Arrays and objects: the number of tokens, this one included.
    var extent: UInt32
    /// Bits 0-2: kind. Bit 3: flag. Bits 8-31: of a name, a hash; of an array or object, the number of entries.
    var info: UInt32

    init(_ kind: Kind, start: Int, extent: Int, flag: Bool = false) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.extent = UInt32(truncatingIfNeeded: extent)
        info = kind.rawValue | (flag ? Self.flagBit : 0)
    }

    static let flagBit: UInt32 = 1 << 3
    /// The largest number of entries that is remembered; it is only a hint for reserving space.
    static let maximumCount = 0xFF_FFFF

    var kind: Kind {
        switch info & 7 {
        case 0: .object
        case 1: .array
        case 2: .string
        case 3: .number
        case 4: .true
        case 5: .false
        default: .null
        }
    }

    func isKind(_ kind: Kind) -> Bool {
        info & 7 == kind.rawValue
    }

    /// String: contains escapes. Number: has neither fraction nor exponent.
    /// Object: a name may occur twice or contains escapes, so that the quick search for names does not do.
    var flag: Bool {
        info & Self.flagBit != 0
    }

    /// The hash of a name, or the number of entries of an array or object.
    var detail: UInt32 {
        get { info >> 8 }
        set { info = info & 0xFF | newValue << 8 }
    }

    /// The number of tokens from here to the next value at this level.
    var stride: Int {
        info & 7 <= Kind.array.rawValue ? Int(extent) : 1
    }

    var publicKind: JSONKind {
        switch kind {
        case .object: .object
        case .array: .array
        case .string: .string
        case .number: .number
        case .true, .false: .bool
        case .null: .null
        }
    }
}
