import Foundation

/// What a model's JSON had beyond its properties, or said in another form than the model's own: it is written back.
///
/// - members that no property stands for;
/// - a null where the model leaves a member out, and no member where the model writes a default;
/// - another text of the same value: `2026-01-01T01:00:00+01:00` for `2026-01-01T00:00:00Z`.
///
/// A property that was given another value since is written as it is now.
public struct JSONRemainder: Sendable {
    /// One member that is not as the model would write it. The texts are JSON; nil is for no member.
    struct Form: Sendable {
        let name: String
        /// What the model writes for the value that was read.
        let written: [UInt8]?
        let found: [UInt8]?
    }

    static let null = Array("null".utf8)

    private final class Storage: Sendable {
        let forms: [Form]
        let unknown: [(name: String, value: JSONValue)]

        init(forms: [Form], unknown: [(name: String, value: JSONValue)]) {
            self.forms = forms
            self.unknown = unknown
        }
    }

    /// Nil for nearly all models.
    private let storage: Storage?

    /// Of a model that did not come from JSON.
    public init() {
        storage = nil
    }

    init(forms: [Form], unknown: [(name: String, value: JSONValue)]) {
        storage = forms.isEmpty && unknown.isEmpty ? nil : Storage(forms: forms, unknown: unknown)
    }

    /// Whether the JSON was exactly as the model writes it.
    public var isEmpty: Bool { storage == nil }

    /// The members that no property stands for.
    public var members: [String: JSONValue] {
        Dictionary(storage?.unknown.map { ($0.name, $0.value) } ?? []) { _, last in last }
    }

    /// The members of an object as they came, from those that the model wrote.
    func restored(_ members: [UInt8]) -> [UInt8] {
        let text = [UInt8(ascii: "{")] + members + [UInt8(ascii: "}")]
        guard let storage, let document = try? JSONDocument(parsing: text) else { return members }
        var missing: [String: [UInt8]] = [:]
        for form in storage.forms where form.written == nil { missing[form.name] = form.found }
        let forms = Dictionary(storage.forms.map { ($0.name, $0) }) { _, last in last }
        var result: [UInt8] = []
        func append(_ name: String, _ value: some Sequence<UInt8>) {
            if !result.isEmpty { result.append(UInt8(ascii: ",")) }
            result += name.jsonBytes() + [UInt8(ascii: ":")]
            result += value
        }
        for (name, value) in document.compactMembers() {
            missing[name] = nil
            if let form = forms[name], let written = form.written, value.elementsEqual(written) {
                if let found = form.found { append(name, found) }
            } else {
                append(name, value)
            }
        }
        for form in storage.forms {
            if let found = missing.removeValue(forKey: form.name) { append(form.name, found) }
        }
        for (name, value) in storage.unknown { append(name, value.jsonBytes()) }
        return result
    }
}

extension JSONDocument {
    /// The members of the object that the document is, with the bytes of their values. It has no blanks between them.
    fileprivate func compactMembers() -> [(name: String, value: ArraySlice<UInt8>)] {
        var result: [(name: String, value: ArraySlice<UInt8>)] = []
        var index = 1
        while index < tokens.count {
            let next = index + 1 + tokens[index + 1].stride
            // Behind the name stand a quote and a colon; before the next one, a comma and a quote.
            let start = Int(tokens[index].start + tokens[index].extent) + 2
            let end = next < tokens.count ? Int(tokens[next].start) - 2 : bytes.count - 1
            result.append((string(at: index), bytes[start..<end]))
            index = next
        }
        return result
    }
}

/// What a cursor over the members of an object notes for the remainder.
struct JSONNotes: Sendable {
    /// The position among the members of the one that is probably wanted next.
    private(set) var next = 0
    /// Which members were asked for: a bit for each of the first, and the positions of the others.
    private var asked: UInt64 = 0
    private var others: Set<Int> = []
    var forms: [JSONRemainder.Form] = []

    @inline(__always)
    mutating func markNext() {
        mark(next)
    }

    @inline(__always)
    mutating func mark(_ position: Int) {
        next = position &+ 1
        if position < 64 { asked |= 1 &<< UInt64(position) } else { others.insert(position) }
    }

    mutating func markAll(of count: Int) {
        asked = .max
        if count > 64 { others = Set(64..<count) }
    }

    func wasAsked(_ position: Int) -> Bool {
        position < 64 ? asked >> UInt64(position) & 1 == 1 : others.contains(position)
    }

    /// Whether there are members that nobody asked for.
    func leavesOut(of count: Int) -> Bool {
        asked.nonzeroBitCount + others.count < count
    }
}

