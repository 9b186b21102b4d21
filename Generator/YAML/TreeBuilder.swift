import GeneratorDiagnostics

/// Why reading had to stop.
struct ReadFailure: Error {
    var diagnostic: Diagnostic
}

/// Builds a tree from what a parser meets, from the first byte to the last.
///
/// Resolves anchors, aliases and merge keys, and refuses what would harm whoever walks the tree: nesting that is too
/// deep, aliases that multiply, repeated keys.
struct TreeBuilder {
    /// The deepest nesting of mappings and sequences that is read, aliases expanded.
    static let deepestNesting = 200
    /// The number of nodes that all aliases together may stand for.
    static let mostAliasedNodes = 1_000_000

    /// A mapping or a sequence whose end has not been met.
    private struct Frame {
        var record: Int
        /// Where its children begin in `pending`.
        var firstChild: Int
        var anchor: String?
        /// Nodes inside, this one included, aliases expanded.
        var size = 1
        /// Levels of mappings and sequences, this one included, aliases expanded.
        var height = 1
        var hasMergeKey = false
    }

    /// A node with a name that aliases can refer to.
    private struct Anchor {
        var record: Int
        var size = 1
        var height = 0
        var isOpen = false
    }

    let file: SourceFile
    /// Whether what can be done without is an error all the same.
    let isStrict: Bool
    /// Complaints that did not stop the reading.
    private(set) var complaints: [Diagnostic] = []
    private var storage = TreeStorage()
    private var frames: [Frame] = []
    /// The children of the open frames.
    private var pending: [UInt32] = []
    private var anchors: [String: Anchor] = [:]
    private var aliasedNodes = 0
    private var root: Int?

    init(file: SourceFile, isStrict: Bool) {
        self.file = file
        self.isStrict = isStrict
        // Estimates that hold for most documents: fewer bytes of text than of source, one node in twelve bytes.
        storage.text.reserveCapacity(file.bytes.count)
        storage.records.reserveCapacity(file.bytes.count / 12)
        storage.children.reserveCapacity(file.bytes.count / 12)
    }

    /// Where the innermost mapping or sequence that is open begins.
    var openMark: Mark? { frames.last.map { storage.records[$0.record].mark } }

    /// The root node, once the document ended; nil if there is none.
    func finish() -> Node? {
        guard let root else { return nil }
        // An empty document may have a root all the same: the nothing after `---`.
        let record = storage.records[root]
        if record.kind == .plainScalar, record.count == 0 { return nil }
        return Node(tree: Tree(files: [file], storage: storage), index: UInt32(root))
    }

    func failure(_ message: String, at mark: Mark, hint: String? = nil) -> ReadFailure {
        ReadFailure(diagnostic: Diagnostic(.error, message, at: mark.location(in: file), hint: hint))
    }

    /// Reports what can be done without; `assumed` says what comes of it.
    mutating func complain(
        _ message: String, assumed: String, at mark: Mark, hint: String, notes: [Diagnostic] = []
    ) {
        let location = mark.location(in: file)
        complaints.append(
            isStrict
                ? Diagnostic(.error, message, at: location, hint: hint, notes: notes)
                : Diagnostic(.warning, "\(message); \(assumed)", at: location, notes: notes))
    }

    private func note(_ message: String, at record: Int) -> Diagnostic {
        Diagnostic(.note, message, at: storage.records[record].mark.location(in: file))
    }
}

// MARK: - What parsers report

extension TreeBuilder {
    /// Adds a scalar.
    mutating func addScalar(
        _ text: UnsafeBufferPointer<UInt8>, isPlain: Bool, at mark: Mark, anchor: String? = nil,
        standIns: StandIns? = nil
    ) {
        let start = storage.text.count
        storage.text.append(contentsOf: text)
        standIns?.restore(&storage.text, from: start)
        if isPlain, text.elementsEqual("<<".utf8), let frame = frames.last, isAtKey(frame) {
            frames[frames.count - 1].hasMergeKey = true
        }
        let record = storage.records.count
        storage.records.append(
            TreeStorage.Record(
                mark: mark, start: UInt32(start), count: UInt32(text.count),
                kind: isPlain ? .plainScalar : .stringScalar))
        if let anchor { anchors[anchor] = Anchor(record: record) }
        addChild(record, size: 1, height: 0)
    }

