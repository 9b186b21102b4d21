import GeneratorDiagnostics

/// One document: its files and a few flat arrays that all its nodes share.
///
/// A document of three megabytes has some two hundred thousand nodes; this way they cost a handful of allocations.
final class Tree: Sendable {
    /// The file that was read; in a document that was put together, all that it comes from.
    let files: [SourceFile]
    let storage: TreeStorage

    init(files: [SourceFile], storage: TreeStorage) {
        self.files = files
        self.storage = storage
    }
}

/// The arrays of a ``Tree``.
struct TreeStorage: Sendable {
    /// What a record is.
    enum Kind: UInt8 {
        case mapping
        case sequence
        /// A scalar without quotes, whose type follows from its text.
        case plainScalar
        /// A scalar in quotes or in a block, which is a string.
        case stringScalar
    }

    /// One node.
    struct Record {
        var mark: Mark
        /// Where the node's text begins in `text`, or its children in `children`.
        var start: UInt32
        /// Bytes of text, elements of a sequence, or entries of a mapping.
        var count: UInt32
        var kind: Kind
        /// Which of the tree's files it stands in.
        var file: UInt16 = 0

        var isScalar: Bool { kind == .plainScalar || kind == .stringScalar }
    }

    var records: [Record] = []
    /// The text of all scalars, one after the other.
    var text: [UInt8] = []
    /// The records of a sequence's elements, or of a mapping's keys and values in turn. The entries of a large mapping
    /// are followed by its key table.
    var children: [UInt32] = []

    func text(of record: Record) -> ArraySlice<UInt8> {
        let start = Int(record.start)
        return text[start..<start + Int(record.count)]
    }

    func string(of record: Record) -> String {
        String(decoding: text(of: record), as: UTF8.self)
    }
}

/// A place in the file that is being read.
struct Mark: Sendable, Hashable {
    /// The line, counted from 1.
    var line: UInt32
    /// The column, counted from 1 in Unicode scalars.
    var column: UInt32
    /// The number of Unicode scalars to underline.
    var width: UInt32 = 1

    func location(in file: SourceFile) -> SourceLocation {
        SourceLocation(file: file, line: Int(line), column: Int(column), length: max(1, Int(width)))
    }
}

// MARK: - Keys of mappings

/// Small mappings are searched entry by entry. The others have a hash table with linear probing in `children`, right
/// after their entries: each slot holds 0, or the position of an entry plus 1. `Hasher` is seeded at random for each
/// process, so no document can make keys collide on purpose.
extension TreeStorage {
    /// Mappings with more entries than this have a key table.
    private static let largestSmallMapping = 8

    /// The position of the entry with this key among the entries at `start`.
    func position(of key: UnsafeRawBufferPointer, start: Int, count: Int) -> Int? {
        guard count > Self.largestSmallMapping else {
            return (0..<count).first { hasKey(key, entryAt: start + 2 * $0) }
        }
        let slot = slot(of: key, start: start, count: count)
        return children[slot] == 0 ? nil : Int(children[slot]) - 1
    }

    /// Adds what lookups need for the entries at the end of `children`.
    ///
    /// - Returns: pairs of positions of a repeated key: the first entry and the repetition.
    mutating func indexKeys(start: Int, count: Int) -> [(first: Int, again: Int)] {
        var repetitions: [(first: Int, again: Int)] = []
        guard count > Self.largestSmallMapping else {
            for position in 0..<count {
                let first = withKey(entryAt: start + 2 * position) { key -> Int? in
                    (0..<position).first { hasKey(key, entryAt: start + 2 * $0) }
                }
                if let first { repetitions.append((first, position)) }
            }
            return repetitions
        }
        children.append(contentsOf: repeatElement(0, count: Self.tableSize(count)))
        for position in 0..<count {
            let slot = withKey(entryAt: start + 2 * position) { self.slot(of: $0, start: start, count: count) }
            if children[slot] == 0 {
                children[slot] = UInt32(position + 1)
            } else {
                repetitions.append((Int(children[slot]) - 1, position))
            }
        }
        return repetitions
    }

    /// The smallest power of two that leaves half of the slots free.
    private static func tableSize(_ count: Int) -> Int {
        1 << (Int.bitWidth - (2 * count - 1).leadingZeroBitCount)
    }

    /// The slot that holds the key, or the free slot where it belongs.
    private func slot(of key: UnsafeRawBufferPointer, start: Int, count: Int) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: key)
        let table = start + 2 * count
        let mask = Self.tableSize(count) - 1
        var slot = hasher.finalize() & mask
        while true {
            let entry = Int(children[table + slot])
            if entry == 0 || hasKey(key, entryAt: start + 2 * (entry - 1)) { return table + slot }
            slot = (slot + 1) & mask
        }
    }

    private func hasKey(_ key: UnsafeRawBufferPointer, entryAt offset: Int) -> Bool {
        let record = records[Int(children[offset])]
        guard Int(record.count) == key.count else { return false }
        return withKey(entryAt: offset) { $0.elementsEqual(key) }
    }

    private func withKey<Result>(entryAt offset: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let record = records[Int(children[offset])]
        let start = Int(record.start)
        return text.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start..<start + Int(record.count)])) }
    }
}
