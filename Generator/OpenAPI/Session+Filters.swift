import GeneratorDiagnostics
import GeneratorYAML

/// What the filters can choose among, and which of them chose something.
struct FilterCandidates {
    var tags: Set<String> = []
    var paths: Set<String> = []
    var ids: Set<String> = []
    var matched: Set<OperationFilter> = []
}

extension Session {
    /// A path with the operations that the filters choose.
    func chosen(_ path: FoundPath) -> FoundPath {
        guard !options.filters.isEmpty else { return path }
        var path = path
        path.operations = path.operations.filter { operation in
            let tags = operation.target.node.mapping?["tags"]?.sequence?.compactMap(\.text) ?? []
            candidates.tags.formUnion(tags)
            candidates.ids.insert(operation.id)
            if !path.template.text.isEmpty { candidates.paths.insert(path.template.text) }
            let matching = options.filters.filter { filter in
                switch filter {
                case .tag(let tag): tags.contains(tag)
                case .path(let pattern): !path.template.text.isEmpty && fits(path.template.text, pattern)
                case .operation(let pattern): fits(operation.id, pattern)
                }
            }
            candidates.matched.formUnion(matching)
            return !matching.isEmpty
        }
        return path
    }

    /// Complains of filters that choose nothing.
    func checkFilters() {
        for filter in options.filters where !candidates.matched.contains(filter) {
            let (word, known, what) =
                switch filter {
                case .tag(let tag): (tag, candidates.tags, "tags")
                case .path(let pattern): (pattern, candidates.paths, "paths")
                case .operation(let pattern): (pattern, candidates.ids, "operations")
                }
            fatal(
                "no operation fits the filter \"\(filter)\"", at: nil,
                hint: didYouMean(word, in: known) ?? list(known.sorted(), of: what))
        }
    }

    private func list(_ names: [String], of what: String) -> String {
        let most = 20
        let shown = names.prefix(most).joined(separator: ", ")
        if names.isEmpty { return "the document has no \(what)" }
        return "the \(what) are \(shown)" + (names.count > most ? " and \(names.count - most) more" : "")
    }

    /// Whether a text fits a pattern, in which `*` stands for any text.
    private func fits(_ text: String, _ pattern: String) -> Bool {
        let text = Array(text.utf8)
        let pattern = Array(pattern.utf8)
        var (position, place) = (0, 0)
        // Where to go on when the text after the last star does not fit: one byte later.
        var retry: (position: Int, place: Int)?
        while position < text.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                place += 1
                retry = (position, place)
            } else if place < pattern.count, pattern[place] == text[position] {
                position += 1
                place += 1
            } else if let last = retry {
                retry = (last.position + 1, last.place)
                (position, place) = (last.position + 1, last.place)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
