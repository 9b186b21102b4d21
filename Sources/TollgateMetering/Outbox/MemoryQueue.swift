import Foundation

/// The items of one kind in a ``MemoryOutbox``, by their index from 0.
///
/// They lie in blocks, their bodies one after the other, so that one takes little more than its bytes. Only an item that
/// was claimed before has anything else about it, its fate.
struct MemoryQueue {
    /// What happened to an item since it was appended.
    struct Fate {
        var claim: Int64 = 0
        var attempts = 0
        /// From when on it can be claimed.
        var due: Duration = .zero
        var claimedAt: Duration = .zero
        var inDoubtSince: Duration?
        var reason: String?
        var isSetAside = false
    }

    private var blocks: [Int: MemoryBlock] = [:]
    /// Of items that are there, a part of the id: enough to know that one is not there.
    private var marks: Set<UInt64> = []
    private var fates: [Int: Fate] = [:]
    private var delayed = DelayedItems()
    /// The index of the next item.
    private var end = 0
    /// The first item that was never claimed.
    private var fresh = 0
    private(set) var waiting = 0
    private(set) var setAside = 0

    mutating func append(_ item: OutboxItem) {
        guard marks.insert(item.id.mark).inserted || !contains(item.id) else { return }
        let block = end / MemoryBlock.size
        if let last = blocks[block], last.isFull { end = (block + 1) * MemoryBlock.size }
        blocks[end / MemoryBlock.size, default: MemoryBlock()].append(item)
        end += 1
        waiting += 1
    }

    private func contains(_ id: UUID) -> Bool {
        blocks.values.contains { $0.contains(id) }
    }

    /// Claims the items that were put back and whose time has come, then those that were never claimed.
    mutating func claim(
        _ limit: Int, as claim: Int64, until lease: Duration, at now: Duration
    ) -> [(index: Int, item: MemoryBlock.Content, fate: Fate)] {
        var claimed: [(Int, MemoryBlock.Content, Fate)] = []
        func take(_ index: Int, _ fate: Fate) {
            guard let content = blocks[index / MemoryBlock.size]?.content(index % MemoryBlock.size) else { return }
            var fate = fate
            fate.claim = claim
            fate.attempts += 1
            fate.due = lease
            fate.claimedAt = now
            claimed.append((index, content, fate))
            fate.inDoubtSince = fate.inDoubtSince ?? now
            fates[index] = fate
            delayed.insert(index, due: lease)
        }
        while claimed.count < limit, let (index, due) = delayed.popFirst(dueBy: now) {
            if let fate = fates[index], !fate.isSetAside, fate.due == due { take(index, fate) }
        }
        while claimed.count < limit, fresh < end {
            take(fresh, Fate())
            fresh += 1
        }
        return claimed
    }

    func isClaimed(_ index: Int, by claim: Int64) -> Bool {
        fates[index].map { $0.claim == claim && !$0.isSetAside } ?? false
    }

    /// - Returns: Whether the claim is still good.
    mutating func settle(_ index: Int, _ claim: Int64, _ result: OutboxOutcome.Result, at now: Duration) -> Bool {
        guard isClaimed(index, by: claim), var fate = fates[index] else { return false }
        fate.claim = 0
        switch result {
        case .taken:
            remove(index)
            return true
        case .putBack(let delay, let mayHaveArrived, let reason):
            if !mayHaveArrived, fate.inDoubtSince == fate.claimedAt { fate.inDoubtSince = nil }
            fate.due = now + delay
            fate.reason = reason
            delayed.insert(index, due: fate.due)
        case .setAside(let reason):
            fate.reason = reason
            fate.isSetAside = true
            waiting -= 1
            setAside += 1
        }
        fates[index] = fate
        return true
    }

    private mutating func remove(_ index: Int) {
        fates[index] = nil
        waiting -= 1
        let block = index / MemoryBlock.size
        if let mark = blocks[block]?.remove(index % MemoryBlock.size) { marks.remove(mark) }
        if let rest = blocks[block], rest.isEmpty, rest.isFull || block != end / MemoryBlock.size {
            blocks[block] = nil
        }
        if delayed.count > 2 * fates.count + MemoryBlock.size {
            delayed.keep { [fates] index, due in fates[index]?.due == due }
        }
    }

