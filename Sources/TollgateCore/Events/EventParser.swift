/// Finds the events in a stream of bytes, in whatever chunks it comes.
///
/// Server-sent events are read as the WHATWG says: lines end with CR, LF or both, a byte order mark at the beginning is
/// skipped, and an event that no blank line ends is no event.
public struct EventParser: Sendable {
    private let format: EventFormat
    /// The longest event to accept, in bytes.
    private let limit: Int

    /// What has come of a line whose end has not come.
    private var line: [UInt8] = []
    /// Whether a line feed at the beginning belongs to the line break before.
    private var followsCarriageReturn = false
    private var isFirstLine = true

    private var name: [UInt8] = []
    /// The lines of data so far, each with a line feed after it.
    private var data: [UInt8] = []
    private var id = ""
    private var retry: Duration?
    /// The events of the chunk that is being read.
    private var events: [ServerSentEvent] = []

    /// - Parameters:
    ///   - format: How the stream carries events.
    ///   - limit: The longest event to accept, in bytes.
    public init(format: EventFormat = .serverSentEvents, limit: Int = 64 << 20) {
        self.format = format
        self.limit = limit
    }

    /// Reads on.
    /// - Parameter chunk: The bytes after those that were read before.
    /// - Returns: The events that end in this chunk.
    /// - Throws: ``ServerSentEvent/TooLarge``. What comes after that is not read.
    public mutating func parse(_ chunk: [UInt8]) throws(ServerSentEvent.TooLarge) -> [ServerSentEvent] {
        var rest = chunk[...]
        if followsCarriageReturn, let first = rest.first {
            followsCarriageReturn = false
            if first == .lineFeed { rest.removeFirst() }
        }
        while let end = rest.firstIndex(where: isLineBreak) {
            try take(rest[..<end], endsLine: true)
            let next = end + 1
            if rest[end] == .carriageReturn {
                if next == rest.endIndex { followsCarriageReturn = true }
                let isPair = next < rest.endIndex && rest[next] == .lineFeed
                rest = rest[(isPair ? next + 1 : next)...]
            } else {
                rest = rest[next...]
            }
        }
        try take(rest, endsLine: false)
        defer { events = [] }
        return events
    }

    /// Ends the stream.
    /// - Returns: The last event, where its end need not be marked: the last line of JSON.
    public mutating func finish() -> ServerSentEvent? {
        defer { line = [] }
        return format == .jsonLines && hasContent(line[...]) ? event(line) : nil
    }

    private func hasContent(_ line: ArraySlice<UInt8>) -> Bool {
        line.contains { $0 != .space && $0 != .carriageReturn }
    }

    private func isLineBreak(_ byte: UInt8) -> Bool {
        byte == .lineFeed || (byte == .carriageReturn && format == .serverSentEvents)
    }

    /// Takes the next piece of a line. A line that comes in one piece is not copied.
    private mutating func take(_ piece: ArraySlice<UInt8>, endsLine: Bool) throws(ServerSentEvent.TooLarge) {
        guard line.count + data.count + piece.count <= limit else { throw ServerSentEvent.TooLarge(limit: limit) }
        if endsLine, line.isEmpty { return read(piece) }
        line += piece
        guard endsLine else { return }
        let whole = line
        line.removeAll()
        read(whole[...])
    }

    private mutating func read(_ line: ArraySlice<UInt8>) {
        var line = line
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        switch format {
        case .jsonLines:
            if hasContent(line) { events.append(event(Array(line))) }
        case .serverSentEvents:
            if line.isEmpty { dispatch() } else { readField(line) }
        }
    }

    /// Reads `name: value`. A line that begins with a colon is a comment: a field without a name.
    private mutating func readField(_ line: ArraySlice<UInt8>) {
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == .space { value.removeFirst() }
        let field = line[..<colon]
        if field.elementsEqual("data".utf8) {
            data += value
            data.append(.lineFeed)
        } else if field.elementsEqual("event".utf8) {
            name = Array(value)
        } else if field.elementsEqual("id".utf8) {
            if !value.contains(0) { id = String(decoding: value, as: UTF8.self) }
        } else if field.elementsEqual("retry".utf8), value.allSatisfy({ (0x30...0x39).contains($0) }) {
            // More digits than a number holds mean as good as never.
            retry = value.isEmpty ? retry : .milliseconds(Int32(String(decoding: value, as: UTF8.self)) ?? .max)
        }
    }

    private mutating func dispatch() {
        defer {
            name = []
            data = []
        }
        guard !data.isEmpty else { return }
        data.removeLast()
        events.append(event(data))
    }

    private func event(_ data: [UInt8]) -> ServerSentEvent {
        ServerSentEvent(
            name: name.isEmpty ? "message" : String(decoding: name, as: UTF8.self), bytes: data, id: id, retry: retry)
    }
}

extension UInt8 {
    fileprivate static let lineFeed = UInt8(ascii: "\n")
    fileprivate static let carriageReturn = UInt8(ascii: "\r")
    fileprivate static let space = UInt8(ascii: " ")
}
