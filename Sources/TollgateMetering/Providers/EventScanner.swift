import Foundation
import TollgateCore

/// Finds the events that tell usage in a stream of server-sent events, while the stream passes.
///
/// A chunk of whole events of which none tells usage costs one look through its bytes; nothing is parsed or copied.
struct EventScanner {
    /// What to do with an event that was read.
    enum Verdict {
        case show
        /// The caller did not ask for it.
        case hide
    }

    /// Beyond this an event is not looked at.
    private static let limit = 64 << 20

    /// Whether some events may be hidden. If not, every chunk is shown as it came.
    let hides: Bool
    /// Whether an event was read. The first one is, because it names the model.
    private var hasBegun = false
    /// The event whose end has not come.
    private var pending: [UInt8] = []
    /// How much of it the caller has.
    private var shownCount = 0
    private var boundary = EventBoundary()
    private var hasGivenUp = false

    init(hides: Bool) {
        self.hides = hides
    }

    /// Takes the next chunk.
    /// - Parameters:
    ///   - chunk: The bytes after those that came before.
    ///   - read: Reads the data of an event that may tell something.
    /// - Returns: What the caller gets of what has come so far; nil if that is nothing.
    mutating func take(_ chunk: [UInt8], _ read: (JSONElement) -> Verdict) -> [UInt8]? {
        if hasGivenUp { return chunk }
        if hasBegun, pending.isEmpty, chunk.withUnsafeBytes({ $0.endsEvent && !$0.mayTellUsage }) { return chunk }
        guard pending.count + chunk.count <= Self.limit else {
            hasGivenUp = true
            return held() + chunk
        }
        if pending.isEmpty { pending = chunk } else { pending += chunk }
        return look(read, shown: chunk)
    }

    /// Ends the stream.
    /// - Returns: What the caller has not got of an event that has no end.
    mutating func finish(_ read: (JSONElement) -> Verdict) -> [UInt8]? {
        guard !pending.isEmpty else { return nil }
        let verdict = self.read(pending[...], read)
        let held = held()
        return held.isEmpty || (hides && verdict == .hide) ? nil : held
    }

    /// Forgets the event whose end has not come.
    /// - Returns: What the caller has not got of it.
    private mutating func held() -> [UInt8] {
        defer { pending = [] }
        return hides ? Array(pending.dropFirst(shownCount)) : []
    }

    private mutating func look(_ read: (JSONElement) -> Verdict, shown chunk: [UInt8]) -> [UInt8]? {
        var shown: [UInt8] = []
        var start = 0
        while let end = boundary.next(in: pending) {
            if self.read(pending[start..<end], read) == .show, hides { shown += pending[start + shownCount..<end] }
            shownCount = 0
            start = end
        }
        if start > 0 {
            pending.removeFirst(start)
            boundary.moved(by: start)
        }
        guard hides else { return chunk }
        if !pending.withUnsafeBytes({ $0.mayBeUsageAlone }) {
            shown += pending.dropFirst(shownCount)
            shownCount = pending.count
        }
        return shown.isEmpty ? nil : shown
    }

    /// Reads an event, if it can tell something.
    private mutating func read(_ event: ArraySlice<UInt8>, _ read: (JSONElement) -> Verdict) -> Verdict {
        guard !hasBegun || event.withUnsafeBytes({ $0.mayTellUsage }) else { return .show }
        var parser = EventParser()
        guard let events = try? parser.parse(event + Array("\n\n".utf8)), let data = events.first?.bytes,
            let json = try? JSONElement(parsing: data)
        else { return .show }
        hasBegun = true
        return read(json)
    }
}

/// Finds where events end: after an empty line.
private struct EventBoundary {
    /// What has been looked at.
    private var offset = 0
    private var isLineEmpty = true

    /// The end of the next event; nil if it has not come.
    mutating func next(in bytes: [UInt8]) -> Int? {
        while offset < bytes.count {
            let byte = bytes[offset]
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
                isLineEmpty = false
                offset += 1
                continue
            }
            var width = 1
            if byte == UInt8(ascii: "\r") {
                // It may be the first half of a line break.
                guard offset + 1 < bytes.count else { return nil }
                if bytes[offset + 1] == UInt8(ascii: "\n") { width = 2 }
            }
            offset += width
            if isLineEmpty { return offset }
            isLineEmpty = true
        }
        return nil
    }

    /// Says that bytes at the beginning were taken away.
    mutating func moved(by count: Int) {
        offset -= count
    }
}

extension UnsafeRawBufferPointer {
    private static let usage = ByteMark(#""usage""#, anchor: 4)
    private static let choices = ByteMark(#""choices""#, anchor: 2)

    /// Whether an event ends with the bytes, in the usual forms of a line break.
    fileprivate var endsEvent: Bool {
        guard count >= 4, self[count - 1] == UInt8(ascii: "\n") else { return false }
        return self[count - 2] == UInt8(ascii: "\n") || self[count - 3] == UInt8(ascii: "\n")
    }

    /// Whether there is a member `usage` that is not null. In a text its quotes would be escaped.
    fileprivate var mayTellUsage: Bool {
        var start = 0
        while let found = Self.usage.offset(in: self, from: start) {
            start = found + Self.usage.bytes.count
            guard let value = firstByte(of: valueAt(start)) else { return true }
            if value != UInt8(ascii: "n") { return true }
        }
        return false
    }

    /// Whether the beginning of an event can become one without choices.
    fileprivate var mayBeUsageAlone: Bool {
        guard let found = Self.choices.offset(in: self),
            let open = valueAt(found + Self.choices.bytes.count), self[open] == UInt8(ascii: "["),
            let first = firstByte(of: valueAt(open + 1))
        else { return true }
        return first == UInt8(ascii: "]")
    }

    private func firstByte(of offset: Int?) -> UInt8? {
        offset.map { self[$0] }
    }

    /// The next byte that is neither space nor colon.
    private func valueAt(_ start: Int) -> Int? {
        self[Swift.min(start, count)...].firstIndex { !" :\t\r\n".utf8.contains($0) }
    }
}
