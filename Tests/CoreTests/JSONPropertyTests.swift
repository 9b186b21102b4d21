import Foundation
import Testing
import TollgateCore

/// Many generated documents, the same ones each time.
@Suite struct JSONPropertyTests {
    /// SplitMix64.
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }

        mutating func string() -> String {
            let alphabet: [Character] = [
                "a", "b", "Z", "0", " ", "\"", "\\", "/", "\n", "\t", "\u{0}", "\u{1F}", "\u{7F}", "é", "漢", "😀",
                "\u{2028}", "\u{10FFFF}",
            ]
            return String(
                (0..<Int.random(in: 0...20, using: &self)).compactMap { _ in alphabet.randomElement(using: &self) })
        }

        mutating func number() -> JSONNumber {
            switch Int.random(in: 0..<5, using: &self) {
            case 0: JSONNumber(Int.random(in: -100...100, using: &self))
            case 1: JSONNumber(Int64.random(in: .min ... .max, using: &self))
            case 2: JSONNumber(floatLiteral: Double.random(in: -1e6...1e6, using: &self))
            case 3: JSONNumber(Double(bitPattern: next())) ?? 0
            default:
                JSONNumber(
                    "\(Int.random(in: -99...99, using: &self)).\(next())E-\(UInt8.random(in: 0...30, using: &self))")
                    ?? 0
            }
        }

        mutating func value(depth: Int) -> JSONValue {
            switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &self) {
            case 0: return nil
            case 1: return .bool(Bool.random(using: &self))
            case 2: return .number(number())
            case 3, 4: return .string(string())
            case 5: return .array((0..<Int.random(in: 0...5, using: &self)).map { _ in value(depth: depth - 1) })
            default:
                var members: [String: JSONValue] = [:]
                for _ in 0..<Int.random(in: 0...6, using: &self) { members[string()] = value(depth: depth - 1) }
                return .object(members)
            }
        }
    }

    static let seeds = Array<UInt64>(1...40)

    @Test(arguments: seeds)
    func readsBackWhatItWrites(seed: UInt64) throws {
        var generator = Generator(state: seed)
        for _ in 0..<25 {
            let value = generator.value(depth: 5)
            let bytes = value.jsonBytes()
            let read = try JSONValue(jsonBytes: bytes)
            #expect(read == value)
            #expect(read.jsonBytes() == bytes)
        }
    }

    @Test(arguments: seeds)
    func agreesWithJSONSerialization(seed: UInt64) throws {
        var generator = Generator(state: seed &+ 1_000)
        for _ in 0..<25 {
            let value = generator.value(depth: 4)
            let theirs = try JSONSerialization.jsonObject(with: Data(value.jsonBytes()), options: .fragmentsAllowed)
            #expect(Self.isSame(value, theirs), "\(value)")
            guard value.kind == .object || value.kind == .array else { continue }
            let pretty = try JSONSerialization.data(withJSONObject: theirs, options: .prettyPrinted)
            let read = try JSONSerialization.jsonObject(with: Data(JSONValue(jsonBytes: Array(pretty)).jsonBytes()))
            #expect(Self.isSame(try JSONValue(jsonBytes: Array(pretty)), read), "\(value)")
        }
    }

    /// Whatever is done to a document: it is read or refused, and what is read can be written and read again.
    @Test(arguments: seeds)
    func survivesDamage(seed: UInt64) throws {
        var generator = Generator(state: seed &+ 2_000)
        for _ in 0..<25 {
            var bytes = generator.value(depth: 4).jsonBytes()
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let position = Int.random(in: 0...bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: position)
                case 1: bytes.removeSubrange(position...)
                case 2 where position < bytes.count: bytes[position] = UInt8.random(in: 0...255, using: &generator)
                default:
                    if let byte = "{}[]\",:\\eE-.0".utf8.randomElement(using: &generator) {
                        bytes.insert(byte, at: position)
                    }
                }
            }
            guard let value = try? JSONValue(jsonBytes: bytes) else { continue }
            #expect(try JSONValue(jsonBytes: value.jsonBytes()) == value)
            guard Self.isFinite(value) else { continue }
            #expect(throws: Never.self) {
                try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            }
        }
    }

    @Test(arguments: seeds)
    func roundTripsDoubles(seed: UInt64) throws {
        var generator = Generator(state: seed &+ 3_000)
        for _ in 0..<200 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite else { continue }
            #expect(try Double(jsonText: value.jsonText()) == value)
            let short = (Double.random(in: -1e9...1e9, using: &generator) * 1_000).rounded() / 1_000
            #expect(try Double(jsonText: short.jsonText()) == short)
        }
    }

    @Test(arguments: seeds)
    func agreesWithStrtodOnShortNumbers(seed: UInt64) throws {
        var generator = Generator(state: seed &+ 4_000)
        for _ in 0..<200 {
            let whole = String(generator.next() >> UInt64.random(in: 0..<64, using: &generator))
            let fraction = String(generator.next() >> UInt64.random(in: 0..<64, using: &generator))
            for text in ["\(whole).\(fraction)", "-0.\(fraction)", whole, "\(whole)e-\(fraction.count)"] {
                #expect(try Double(jsonText: text) == Double(text))
            }
        }
    }

    @Test(arguments: seeds)
    func roundTripsTimesToTheMicrosecond(seed: UInt64) throws {
        var generator = Generator(state: seed &+ 5_000)
        for _ in 0..<200 {
            // From 1951 to 2050.
            let microseconds = Int.random(in: -1_577_836_800_000_000...1_577_836_800_000_000, using: &generator)
            let date = Date(timeIntervalSinceReferenceDate: Double(microseconds) / 1e6)
            let text = date.jsonText()
            let read = try Date(jsonText: text)
            #expect(read.jsonText() == text)
            #expect(Int((read.timeIntervalSinceReferenceDate * 1e6).rounded()) == microseconds)
        }
    }

    /// Whether `JSONSerialization` can hold the numbers.
    private static func isFinite(_ value: JSONValue) -> Bool {
        switch value {
        case .number(let number): number.double.isFinite
        case .array(let elements): elements.allSatisfy(isFinite)
        case .object(let members): members.values.allSatisfy(isFinite)
        case .null, .bool, .string: true
        }
    }

    private static func isSame(_ ours: JSONValue, _ theirs: Any) -> Bool {
        switch ours {
        case .null: return theirs is NSNull
        case .bool(let value): return theirs as? Bool == value
        case .number(let value): return isSame(value, theirs)
        case .string(let value): return theirs as? String == value
        case .array(let elements):
            guard let theirs = theirs as? [Any], theirs.count == elements.count else { return false }
            return zip(elements, theirs).allSatisfy { isSame($0, $1) }
        case .object(let members):
            guard let theirs = theirs as? [String: Any], theirs.count == members.count else { return false }
            return members.allSatisfy { name, value in theirs[name].map { isSame(value, $0) } ?? false }
        }
    }

    /// `JSONSerialization` rounds long numbers, and more than once.
    private static func isSame(_ ours: JSONNumber, _ theirs: Any) -> Bool {
        guard let number = theirs as? NSNumber else { return false }
        if let integer = ours.int64 { return number.int64Value == integer }
        return abs(number.doubleValue - ours.double) <= ours.double.magnitude * 1e-12
    }
}
