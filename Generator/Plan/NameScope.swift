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

    /// Names for all members of a scope at once.
    ///
    /// Of those that want the same name, one gets it: the one that the document spells exactly so, else the first. The
    /// others get numbers that nobody wants: thus a newcomer changes no name but those of its own group.
    mutating func claim(_ wanted: [(name: String, wireName: String)]) -> [String] {
        var owners: [String: Int] = [:]
        for (index, want) in wanted.enumerated() {
            let key = want.name.lowercased()
            guard let owner = owners[key] else {
                owners[key] = index
                continue
            }
            if want.name == want.wireName, wanted[owner].name != wanted[owner].wireName { owners[key] = index }
        }
        var result = wanted.map(\.name)
        for index in wanted.indices where owners[wanted[index].name.lowercased()] == index {
            result[index] = claim(wanted[index].name)
        }
        for index in wanted.indices where owners[wanted[index].name.lowercased()] != index {
            result[index] = claim(wanted[index].name)
        }
        return result
    }
}
