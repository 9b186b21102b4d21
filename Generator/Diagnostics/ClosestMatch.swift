/// The candidate that the word was probably meant to be, or nil if none is near enough.
///
/// Counts inserted, left out, changed and swapped letters and allows one for every three letters; upper and lower case
/// are taken as the same. Of equally near candidates the alphabetically first wins, whatever their order.
public func closestMatch(_ word: String, in candidates: some Sequence<String>) -> String? {
    // Longer words are not typed by hand.
    guard word.utf8.count <= 200 else { return nil }
    let letters = Array(word.lowercased())
    let mostEdits = max(1, letters.count / 3)
    var best: (edits: Int, candidate: String)?
    for candidate in candidates where candidate != word && candidate.utf8.count <= 400 {
        let other = Array(candidate.lowercased())
        guard abs(other.count - letters.count) <= mostEdits else { continue }
        let edits = editDistance(letters, other)
        // Of two short words, a single edit may leave no letter in common.
        guard edits <= mostEdits, edits < max(letters.count, other.count) else { continue }
        if let best, (best.edits, best.candidate) <= (edits, candidate) { continue }
        best = (edits, candidate)
    }
    return best?.candidate
}

/// The hint `did you mean "…"?` for a misspelt word, or nil if no candidate is near enough.
public func didYouMean(_ word: String, in candidates: some Sequence<String>) -> String? {
    closestMatch(word, in: candidates).map { "did you mean \"\($0)\"?" }
}

/// The optimal string alignment distance: the least number of insertions, deletions, substitutions and swaps of
/// neighbours that turn one word into the other.
private func editDistance(_ first: [Character], _ second: [Character]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...second.count)
    for row in first.indices {
        var current = [row + 1]
        for column in second.indices {
            let substitution = previous[column] + (first[row] == second[column] ? 0 : 1)
            var edits = min(substitution, previous[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
                edits = min(edits, beforePrevious[column - 1] + 1)
            }
            current.append(edits)
        }
        beforePrevious = previous
        previous = current
    }
    return previous[second.count]
}
