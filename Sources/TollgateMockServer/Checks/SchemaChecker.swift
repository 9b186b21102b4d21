import Foundation
import TollgateCore

/// Something in a request that is not as described.
package struct Violation: Hashable, Sendable {
    package enum Source: String, Sendable {
        case body, path, query, header, cookie
    }

    package let source: Source
    /// A JSON pointer into the body; for a parameter, its name after a slash.
    package let pointer: String
    /// What is wrong, as the rest of a sentence that begins with the place.
    package let message: String

    package init(source: Source, pointer: String, message: String) {
        self.source = source
        self.pointer = pointer
        self.message = message
    }
}

/// Checks values against schemas and collects every violation.
struct SchemaChecker {
    /// The schemas that a `$ref` can name.
    let schemas: MockSchemas
    /// Where the values that are checked come from.
    var source = Violation.Source.body
    private(set) var violations: [Violation] = []

    init(_ schemas: MockSchemas) {
        self.schemas = schemas
    }

    /// Checks the value at `pointer`; `siblings` are the members of the object that it is a member of.
    mutating func check(
        _ value: JSONValue, _ schema: Schema, at pointer: String = "", siblings: [String: JSONValue] = [:]
    ) {
        guard schema.allowsAnything else { return report("is not allowed", at: pointer) }
        if let reference = schema.reference, let target = schemas.texts[reference]?.schema {
            check(value, target, at: pointer, siblings: siblings)
        }
        guard hasType(value, schema.types) else {
            let expected = schema.types.sorted().map(Self.article).joined(separator: " or ")
            return report("must be \(expected), not \(Self.article(value.kind.schemaType))", at: pointer)
        }
        checkChoices(value, schema, at: pointer)
        switch value {
        case .string(let text): checkText(text, schema, at: pointer)
        case .number(let number): checkNumber(number, schema, at: pointer)
        case .array(let elements): checkArray(elements, schema, at: pointer)
        case .object(let members): checkObject(members, schema, at: pointer)
        case .null, .bool: break
        }
        if let complaint = schema.format?.complaint(about: value) { report(complaint, at: pointer) }
        checkCombinations(value, schema, at: pointer, siblings: siblings)
    }

    mutating func report(_ message: String, at pointer: String) {
        let violation = Violation(source: source, pointer: pointer, message: message)
        if !violations.contains(violation) { violations.append(violation) }
    }

    private func hasType(_ value: JSONValue, _ types: Set<String>) -> Bool {
        if types.isEmpty || types.contains(value.kind.schemaType) { return true }
        guard types.contains("integer"), case .number(let number) = value else { return false }
        return number.isIntegral
    }

    private mutating func checkChoices(_ value: JSONValue, _ schema: Schema, at pointer: String) {
        if let constant = schema.constant, value != constant {
            report("must be \(constant)", at: pointer)
        }
        if let choices = schema.enumeration, !choices.contains(value) {
            report("must be one of \(choices.map(\.description).joined(separator: ", "))", at: pointer)
        }
    }

    private mutating func checkText(_ text: String, _ schema: Schema, at pointer: String) {
        checkCount(text.unicodeScalars.count, schema.length, of: "character", at: pointer)
        if let pattern = schema.pattern, !pattern.fits(text) {
            report("must fit the pattern \(pattern.text)", at: pointer)
        }
    }

    private mutating func checkNumber(_ number: JSONNumber, _ schema: Schema, at pointer: String) {
        let range = schema.range
        if let limit = range.minimum, number < limit { report("must be at least \(limit)", at: pointer) }
        if let limit = range.maximum, number > limit { report("must be at most \(limit)", at: pointer) }
        if let limit = range.exclusiveMinimum, !(number > limit) {
            report("must be greater than \(limit)", at: pointer)
        }
        if let limit = range.exclusiveMaximum, !(number < limit) { report("must be less than \(limit)", at: pointer) }
        if let step = range.multipleOf, !number.isMultiple(of: step) {
            report("must be a multiple of \(step)", at: pointer)
        }
    }

    private mutating func checkArray(_ elements: [JSONValue], _ schema: Schema, at pointer: String) {
        checkCount(elements.count, schema.itemCount, of: "item", at: pointer)
        if schema.uniqueItems, Set(elements).count < elements.count {
            report("must not hold the same item twice", at: pointer)
        }
        for (position, element) in elements.enumerated() {
            let described = position < schema.prefixItems.count ? schema.prefixItems[position] : schema.items
            if let described { check(element, described, at: "\(pointer)/\(position)") }
        }
    }

