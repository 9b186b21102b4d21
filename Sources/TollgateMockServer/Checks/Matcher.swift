import Foundation
import TollgateCore

/// A schema in the form in which a value is found to fit it without delay: references are resolved, and what is absent
/// costs nothing. It says only whether a value fits; ``SchemaChecker`` says what is wrong with one that does not.
///
/// The parts refer to each other by number, since schemas may contain themselves.
final class Matcher: Sendable {
    /// A set of kinds; ``integer`` is a number without a fraction.
    struct Kinds: OptionSet {
        var rawValue: UInt8
        static let null = Self(rawValue: 1)
        static let boolean = Self(rawValue: 2)
        static let number = Self(rawValue: 4)
        static let integer = Self(rawValue: 8)
        static let string = Self(rawValue: 16)
        static let array = Self(rawValue: 32)
        static let object = Self(rawValue: 64)
        static let all = Self(rawValue: 127)

        init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        init(_ names: Set<String>) {
            self.init()
            for (name, kind) in Self.names where names.contains(name) { insert(kind) }
            if names.isEmpty { self = .all }
        }

        private static let names: [(String, Kinds)] = [
            ("null", .null), ("boolean", .boolean), ("number", .number), ("integer", .integer), ("string", .string),
            ("array", .array), ("object", .object),
        ]
    }

    /// A member that a schema names.
    struct Member: Sendable {
        /// Nil for one that is required and nothing else.
        var node: Int?
        /// One bit for a required member; 0 for others.
        var mark: UInt64 = 0
    }

    enum Additional: Sendable {
        case anything, nothing
        case values(Int)
    }

    /// Which part holds for an object, by the text of a member.
    struct Choice: Sendable {
        let property: String
        let nodes: [String: Int]
    }

    /// One schema.
    final class Node: Sendable {
        let kinds: Kinds
        let reference: Int?
        let choices: Choices?
        let text: TextLimits?
        let number: NumberLimits?
        let format: Format?
        let array: ArrayShape?
        let object: ObjectShape?
        let combination: Combination?

        fileprivate init(_ schema: Schema, _ compiler: inout Compiler) {
            kinds = schema.allowsAnything ? Kinds(schema.types) : []
            reference = schema.reference.flatMap { compiler.schemas.texts[$0]?.schema }.map { compiler.number(of: $0) }
            choices = Choices(schema)
            text = TextLimits(schema)
            number = NumberLimits(schema.range)
            format = schema.format
            array = ArrayShape(schema, &compiler)
            object = ObjectShape(schema, &compiler)
            combination = Combination(schema, &compiler)
        }

        /// Whether a text fits by what it says itself, and no format is asked of it.
        var isText: Bool { kinds.contains(.string) && reference == nil && format == nil && combination == nil }

        /// Whether every value of these kinds fits.
        var isPlain: Bool {
            reference == nil && choices == nil && text == nil && number == nil && format == nil && array == nil
                && object == nil && combination == nil
        }
    }

    let nodes: [Node]

    init(_ schema: Schema, _ schemas: MockSchemas) {
        var compiler = Compiler(schemas: schemas)
        _ = compiler.number(of: schema)
        nodes = compiler.nodes.compactMap { $0 }
    }

    /// Whether every text fits.
    var takesAnyText: Bool { nodes[0].isPlain && nodes[0].kinds.contains(.string) }

    /// Numbers schemas in the order in which they are met.
    fileprivate struct Compiler {
        let schemas: MockSchemas
        private var numbers: [ObjectIdentifier: Int] = [:]
        /// Nil while a node is being made.
        private(set) var nodes: [Node?] = []

        init(schemas: MockSchemas) {
            self.schemas = schemas
        }

        mutating func number(of schema: Schema) -> Int {
            if let number = numbers[ObjectIdentifier(schema)] { return number }
            let number = nodes.count
            numbers[ObjectIdentifier(schema)] = number
            nodes.append(nil)
            nodes[number] = Node(schema, &self)
            return number
        }

        mutating func numbers(of schemas: [Schema]) -> [Int] {
            schemas.map { number(of: $0) }
        }

        mutating func choice(_ choice: Schema.SiblingChoice?) -> Choice? {
            guard let choice else { return nil }
            var nodes: [String: Int] = [:]
            for (name, schema) in choice.schemas { nodes[name] = number(of: schema) }
            return Choice(property: choice.property, nodes: nodes)
        }
    }
}

// MARK: - What a schema may say

extension Matcher {
    /// The values of `enum` and `const`.
    struct Choices: Sendable {
        private let texts: Set<String>
        private let values: [JSONValue]
        private let constant: JSONValue?

        init?(_ schema: Schema) {
            guard schema.enumeration != nil || schema.constant != nil else { return nil }
            constant = schema.constant
            values = schema.enumeration ?? schema.constant.map { [$0] } ?? []
            let constant = schema.constant
            texts = Set(values.filter { constant == nil || $0 == constant }.compactMap(\.text))
        }

        func contain(_ text: String) -> Bool { texts.contains(text) }

        func contain(_ value: JSONValue) -> Bool {
            values.contains(value) && (constant == nil || constant == value)
        }
    }

    /// What texts have to be like.
    struct TextLimits: Sendable {
        private let length: CountLimits?
        private let pattern: Pattern?

