import Synchronization

/// Turns the names of a document into Swift's, after the API Design Guidelines.
///
/// Every name in the output comes from here, so this is where to look for the answer to "why is it called that?".
struct Namer: Sendable {
    /// Lower-case word to its spelling inside a name: `url` to `URL`, `openai` to `OpenAI`.
    private let spellings: [String: String]
    private let longestSpelling: Int
    private let known = Known()

    /// Names that were turned before: a document repeats most of its names many times.
    private final class Known: Sendable {
        let types = Mutex<[String: String]>([:])
        let members = Mutex<[String: String]>([:])
    }

    /// Words that are acronyms in every document.
    private static let commonAcronyms = [
        "api", "cpu", "css", "csv", "dns", "gpu", "html", "http", "https", "iban", "id", "ip", "json", "jwt", "pdf",
        "sdk", "sha", "sku", "sms", "sql", "ssl", "tls", "ttl", "ui", "uri", "url", "utc", "uuid", "vat", "xml",
    ]

    init(acronyms: [String] = [], spellings: [String: String] = [:]) {
        var all: [String: String] = [:]
        for word in Namer.commonAcronyms + acronyms { all[word.lowercased()] = word.uppercased() }
        for (word, spelling) in spellings { all[word.lowercased()] = spelling }
        self.spellings = all
        longestSpelling = all.keys.map(\.utf8.count).max() ?? 0
    }

    /// `lease_token` to `leaseToken`, `url` to `url`, `topup_url` to `topUpURL`.
    func member(_ wireName: String) -> String {
        if let name = known.members.withLock({ $0[wireName] }) { return name }
        let name = newMember(wireName)
        known.members.withLock { $0[wireName] = name }
        return name
    }

    private func newMember(_ wireName: String) -> String {
        let words = self.words(of: Namer.cut(wireName))
        guard let first = words.first else { return "empty" }
        let name = lowerFirst(first) + words.dropFirst().map(upper).joined()
        // Not even backticks make a stored property of it.
        if name == "self" { return "selfValue" }
        return startsWithDigit(name) ? "_" + name : name
    }

    /// `batch_commit_item` to `BatchCommitItem`.
    func type(_ wireName: String) -> String {
        if let name = known.types.withLock({ $0[wireName] }) { return name }
        let name = newType(wireName)
        known.types.withLock { $0[wireName] = name }
        return name
    }

    private func newType(_ wireName: String) -> String {
        let name = words(of: Namer.cut(Namer.withoutDomain(wireName))).map(upper).joined()
        if name.isEmpty { return "Empty" }
        if startsWithDigit(name) { return "_" + name }
        return Namer.occupiedTypeNames.contains(name) ? name + "Model" : name
    }

    /// `5m` to `_5m`, `+` to `plus`, `in_progress` to `inProgress`.
    func enumCase(_ value: String) -> String {
        if value.isEmpty { return "empty" }
        let value = Namer.cut(value)
        let spelled = words(of: value).isEmpty ? spelledSymbols(value) : signed(value)
        let name = member(spelled)
        return name == "self" || name == "init" || name == "Type" ? name + "Value" : name
    }

    // MARK: Words

    /// Splits at anything that is no letter or digit, and at changes of case.
    func words(of name: String) -> [String] {
        var words: [String] = []
        if name.utf8.allSatisfy({ $0 < 0x80 }) {
            for chunk in name.utf8.split(whereSeparator: { !$0.isWordPart }) { add(Array(chunk), to: &words) }
        } else {
            for chunk in name.split(whereSeparator: { !$0.isWordPart }) { add(Array(chunk), to: &words) }
        }
        return words
    }

    private func add<Letter: CasedLetter>(_ letters: [Letter], to words: inout [String]) {
        let whole = Letter.text(letters[...])
        if isSpelled(whole) { return words.append(whole) }
        let isShouting = !letters.contains { $0.isLower }
        if isShouting { return words.append(whole.lowercased()) }
        let first = words.count
        var start = 0
        for index in letters.indices.dropFirst() where beginsWord(at: index, in: letters) {
            append(Letter.text(letters[start..<index]), to: &words, from: first)
            start = index
        }
        append(Letter.text(letters[start...]), to: &words, from: first)
    }

    /// Puts a brand together again that the case split took apart: `Open`, `AI` to `OpenAI`.
    private func append(_ word: String, to words: inout [String], from first: Int) {
        if words.count > first, let last = words.last, isSpelled(last + word) {
            words[words.count - 1] = last + word
        } else {
            words.append(word)
        }
    }

    private func isSpelled(_ word: String) -> Bool {
        word.utf8.count <= longestSpelling && spellings[word.lowercased()] != nil
    }

    private func beginsWord<Letter: CasedLetter>(at index: Int, in letters: [Letter]) -> Bool {
        guard letters[index].isUpper else { return false }
        if !letters[index - 1].isUpper { return true }
        guard index + 1 < letters.count, letters[index + 1].isLower else { return false }
        // The s of `IDs` does not begin a word.
        let isPlural = letters[index + 1].isPluralEnding && (index + 2 == letters.count || letters[index + 2].isUpper)
        return !isPlural
    }

    private func upper(_ word: String) -> String {
        let lower = word.lowercased()
        if let spelling = spellings[lower] { return spelling }
        if lower.hasSuffix("s"), let spelling = spellings[String(lower.dropLast())], spelling == spelling.uppercased() {
            return spelling + "s"
        }
        return word.prefix(1).uppercased() + word.dropFirst()
    }

    private func lowerFirst(_ word: String) -> String {
        let spelled = upper(word)
        let rest = spelled.hasSuffix("s") ? spelled.dropLast() : spelled[...]
        if rest == rest.uppercased() { return spelled.lowercased() }
        return spelled.prefix(1).lowercased() + spelled.dropFirst()
    }

