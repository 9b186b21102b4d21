import GeneratorOpenAPI
import GeneratorYAML

extension Sampler {
    /// A text that all schemas allow.
    func text(_ task: SampleTask, _ ids: [SchemaID], _ direction: Direction, _ variant: Int) -> SampleValue? {
        let rules = task.parts.map { self.rules(of: $0) }
        let least = rules.compactMap(\.minimumLength).max() ?? 0
        let most = rules.compactMap(\.maximumLength).min() ?? .max
        guard least <= most, least <= 100_000 else { return nil }
        var candidates = task.parts.compactMap { specification[$0].format }
            .compactMap { SampleFormat.text($0, variant: variant) }
        for pattern in rules.compactMap(\.pattern) {
            if let text = pattern.text(least...most, variant: variant) { candidates.append(text) }
        }
        candidates.append(filler(least, most, variant))
        for text in candidates where fits(.string(text), task, direction) { return .string(text) }
        return nil
    }

    /// A word that is long enough and not too long.
    private func filler(_ least: Int, _ most: Int, _ variant: Int) -> String {
        var text = variant == 0 ? "text" : "text\(variant + 1)"
        while text.utf8.count < least { text += text }
        let length = max(least, min(most, variant == 0 ? 4 : text.utf8.count))
        // The end tells variants apart.
        return String(variant == 0 ? text.prefix(length) : text.suffix(length))
    }

    /// A number that all schemas allow.
    func number(
        _ task: SampleTask, _ ids: [SchemaID], _ kind: Schema.Kind, _ direction: Direction, _ variant: Int
    ) -> SampleValue? {
        let rules = task.parts.map { self.rules(of: $0) }
        let low = (rules.compactMap(\.minimum) + rules.compactMap(\.exclusiveMinimum)).max()
        let high = (rules.compactMap(\.maximum) + rules.compactMap(\.exclusiveMaximum)).min()
        let step = rules.compactMap(\.step).max() ?? 1
        let shift = Double(variant) * step
        var candidates = [1 + shift, shift, step + shift]
        if let low {
            let first = (low / step).rounded(.up) * step
            candidates += [low + shift, first + shift, first + step + shift, low + 1 + shift, low.rounded(.up) + shift]
        }
        if let high {
            let last = (high / step).rounded(.down) * step
            candidates += [high - shift, last - shift, last - step - shift, high - 1 - shift]
        }
        if let low, let high { candidates.append((low + high) / 2) }
        for candidate in candidates {
            let isIntegral = candidate == candidate.rounded() && abs(candidate) < 9e15
            guard isIntegral || kind == .number else { continue }
            let value = SampleValue.number(isIntegral ? String(Int(candidate)) : String(candidate))
            if fits(value, task, direction) { return value }
        }
        return nil
    }

    /// Whether a value satisfies what the schemas say themselves; what they are made of is among them.
    private func fits(_ value: SampleValue, _ task: SampleTask, _ direction: Direction) -> Bool {
        task.parts.allSatisfy { accepts(value, $0, direction, choosing: false) }
    }
}