    private mutating func checkObject(_ members: [String: JSONValue], _ schema: Schema, at pointer: String) {
        checkCount(members.count, schema.memberCount, of: "member", at: pointer)
        for name in schema.required where members[name] == nil {
            report("is required", at: Self.pointer(pointer, name))
        }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            let place = Self.pointer(pointer, name)
            let matching = schema.patternProperties.filter { $0.pattern.fits(name) }
            for entry in matching {
                check(value, entry.schema, at: place)
            }
            if let property = schema.properties[name] {
                check(value, property, at: place, siblings: members)
                continue
            }
            guard matching.isEmpty else { continue }
            switch schema.additional {
            case .anything: break
            case .nothing: report("is not allowed", at: place)
            case .values(let schema): check(value, schema, at: place)
            }
        }
    }

    private mutating func checkCount(_ count: Int, _ limits: CountLimits, of thing: String, at pointer: String) {
        if let minimum = limits.minimum, count < minimum {
            report("must have at least \(minimum) \(thing)\(minimum == 1 ? "" : "s")", at: pointer)
        }
        if let maximum = limits.maximum, count > maximum {
            report("must have at most \(maximum) \(thing)\(maximum == 1 ? "" : "s")", at: pointer)
        }
    }
}

// MARK: - Combinations

extension SchemaChecker {
    private mutating func checkCombinations(
        _ value: JSONValue, _ schema: Schema, at pointer: String, siblings: [String: JSONValue]
    ) {
        for part in schema.all {
            check(value, part, at: pointer, siblings: siblings)
        }
        if let forbidden = schema.none, complaints(value, forbidden, at: pointer).isEmpty {
            report("has a form that is not allowed", at: pointer)
        }
        if let choice = schema.choice {
            // An unknown discriminator is reported where it stands.
            let chosen = siblings[choice.property]?.text.flatMap { choice.schemas[$0] }
            if let chosen { check(value, chosen, at: pointer) }
        } else if let choice = schema.discriminator, let name = value.members[choice.property]?.text,
            let chosen = choice.schemas[name], !schema.any.isEmpty || !schema.one.isEmpty
        {
            check(value, chosen, at: pointer)
        } else {
            checkAlternatives(value, schema.any, at: pointer)
            checkAlternatives(value, schema.one, at: pointer)
            let fitting = schema.one.filter { complaints(value, $0, at: pointer).isEmpty }
            if fitting.count > 1 { report("must have one form only, but \(fitting.count) fit", at: pointer) }
        }
    }

    /// Of alternatives that all fail, the complaints about the one that fits best are the most useful.
    private mutating func checkAlternatives(_ value: JSONValue, _ alternatives: [Schema], at pointer: String) {
        var best: [Violation]?
        for alternative in alternatives {
            let found = complaints(value, alternative, at: pointer)
            if found.isEmpty { return }
            if found.count < best?.count ?? .max { best = found }
        }
        for violation in best ?? [] {
            report(violation.message, at: violation.pointer)
        }
    }

    private func complaints(_ value: JSONValue, _ schema: Schema, at pointer: String) -> [Violation] {
        var checker = SchemaChecker(schemas)
        checker.source = source
        checker.check(value, schema, at: pointer)
        return checker.violations
    }

    private static func pointer(_ parent: String, _ name: String) -> String {
        let escaped = name.replacing("~", with: "~0").replacing("/", with: "~1")
        return "\(parent)/\(escaped)"
    }

    private static func article(_ type: String) -> String {
        switch type {
        case "null": type
        case "integer", "array", "object": "an \(type)"
        default: "a \(type)"
        }
    }
}

extension JSONKind {
    fileprivate var schemaType: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

extension JSONNumber {
    // A number that no decimal holds, such as 5e-324, is compared as a binary one.

    static func < (number: JSONNumber, limit: Decimal) -> Bool {
        number.decimal.map { $0 < limit } ?? (number.double < limit.double)
    }

    static func > (number: JSONNumber, limit: Decimal) -> Bool {
        number.decimal.map { $0 > limit } ?? (number.double > limit.double)
    }

    func isMultiple(of step: Decimal) -> Bool {
        guard let decimal else { return double.remainder(dividingBy: step.double) == 0 }
        return JSONNumber(decimal / step)?.isIntegral ?? false
    }

    /// Whether the value has no fraction, however it is written.
    var isIntegral: Bool {
        if int64 != nil { return true }
        guard let decimal else { return double == double.rounded() }
        var value = decimal
        var rounded = Decimal()
        NSDecimalRound(&rounded, &value, 0, .down)
        return rounded == decimal
    }
}

extension Decimal {
    fileprivate var double: Double { NSDecimalNumber(decimal: self).doubleValue }
}