    private func startsWithDigit(_ name: String) -> Bool {
        name.first.map { $0.isNumber } ?? false
    }

    /// `-created_at` differs from `created_at`.
    private func signed(_ value: String) -> String {
        guard value.count > 1 else { return value }
        if value.hasPrefix("-") { return "minus_" + value.dropFirst() }
        if value.hasPrefix("+") { return "plus_" + value.dropFirst() }
        return value
    }

    private func spelledSymbols(_ value: String) -> String {
        value.map { symbol in
            if let name = Namer.symbolNames[symbol] { return name }
            let unicode = symbol.unicodeScalars.first?.properties.name?.lowercased()
            return unicode.map { $0.replacing("-", with: " ").split(separator: " ").joined(separator: "_") } ?? "symbol"
        }.joined(separator: "_")
    }

    /// `io.k8s.api.batch.v1.Job` is `api.batch.v1.Job`: whose domain it is, the module says.
    private static func withoutDomain(_ name: String) -> String {
        guard name.utf8.contains(UInt8(ascii: ".")) else { return name }
        let parts = name.split(separator: ".")
        guard parts.count > 2, domains.contains(String(parts[0])) else { return name }
        return parts.dropFirst(2).joined(separator: ".")
    }

    /// A name that no file system takes is cut; what tells it from others that begin so is kept as a number.
    private static func cut(_ name: String) -> String {
        guard name.utf8.count > lengthLimit else { return name }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return name.prefix(lengthLimit * 3 / 4) + "_" + String(hash, radix: 16)
    }

    private static let lengthLimit = 120

    private static let domains: Set<String> = ["com", "dev", "io", "net", "org"]

    private static let symbolNames: [Character: String] = [
        "+": "plus", "-": "minus", "*": "asterisk", "/": "slash", "<": "less", ">": "greater", "=": "equal",
        "!": "not", "&": "and", "|": "or", "%": "percent", "$": "dollar", "#": "hash", "@": "at", "?": "question",
        ".": "dot", ",": "comma", ":": "colon", ";": "semicolon", "~": "tilde", "^": "caret", "_": "underscore",
        "\"": "quote", "'": "apostrophe", "`": "backtick", "\\": "backslash", " ": "space", "(": "open", ")": "close",
        "[": "open", "]": "close", "{": "open", "}": "close",
    ]

    // MARK: Plurals

    /// `lines` to `line`, `entries` to `entry`; `nil` when the word is not a plural.
    static func singular(_ name: String) -> String? {
        let lower = name.lowercased()
        if lower.hasSuffix("ies"), name.count > 4 { return name.dropLast(3) + "y" }
        for ending in ["sses", "xes", "ches", "shes"] where lower.hasSuffix(ending) { return String(name.dropLast(2)) }
        for ending in ["ss", "us", "is", "news"] where lower.hasSuffix(ending) { return nil }
        return lower.hasSuffix("s") && name.count > 2 ? String(name.dropLast()) : nil
    }

    /// `events` and `event` are the same noun.
    static func isSameNoun(_ first: String, _ second: String) -> Bool {
        let one = first.lowercased()
        let other = second.lowercased()
        return (singular(one) ?? one) == (singular(other) ?? other)
    }

    // MARK: Reserved

    /// Types that the output spells without a qualifier, and names that Swift does not let a nested type have: a type
    /// of the document that would have one of these names is called `DateModel`.
    private static let occupiedTypeNames: Set<String> = [
        "APIClient", "APIError", "APIRequest", "Any", "AnyObject", "Array", "Bool", "CalendarDate", "Character",
        "Codable", "Data", "Date", "Decimal", "Decodable", "Decoder", "Dictionary", "DocumentedError",
        "DocumentedFailure", "Double", "Encodable", "Encoder", "Endpoint", "Equatable", "Error", "EventStream",
        "FailedResponse", "Float", "Foundation", "HTTPBody", "HTTPTypes", "Hashable", "Indirect", "Int", "Int64",
        "JSONConvertible", "JSONElement", "JSONError", "JSONModel", "JSONObject", "JSONRemainder", "JSONScalar",
        "JSONSiblingUnion", "JSONValue", "JSONWriter", "MultipartModel", "MultipartWriter", "Never", "OpenEnum",
        "Optional", "PageSequence", "Patch", "Protocol", "RawRepresentable", "Result", "Self", "Sendable",
        "ServerSentEvents", "Set", "StaticString", "StatusResult", "String", "Swift", "Task", "TollgateCore",
        "TollgateTransport", "Type", "UInt64", "URL", "UUID", "UploadedFile", "Void",
    ]
}

/// A letter, or another character of a name: a byte in nearly all names.
private protocol CasedLetter {
    var isLower: Bool { get }
    var isUpper: Bool { get }
    var isPluralEnding: Bool { get }
    static func text(_ letters: ArraySlice<Self>) -> String
}

extension UInt8: CasedLetter {
    fileprivate var isLower: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
    fileprivate var isUpper: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
    fileprivate var isPluralEnding: Bool { self == UInt8(ascii: "s") }
    fileprivate var isWordPart: Bool {
        isLower || isUpper || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
    }

    fileprivate static func text(_ letters: ArraySlice<UInt8>) -> String {
        String(decoding: letters, as: UTF8.self)
    }
}

extension Character: CasedLetter {
    fileprivate var isLower: Bool { isLowercase }
    fileprivate var isUpper: Bool { isUppercase }
    fileprivate var isPluralEnding: Bool { self == "s" }
    fileprivate var isWordPart: Bool { isLetter || isNumber }

    fileprivate static func text(_ letters: ArraySlice<Character>) -> String { String(letters) }
}