    /// Begins a mapping or a sequence.
    mutating func open(_ kind: TreeStorage.Kind, at mark: Mark, anchor: String? = nil) throws(ReadFailure) {
        guard frames.count < Self.deepestNesting else { throw tooDeep(at: mark) }
        let record = storage.records.count
        storage.records.append(TreeStorage.Record(mark: mark, start: 0, count: 0, kind: kind))
        if let anchor { anchors[anchor] = Anchor(record: record, isOpen: true) }
        frames.append(Frame(record: record, firstChild: pending.count, anchor: anchor))
    }

    /// Ends the innermost mapping or sequence.
    mutating func close() {
        guard let frame = frames.popLast() else { return }
        if storage.records[frame.record].kind == .mapping {
            if frame.hasMergeKey { applyMergeKeys(frame) }
            storeEntries(frame)
        } else {
            storage.records[frame.record].start = UInt32(storage.children.count)
            storage.records[frame.record].count = UInt32(pending.count - frame.firstChild)
            storage.children.append(contentsOf: pending[frame.firstChild...])
        }
        pending.removeSubrange(frame.firstChild...)
        if let anchor = frame.anchor, anchors[anchor]?.record == frame.record {
            anchors[anchor] = Anchor(record: frame.record, size: frame.size, height: frame.height)
        }
        addChild(frame.record, size: frame.size, height: frame.height)
    }

    /// Adds the node that an alias stands for.
    mutating func addAlias(_ name: String, at mark: Mark) throws(ReadFailure) {
        guard let anchor = anchors[name] else {
            let hint =
                didYouMean(name, in: anchors.keys) ?? "define it with \"&\(name)\" above, or put the text in quotes"
            throw failure("unknown alias \"*\(name)\"", at: mark, hint: hint)
        }
        if anchor.isOpen {
            var failure = failure(
                "the alias \"*\(name)\" stands for a node that contains it", at: mark,
                hint: "a schema refers to itself with \"$ref\"")
            failure.diagnostic.notes = [note("the node begins here", at: anchor.record)]
            throw failure
        }
        guard frames.count + anchor.height <= Self.deepestNesting else { throw tooDeep(at: mark) }
        aliasedNodes += anchor.size
        guard aliasedNodes <= Self.mostAliasedNodes else {
            throw failure(
                "the aliases up to here stand for more than \(Self.mostAliasedNodes) nodes", at: mark,
                hint: "an alias repeats all that its anchor holds; refer to it with \"$ref\"")
        }
        addChild(anchor.record, size: anchor.size, height: anchor.height)
    }

    private func tooDeep(at mark: Mark) -> ReadFailure {
        failure(
            "mappings and sequences are nested deeper than \(Self.deepestNesting) levels", at: mark,
            hint: "move the inner ones to \"components\" and refer to them with \"$ref\"")
    }

    private mutating func addChild(_ record: Int, size: Int, height: Int) {
        guard let last = frames.indices.last else {
            root = record
            return
        }
        pending.append(UInt32(record))
        frames[last].size += size
        frames[last].height = max(frames[last].height, height + 1)
    }

    private func isAtKey(_ frame: Frame) -> Bool {
        storage.records[frame.record].kind == .mapping && (pending.count - frame.firstChild).isMultiple(of: 2)
    }
}

// MARK: - Entries of mappings

extension TreeBuilder {
    /// Moves the entries of a mapping from `pending` to the tree, without those that have no proper key of their own.
    private mutating func storeEntries(_ frame: Frame) {
        refuseCollectionsAsKeys(frame)
        let start = storage.children.count
        let count = (pending.count - frame.firstChild) / 2
        storage.children.append(contentsOf: pending[frame.firstChild...])
        let repetitions = storage.indexKeys(start: start, count: count)
        guard repetitions.isEmpty else {
            for (first, again) in repetitions { complainOfRepetition(first, again, in: frame) }
            removeEntries(Set(repetitions.map(\.again)), of: frame)
            storage.children.removeSubrange(start...)
            return storeEntries(frame)
        }
        storage.records[frame.record].start = UInt32(start)
        storage.records[frame.record].count = UInt32(count)
    }

