/// The names taken in one scope; gives each newcomer one of its own.
struct NameScope: Sendable {
    private var taken: Set<String> = []
    /// For names that were wanted more than once, the smallest number that may be free.
    private var numbers: [String: Int] = [:]

    init(taken: Set<String> = []) {
        self.taken = Set(taken.map { $0.lowercased() })
    }

    func contains(_ name: String) -> Bool {
        taken.contains(name.lowercased())
    }

    /// The name itself, or with the smallest number from 2 that makes it new. Case alone does not make a name new,
    /// because file names do not tell case apart everywhere.
    mutating func claim(_ name: String) -> String {
        let key = name.lowercased()
        if taken.insert(key).inserted { return name }
        var number = numbers[key] ?? 2
        while !taken.insert("\(key)\(number)").inserted { number += 1 }
        numbers[key] = number + 1
        return "\(name)\(number)"
    }

    /// Names for all members of a scope at once.
    ///
    /// Of those that want the same name, one gets it: the one that the document spells exactly so, else the first. The
    /// others get numbers that nobody wants: thus a newcomer changes no name but those of its own group.
    mutating func claim(_ wanted: [(name: String, wireName: String)]) -> [String] {
        var owners: [String: Int] = [:]
        let keys = wanted.map { $0.name.lowercased() }
        for (index, (want, key)) in zip(wanted, keys).enumerated() {
            guard let owner = owners[key] else {
                owners[key] = index
                continue
            }
            if want.name == want.wireName, wanted[owner].name != wanted[owner].wireName { owners[key] = index }
        }
        var result = wanted.map(\.name)
        let isOwner = wanted.indices.map { owners[keys[$0]] == $0 }
        for index in wanted.indices where isOwner[index] { result[index] = claim(wanted[index].name) }
        for index in wanted.indices where !isOwner[index] { result[index] = claim(wanted[index].name) }
        return result
    }
}