    /// Lets items that were set aside wait again; all if `ids` is nil.
    mutating func resend(_ ids: Set<UUID>?) -> Int {
        let chosen = fates.filter { index, fate in
            guard fate.isSetAside, let id = id(at: index) else { return false }
            return ids?.contains(id) ?? true
        }
        for (index, fate) in chosen.sorted(by: { $0.key < $1.key }) {
            fates[index] = Fate(attempts: fate.attempts, reason: fate.reason)
            delayed.insert(index, due: .zero)
        }
        setAside -= chosen.count
        waiting += chosen.count
        return chosen.count
    }

    private func id(at index: Int) -> UUID? {
        blocks[index / MemoryBlock.size]?.content(index % MemoryBlock.size)?.id
    }

    /// Items in their order from an index on.
    func items(
        from start: Int, limit: Int, where isWanted: (Fate?) -> Bool
    ) -> [(index: Int, item: MemoryBlock.Content, fate: Fate?)] {
        var found: [(Int, MemoryBlock.Content, Fate?)] = []
        var index = max(0, start)
        while index < end, found.count < limit {
            guard let block = blocks[index / MemoryBlock.size] else {
                index = (index / MemoryBlock.size + 1) * MemoryBlock.size
                continue
            }
            if isWanted(fates[index]), let content = block.content(index % MemoryBlock.size) {
                found.append((index, content, fates[index]))
            }
            index += 1
        }
        return found
    }
}

extension UUID {
    /// The half of the id that is random.
    fileprivate var mark: UInt64 { withUnsafeBytes(of: uuid) { $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self) } }
}

/// Consecutive items of a ``MemoryQueue``.
struct MemoryBlock {
    /// One item.
    struct Content {
        let id: UUID
        let body: [UInt8]
    }

    /// How many items are in a block at most.
    static let size = 4096
    private static let byteLimit = 1 << 30

    private var ids: [UUID] = []
    /// One body after the other.
    private var bodies: [UInt8] = []
    /// Where each body ends.
    private var ends: [UInt32] = []
    private var isGone: [Bool] = []
    private var left = 0

    var isFull: Bool { ids.count == Self.size || bodies.count > Self.byteLimit }
    var isEmpty: Bool { left == 0 }

    mutating func append(_ item: OutboxItem) {
        ids.append(item.id)
        bodies.append(contentsOf: item.body)
        ends.append(UInt32(bodies.count))
        isGone.append(false)
        left += 1
        // Arrays grow by doubling. A block that is full gives back what it does not need.
        if isFull { bodies = bodies.withUnsafeBufferPointer { Array($0) } }
    }

    /// An item; nil for one that is gone.
    func content(_ index: Int) -> Content? {
        guard index < ids.count, !isGone[index] else { return nil }
        let start = index == 0 ? 0 : Int(ends[index - 1])
        return Content(id: ids[index], body: Array(bodies[start..<Int(ends[index])]))
    }

    func contains(_ id: UUID) -> Bool {
        ids.indices.contains { ids[$0] == id && !isGone[$0] }
    }

    /// - Returns: The mark of the item's id.
    mutating func remove(_ index: Int) -> UInt64? {
        guard index < ids.count, !isGone[index] else { return nil }
        isGone[index] = true
        left -= 1
        return ids[index].mark
    }
}

/// Items that wait for their time, the next one first.
private struct DelayedItems {
    private var items: [(index: Int, due: Duration)] = []
    private var start = 0

    var count: Int { items.count - start }

    mutating func insert(_ index: Int, due: Duration) {
        var low = start
        var high = items.count
        while low < high {
            let middle = (low + high) / 2
            if items[middle].due <= due { low = middle + 1 } else { high = middle }
        }
        items.insert((index, due), at: low)
    }

    mutating func popFirst(dueBy now: Duration) -> (index: Int, due: Duration)? {
        guard start < items.count, items[start].due <= now else { return nil }
        start += 1
        let item = items[start - 1]
        if start > 1024, start * 2 > items.count {
            items.removeFirst(start)
            start = 0
        }
        return item
    }

    mutating func keep(_ isWanted: (Int, Duration) -> Bool) {
        items = items[start...].filter { isWanted($0.index, $0.due) }
        start = 0
    }
}