    private mutating func removeEntries(_ positions: Set<Int>, of frame: Frame) {
        let children = pending[frame.firstChild...].enumerated().filter { !positions.contains($0.offset / 2) }
        pending.replaceSubrange(frame.firstChild..., with: children.map(\.element))
    }

    private mutating func complainOfRepetition(_ first: Int, _ again: Int, in frame: Frame) {
        let firstKey = Int(pending[frame.firstChild + 2 * first])
        let key = storage.records[Int(pending[frame.firstChild + 2 * again])]
        complain(
            "the key \"\(storage.string(of: key))\" is already in this mapping", assumed: "the first one counts",
            at: key.mark,
            hint: "remove or rename one of the two", notes: [note("the first one is here", at: firstKey)])
    }

    private mutating func refuseCollectionsAsKeys(_ frame: Frame) {
        let keys = stride(from: frame.firstChild, to: pending.count, by: 2)
        guard keys.contains(where: { !storage.records[Int(pending[$0])].isScalar }) else { return }
        var refused: Set<Int> = []
        for (position, offset) in keys.enumerated() {
            let key = storage.records[Int(pending[offset])]
            guard !key.isScalar else { continue }
            complain(
                "a key must be text, not a \(key.kind == .mapping ? "mapping" : "sequence")", assumed: "it is left out",
                at: key.mark,
                hint: "put text that begins with a bracket in quotes")
            refused.insert(position)
        }
        removeEntries(refused, of: frame)
    }

    /// Puts the entries of the mappings under `<<` in its place, unless the mapping or an earlier one has their key.
    private mutating func applyMergeKeys(_ frame: Frame) {
        let own = Array(pending[frame.firstChild...])
        var taken: Set<ArraySlice<UInt8>> = []
        for index in stride(from: 0, to: own.count, by: 2) where !isMergeKey(own[index]) {
            taken.insert(keyText(own[index]))
        }
        pending.removeSubrange(frame.firstChild...)
        for index in stride(from: 0, to: own.count, by: 2) {
            guard isMergeKey(own[index]) else {
                pending.append(contentsOf: own[index...index + 1])
                continue
            }
            for mapping in mergedMappings(own[index + 1]) {
                let start = Int(mapping.start)
                for entry in stride(from: start, to: start + 2 * Int(mapping.count), by: 2)
                where taken.insert(keyText(storage.children[entry])).inserted {
                    pending.append(contentsOf: storage.children[entry...entry + 1])
                }
            }
        }
    }

    private func isMergeKey(_ key: UInt32) -> Bool {
        let record = storage.records[Int(key)]
        return record.kind == .plainScalar && storage.text(of: record).elementsEqual("<<".utf8)
    }

    private func keyText(_ key: UInt32) -> ArraySlice<UInt8> {
        let record = storage.records[Int(key)]
        return record.isScalar ? storage.text(of: record) : []
    }

    /// The mapping or the sequence of mappings that a merge key names.
    private mutating func mergedMappings(_ value: UInt32) -> [TreeStorage.Record] {
        let record = storage.records[Int(value)]
        guard record.kind == .sequence else { return requireMapping(record) }
        let start = Int(record.start)
        return storage.children[start..<start + Int(record.count)].flatMap {
            requireMapping(storage.records[Int($0)])
        }
    }

    private mutating func requireMapping(_ record: TreeStorage.Record) -> [TreeStorage.Record] {
        if record.kind == .mapping { return [record] }
        complain(
            "\"<<\" takes a mapping or a sequence of mappings", assumed: "it is ignored", at: record.mark,
            hint: "write for example \"<<: *name\"")
        return []
    }
}
