import GeneratorOpenAPI
import GeneratorYAML

/// A JSON value that a document gives as an example, or that is made from a schema.
indirect enum SampleValue {
    struct Member {
        var name: String
        var value: SampleValue
    }

    case null
    case bool(Bool)
    /// As JSON writes it.
    case number(String)
    case string(String)
    case array([SampleValue])
    case object([Member])
}

extension SampleValue {
    init(_ node: Node) {
        switch node.content {
        case .mapping(let mapping):
            self = .object(mapping.map { Member(name: $0.name, value: SampleValue($0.value)) })
        case .sequence(let elements):
            self = .array(elements.map { SampleValue($0) })
        case .scalar(let scalar):
            switch scalar.kind {
            case .null: self = .null
            case .bool: self = .bool(scalar.bool ?? false)
            case .int, .float: self = JSONText.number(scalar).map { .number($0) } ?? .null
            default: self = .string(scalar.text)
            }
        }
    }

    var json: String {
        var text = JSONText()
        text.write(self)
        return text.string
    }

    /// The member of an object; of several with one name, the last.
    subscript(name: String) -> SampleValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    func has(_ kind: Schema.Kind) -> Bool {
        switch (self, kind) {
        case (.bool, .boolean), (.string, .string), (.array, .array), (.object, .object), (.number, .number): true
        case (.number(let text), .integer): SampleNumber(text).isIntegral
        default: false
        }
    }
}

/// Equal as JSON Schema means it: numbers by their value, members in any order.
extension SampleValue: Equatable {
    static func == (left: SampleValue, right: SampleValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): left == right || SampleNumber(left) == SampleNumber(right)
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.allSatisfy { member in
                    right.contains { $0.name == member.name && $0.value == member.value }
                }
        default: false
        }
    }
}

/// The value of a number that JSON writes: exact as long as it is an integer of 64 bits.
struct SampleNumber: Hashable {
    let int: Int?
    let double: Double

    init(_ text: String) {
        double = Double(text) ?? .nan
        int = Int(text) ?? Int(exactly: double)
    }

    var isIntegral: Bool { int != nil || double == double.rounded() }

    static func == (left: SampleNumber, right: SampleNumber) -> Bool {
        if let left = left.int, let right = right.int { return left == right }
        return left.double == right.double
    }

    func hash(into hasher: inout Hasher) { hasher.combine(double) }
}
