import Synchronization

/// Turns the names of a document into Swift's, after the API Design Guidelines.
///
/// Every name in the output comes from here, so this is where to look for the answer to "why is it called that?".
struct Namer: Sendable {
    /// Lower-case word to its spelling inside a name: `url` to `URL`, `openai` to `OpenAI`.
    private let spellings: [String: String]
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
    }

    /// `lease_token` to `leaseToken`, `url` to `url`, `topup_url` to `topUpURL`.
    func member(_ wireName: String) -> String {
        if let name = known.members.withLock({ $0[wireName] }) { return name }
        let name = newMember(wireName)
        known.members.withLock { $0[wireName] = name }
        return name
    }

    private func newMember(_ wireName: String) -> String {
        let words = self.words(of: wireName)
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
        let name = words(of: wireName).map(upper).joined()
        if name.isEmpty { return "Empty" }
        if startsWithDigit(name) { return "_" + name }
        return Namer.occupiedTypeNames.contains(name) ? name + "Model" : name
    }

    /// `5m` to `_5m`, `+` to `plus`, `in_progress` to `inProgress`.
    func enumCase(_ value: String) -> String {
        if value.isEmpty { return "empty" }
        let spelled = words(of: value).isEmpty ? spelledSymbols(value) : signed(value)
        let name = member(spelled)
        return name == "self" || name == "init" || name == "Type" ? name + "Value" : name
    }

    // MARK: Words

    /// Splits at anything that is no letter or digit, and at changes of case.
    func words(of name: String) -> [String] {
        var words: [String] = []
        for chunk in name.split(whereSeparator: { !$0.isWordPart }) {
            words += split(Array(chunk))
        }
        return words
    }

    private func split(_ characters: [Character]) -> [String] {
        if spellings[String(characters).lowercased()] != nil { return [String(characters)] }
        let isShouting = !characters.contains { $0.isLower }
        if isShouting { return [String(characters).lowercased()] }
        var words: [String] = []
        var current = ""
        for (index, character) in characters.enumerated() {
            if index > 0, beginsWord(at: index, in: characters), !current.isEmpty {
                words.append(current)
                current = ""
            }
            current.append(character)
        }
        words.append(current)
        return joiningSpelled(words)
    }

    /// Puts a brand together again that the case split took apart: `Open`, `AI` to `OpenAI`.
    private func joiningSpelled(_ words: [String]) -> [String] {
        var result: [String] = []
        for word in words {
            if let last = result.last, spellings[(last + word).lowercased()] != nil {
                result[result.count - 1] = last + word
            } else {
                result.append(word)
            }
        }
        return result
    }

    private func beginsWord(at index: Int, in characters: [Character]) -> Bool {
        let previous = characters[index - 1]
        let this = characters[index]
        guard this.isUpper else { return false }
        if !previous.isUpper { return true }
        guard index + 1 < characters.count, characters[index + 1].isLower else { return false }
        // The s of `IDs` does not begin a word.
        let isPlural =
            characters[index + 1] == "s" && (index + 2 == characters.count || characters[index + 2].isUpper)
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
        value.map { Namer.symbolNames[$0] ?? "symbol" }.joined(separator: "_")
    }

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

    /// Types that the output itself spells without a qualifier, and names that Swift does not let a nested type have.
    private static let occupiedTypeNames: Set<String> = [
        "APIClient", "APIError", "APIRequest", "Any", "AnyObject", "Array", "Bool", "CalendarDate", "Character",
        "Codable", "Data", "Date", "Decimal", "Decodable", "Decoder", "Dictionary", "Double", "Encodable", "Encoder",
        "Endpoint", "Equatable", "Error", "EventStream", "FailedResponse", "Float", "Foundation", "HTTPBody",
        "Hashable", "Indirect", "Int", "Int64", "JSONError", "JSONModel", "JSONObject", "JSONScalar", "JSONValue",
        "JSONWriter", "MultipartModel", "MultipartWriter", "Never", "OpenEnum", "Optional", "PageSequence", "Patch",
        "Protocol", "Result", "Self", "Sendable", "Set", "String", "Task", "TollgateCore", "Type", "URL", "UUID",
        "UploadedFile", "Void",
    ]
}

/// The names taken in one scope; gives each newcomer one of its own.
struct NameScope: Sendable {
    private var taken: Set<String> = []

    init(taken: Set<String> = []) {
        self.taken = Set(taken.map { $0.lowercased() })
    }

    func contains(_ name: String) -> Bool {
        taken.contains(name.lowercased())
    }

    /// The name itself, or with the smallest number from 2 that makes it new. Case alone does not make a name new,
    /// because file names do not tell case apart everywhere.
    mutating func claim(_ name: String) -> String {
        var candidate = name
        var number = 2
        while !taken.insert(candidate.lowercased()).inserted {
            candidate = "\(name)\(number)"
            number += 1
        }
        return candidate
    }
}

extension Character {
    /// As `isLowercase`, without a look into Unicode's tables for ASCII.
    fileprivate var isLower: Bool {
        asciiValue.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } ?? isLowercase
    }

    fileprivate var isUpper: Bool {
        asciiValue.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ?? isUppercase
    }

    fileprivate var isWordPart: Bool {
        guard let ascii = asciiValue else { return isLetter || isNumber }
        return isLower || isUpper || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(ascii)
    }
}