extension JSONObject {
    /// Makes the object take notes for ``remainder``: to be called before anything is read.
    public mutating func beginNotes() {
        notes = JSONNotes()
    }

    /// What was not read, or will not be written as it was.
    public var remainder: JSONRemainder {
        mutating get {
            guard let notes else { return JSONRemainder() }
            guard !notes.forms.isEmpty || notes.leavesOut(of: members.count) else { return JSONRemainder() }
            var unknown: [(name: String, value: JSONValue)] = []
            var places: [String: Int] = [:]
            for (position, member) in members.enumerated() where !notes.wasAsked(position) {
                guard let value = try? JSONValue(json: member.element) else { continue }
                if let place = places[member.name] {
                    unknown[place].value = value
                } else {
                    places[member.name] = unknown.count
                    unknown.append((member.name, value))
                }
            }
            return JSONRemainder(forms: notes.forms, unknown: unknown)
        }
    }

    /// Counts all members as read.
    @usableFromInline
    mutating func markAll() {
        let count = members.count
        notes?.markAll(of: count)
    }

    /// The value that a member without one has.
    @usableFromInline
    mutating func substituted<Value: JSONConvertible>(_ value: Value, for name: StaticString) -> Value {
        guard notes != nil else { return value }
        let name = name.description
        let found = notes?.forms.last?.name == name ? notes?.forms.popLast()?.found : nil
        notes?.forms.append(JSONRemainder.Form(name: name, written: value.jsonBytes(), found: found))
        return value
    }

    /// Takes down the text of a value that is written in another form.
    mutating func noted<Value: JSONConvertible>(_ value: Value, _ name: StaticString, at index: Int) -> Value {
        guard notes != nil else { return value }
        return noted(value, writing: value.jsonBytes(), name, at: index)
    }

    mutating func noted(_ value: Int64, inString name: StaticString, at index: Int) -> Int64 {
        guard notes != nil else { return value }
        return noted(value, writing: String(value).jsonBytes(), name, at: index)
    }

    mutating func noted(_ value: Decimal, inString name: StaticString, at index: Int) -> Decimal {
        guard notes != nil else { return value }
        return noted(value, writing: NumberText.text(of: value).jsonBytes(), name, at: index)
    }

    private mutating func noted<Value>(
        _ value: Value, writing written: [UInt8], _ name: StaticString, at index: Int
    ) -> Value {
        let found = JSONElement(document, index)
        if document.isString(index, written) { return value }
        if let text = try? JSONValue(json: found), text != (try? JSONValue(jsonBytes: written)) {
            notes?.forms.append(
                JSONRemainder.Form(name: name.description, written: written, found: text.jsonBytes()))
        }
        return value
    }

    /// A time; a model that keeps its text takes other forms than RFC 3339's as well.
    func moment(at index: Int) throws(JSONError) -> Date {
        if notes == nil { return try document.readDate(index) }
        do throws(JSONError) {
            return try document.readDate(index)
        } catch {
            guard let date = document.looseDate(index) else { throw error }
            return date
        }
    }
}

extension JSONDocument {
    /// Whether the string at the index, quotes included, is these bytes.
    fileprivate func isString(_ index: Int, _ bytes: [UInt8]) -> Bool {
        let token = tokens[index]
        guard token.isKind(.string), Int(token.extent) + 2 == bytes.count else { return false }
        return withBytes(of: token) { $0.elementsEqual(bytes.dropFirst().dropLast()) }
    }

    /// A time without zone (which is UTC then), with a blank for the `T`, without colon in its offset, or a day alone.
    fileprivate func looseDate(_ index: Int) -> Date? {
        guard tokens[index].isKind(.string) else { return nil }
        var text = string(at: index)
        if text.utf8.count == 10 { text += "T00:00:00" }
        guard text.utf8.count >= 16, text.utf8.count < 64, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        var bytes = Array(text.utf8)
        if bytes[10] == UInt8(ascii: " ") { bytes[10] = UInt8(ascii: "T") }
        bytes.removeAll { $0 == UInt8(ascii: " ") }
        var zone: [UInt8] = []
        if let sign = bytes[11...].firstIndex(where: { "+-Zz".utf8.contains($0) }) {
            zone = Array(bytes[sign...])
            bytes.removeSubrange(sign...)
        }
        if bytes.count == 16 { bytes += ":00".utf8 }
        switch zone.count {
        case 0: zone = [UInt8(ascii: "Z")]
        case 3: zone += ":00".utf8
        case 5: zone.insert(UInt8(ascii: ":"), at: 3)
        default: break
        }
        return (bytes + zone).withUnsafeBufferPointer { TimestampText.date($0) }
    }
}