        init?(_ schema: Schema) {
            length = schema.length.isEmpty ? nil : schema.length
            pattern = schema.pattern
            if length == nil, pattern == nil { return nil }
        }

        func allow(_ text: String) -> Bool {
            if let length, !Self.has(length, text) { return false }
            return pattern?.fits(text) ?? true
        }

        /// A character has one to four bytes, so most texts need not be counted.
        private static func has(_ length: CountLimits, _ text: String) -> Bool {
            let bytes = text.utf8.count
            if length.allow(bytes), length.allow((bytes + 3) / 4) { return true }
            return length.allow(text.unicodeScalars.count)
        }
    }

    /// The range of numbers.
    struct NumberLimits: Sendable {
        private let range: RangeLimits
        /// The smallest and largest integers, if nothing else is said.
        private let integers: ClosedRange<Int64>?

        init?(_ range: RangeLimits) {
            guard !range.isEmpty else { return nil }
            self.range = range
            let isSimple =
                range.exclusiveMinimum == nil && range.exclusiveMaximum == nil && range.multipleOf == nil
            let minimum = range.minimum.map { JSONNumber($0)?.int64 } ?? .min
            let maximum = range.maximum.map { JSONNumber($0)?.int64 } ?? .max
            integers =
                if isSimple, let minimum, let maximum, minimum <= maximum { minimum...maximum } else { nil }
        }

        func allow(_ element: JSONElement) -> Bool {
            if let integers, let value = try? element.int64() { return integers.contains(value) }
            return (try? element.number()).map(range.allows) ?? false
        }
    }

    /// What arrays have to be like.
    struct ArrayShape: Sendable {
        let count: CountLimits
        let uniqueItems: Bool
        let first: [Int]
        let items: Int?

        fileprivate init?(_ schema: Schema, _ compiler: inout Compiler) {
            count = schema.itemCount
            uniqueItems = schema.uniqueItems
            first = compiler.numbers(of: schema.prefixItems)
            items = schema.items.map { compiler.number(of: $0) }
            if count.isEmpty, !uniqueItems, first.isEmpty, items == nil { return nil }
        }
    }

    /// What objects have to be like.
    struct ObjectShape: Sendable {
        let count: CountLimits
        /// The members that are named, required ones among them.
        let members: [String: Member]
        /// The marks of all required members together.
        let required: UInt64
        /// Required members for which there was no mark left.
        let othersRequired: [String]
        let patterns: [(pattern: Pattern, node: Int)]
        let additional: Additional

        fileprivate init?(_ schema: Schema, _ compiler: inout Compiler) {
            count = schema.memberCount
            var members: [String: Member] = [:]
            for name in schema.properties.keys.sorted() {
                members[name] = schema.properties[name].map { Member(node: compiler.number(of: $0)) }
            }
            var required: UInt64 = 0
            var others: [String] = []
            for name in schema.required where members[name]?.mark ?? 0 == 0 {
                guard let position = (~required).firstBit else {
                    others.append(name)
                    continue
                }
                required |= 1 << position
                members[name, default: Member()].mark = 1 << position
            }
            self.members = members
            self.required = required
            othersRequired = others
            patterns = schema.patternProperties.map { ($0.pattern, compiler.number(of: $0.schema)) }
            additional =
                switch schema.additional {
                case .anything: .anything
                case .nothing: .nothing
                case .values(let values): .values(compiler.number(of: values))
                }
            if members.isEmpty, count.isEmpty, patterns.isEmpty, case .anything = additional { return nil }
        }
    }

    /// The schemas that a schema is made of.
    struct Combination: Sendable {
        let all: [Int]
        let any: [Int]
        let one: [Int]
        let none: Int?
        let choice: Choice?
        let discriminator: Choice?

        fileprivate init?(_ schema: Schema, _ compiler: inout Compiler) {
            all = compiler.numbers(of: schema.all)
            any = compiler.numbers(of: schema.any)
            one = compiler.numbers(of: schema.one)
            none = schema.none.map { compiler.number(of: $0) }
            choice = compiler.choice(schema.choice)
            discriminator = any.isEmpty && one.isEmpty ? nil : compiler.choice(schema.discriminator)
            if all.isEmpty, any.isEmpty, one.isEmpty, none == nil, choice == nil { return nil }
        }
    }
}

extension UInt64 {
    /// The lowest bit that is set.
    fileprivate var firstBit: Int? { self == 0 ? nil : trailingZeroBitCount }
}

extension CountLimits {
    var isEmpty: Bool { minimum == nil && maximum == nil }

    func allow(_ count: Int) -> Bool {
        count >= minimum ?? 0 && count <= maximum ?? .max
    }
}

extension RangeLimits {
    var isEmpty: Bool {
        minimum == nil && maximum == nil && exclusiveMinimum == nil && exclusiveMaximum == nil && multipleOf == nil
    }

    func allows(_ number: JSONNumber) -> Bool {
        if let minimum, number < minimum { return false }
        if let maximum, number > maximum { return false }
        if let exclusiveMinimum, !(number > exclusiveMinimum) { return false }
        if let exclusiveMaximum, !(number < exclusiveMaximum) { return false }
        return multipleOf.map(number.isMultiple) ?? true
    }
}
