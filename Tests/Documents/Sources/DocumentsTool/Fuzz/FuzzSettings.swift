/// What the command line asks of the fuzzer.
struct FuzzSettings: Sendable {
    private(set) var count = 100_000
    private(set) var seed: UInt64 = 1
    /// Processes that run at the same time.
    private(set) var jobs = 2
    /// Where inputs go that broke something.
    private(set) var found: String?
    /// Where some of the results go, to be compiled.
    private(set) var samples: String?
    private(set) var documents: [String] = []

    // For a worker alone:

    /// The cases to run.
    private(set) var range = 0..<0
    /// The file that says how far it has come.
    private(set) var status: String?

    /// Nil if there is anything that is not known.
    init?(_ words: [String]) {
        var words = words.makeIterator()
        while let word = words.next() {
            guard word.hasPrefix("--") else {
                documents.append(word)
                continue
            }
            guard let value = words.next() else { return nil }
            switch (word, Int(value)) {
            case ("--count", let number?): count = number
            case ("--seed", let number?): seed = UInt64(bitPattern: Int64(number))
            case ("--jobs", let number?): jobs = max(1, number)
            case ("--from", let number?): range = number..<max(number, range.upperBound)
            case ("--until", let number?): range = min(number, range.lowerBound)..<number
            case ("--found", _): found = value
            case ("--samples", _): samples = value
            case ("--status", _): status = value
            default: return nil
            }
        }
        if documents.isEmpty { return nil }
    }

    /// The command line of a worker.
    func workerWords(range: Range<Int>, status: String) -> [String] {
        var words = ["work", "--seed", "\(Int64(bitPattern: seed))", "--until", "\(range.upperBound)"]
        words += ["--from", "\(range.lowerBound)", "--status", status]
        if let samples { words += ["--samples", samples] }
        return words + documents
    }
}
