import Foundation

/// One line of the result: a ratio, and bare figures to put it in its place.
struct Row: Sendable {
    var name: String
    var ratio: Ratio
    /// What both sides measured, for orientation only.
    var context: String
}

extension Row {
    /// - Parameters:
    ///   - name: what was called.
    ///   - rates: the calls a second of each round.
    init(name: String, rates: [(ours: Double, theirs: Double)]) {
        let medians = [Ratio.median(of: rates.map(\.ours)), Ratio.median(of: rates.map(\.theirs))]
        self.init(
            name: name, ratio: Ratio(rates.map { $0.ours / $0.theirs }),
            context: String(format: "%.0f against %.0f a second", medians[0], medians[1]))
    }
}

/// Ratios of one kind.
struct Section: Sendable {
    /// What is divided by what.
    var title: String
    var rows: [Row] = []
    /// What could not be measured, and other remarks.
    var notes: [String] = []
}

/// Prints sections as one table.
enum Table {
    private static let nameWidth = 44

    static func text(_ sections: [Section]) -> String {
        let head = pad("", nameWidth) + right("median") + right("min") + right("max") + "   [context]"
        return ([head] + sections.flatMap(lines)).joined(separator: "\n")
    }

    private static func lines(_ section: Section) -> [String] {
        ["", section.title]
            + section.rows.map { row in
                pad("  " + row.name, nameWidth) + right(figure(row.ratio.median)) + right(figure(row.ratio.minimum))
                    + right(figure(row.ratio.maximum)) + "   [\(row.context)]"
            }
            + section.notes.map { "  " + $0 }
    }

    /// A ratio with three significant digits.
    private static func figure(_ value: Double) -> String {
        String(format: value < 1 ? "%.3f" : value < 10 ? "%.2f" : "%.1f", value)
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private static func right(_ text: String) -> String {
        String(repeating: " ", count: max(1, 9 - text.count)) + text
    }
}

/// A duration as the table's context shows it.
func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<1e-3: String(format: "%.3g µs", seconds * 1e6)
    case ..<1: String(format: "%.3g ms", seconds * 1e3)
    default: String(format: "%.3g s", seconds)
    }
}
