/// A ratio that was measured in several rounds.
struct Ratio: Sendable {
    /// The middle one of the rounds' ratios; between two, their mean.
    let median: Double
    let minimum: Double
    let maximum: Double

    /// - Parameter rounds: the ratio of each round; at least one.
    init(_ rounds: [Double]) {
        let sorted = rounds.sorted()
        median = Self.median(ofSorted: sorted)
        minimum = sorted.first ?? .nan
        maximum = sorted.last ?? .nan
    }

    /// The middle one of some numbers; between two, their mean.
    static func median(of values: [Double]) -> Double {
        median(ofSorted: values.sorted())
    }

    private static func median(ofSorted values: [Double]) -> Double {
        guard !values.isEmpty else { return .nan }
        let middle = values.count / 2
        return values.count.isMultiple(of: 2) ? (values[middle - 1] + values[middle]) / 2 : values[middle]
    }
}
