import Foundation
import TollgateCore

/// A JSON Schema in the form in which values are checked against it.
final class Schema: Sendable {
    /// What an object may have beside the members that `properties` names.
    enum Additional: Sendable {
        case anything
        case nothing
        case values(Schema)
    }

    /// Says which schema holds for a value, by the text of a member that stands beside it.
    struct SiblingChoice: Sendable {
        let property: String
        let schemas: [String: Schema]
    }

    /// The name of another schema, which holds in addition to what stands here.
    let reference: String?
    /// False for the schema that nothing fits.
    let allowsAnything: Bool
    let types: Set<String>
    let enumeration: [JSONValue]?
    let constant: JSONValue?
    let format: Format?
    let pattern: Pattern?
    let length: CountLimits
    let range: RangeLimits
    let items: Schema?
    let itemCount: CountLimits
    let uniqueItems: Bool
    let required: [String]
    let properties: [String: Schema]
    let additional: Additional
    let memberCount: CountLimits
    let all: [Schema]
    let any: [Schema]
    let one: [Schema]
    let none: Schema?
    let choice: SiblingChoice?
    /// Which of the alternatives holds for an object, by one of its own members.
    let discriminator: SiblingChoice?
    let prefixItems: [Schema]
    let patternProperties: [(pattern: Pattern, schema: Schema)]

    /// - Parameter json: An object of keywords, or a boolean. Keywords that say nothing about validity are skipped.
    init(_ json: JSONValue) {
        reference = json["$ref"]?.text.map { String($0.drop { "#/".contains($0) }) }
        allowsAnything = json != .bool(false)
        types = Set(json["type"]?.text.map { [$0] } ?? json["type"]?.texts ?? [])
        enumeration = json["enum"]?.elements
        constant = json["const"]
        format = json["format"]?.text.flatMap(Format.init(rawValue:))
        pattern = json["pattern"]?.text.map(Pattern.init)
        length = CountLimits(json, minimum: "minLength", maximum: "maxLength")
        range = RangeLimits(json)
        items = json["items"].map(Schema.init)
        itemCount = CountLimits(json, minimum: "minItems", maximum: "maxItems")
        uniqueItems = json["uniqueItems"] == true
        required = json["required"]?.texts ?? []
        properties = json["properties"]?.members.mapValues(Schema.init) ?? [:]
        additional = Additional(json["additionalProperties"])
        memberCount = CountLimits(json, minimum: "minProperties", maximum: "maxProperties")
        all = json["allOf"]?.elements?.map(Schema.init) ?? []
        any = json["anyOf"]?.elements?.map(Schema.init) ?? []
        one = json["oneOf"]?.elements?.map(Schema.init) ?? []
        none = json["not"].map(Schema.init)
        choice = json["x-tollgate-discriminator"].flatMap(SiblingChoice.init)
        discriminator = json["discriminator"].flatMap(SiblingChoice.init)
        prefixItems = json["prefixItems"]?.elements?.map(Schema.init) ?? []
        patternProperties = (json["patternProperties"]?.members ?? [:]).map { (Pattern($0.key), Schema($0.value)) }
    }
}

extension Schema.Additional {
    init(_ json: JSONValue?) {
        switch json {
        case nil, .bool(true): self = .anything
        case .bool(false): self = .nothing
        case .some(let schema): self = .values(Schema(schema))
        }
    }
}

extension Schema.SiblingChoice {
    init?(_ json: JSONValue) {
        guard let property = json["propertyName"]?.text else { return nil }
        self.property = property
        schemas = (json["mapping"]?.members ?? [:]).mapValues(Schema.init)
    }
}

/// How many characters, elements or members there may be.
struct CountLimits: Sendable {
    let minimum: Int?
    let maximum: Int?

    init(_ json: JSONValue, minimum: String, maximum: String) {
        self.minimum = json[minimum]?.number?.int
        self.maximum = json[maximum]?.number?.int
    }
}

/// Which numbers are allowed.
struct RangeLimits: Sendable {
    let minimum: Decimal?
    let maximum: Decimal?
    let exclusiveMinimum: Decimal?
    let exclusiveMaximum: Decimal?
    let multipleOf: Decimal?

    init(_ json: JSONValue) {
        minimum = json["minimum"]?.number?.decimal
        maximum = json["maximum"]?.number?.decimal
        exclusiveMinimum = json["exclusiveMinimum"]?.number?.decimal
        exclusiveMaximum = json["exclusiveMaximum"]?.number?.decimal
        multipleOf = json["multipleOf"]?.number?.decimal
    }
}

/// A regular expression of a schema, which may fit anywhere in a text.
struct Pattern: Sendable {
    let text: String
    private let plain: PlainPattern?
    private let expression: NSRegularExpression?

    init(_ text: String) {
        self.text = text
        plain = PlainPattern(text)
        expression = try? NSRegularExpression(pattern: Self.translated(text))
    }

    func fits(_ value: String) -> Bool {
        if let plain, let result = plain.fits(value) { return result }
        guard let expression else { return true }
        let whole = NSRange(value.startIndex..., in: value)
        return expression.firstMatch(in: value, range: whole) != nil
    }

    /// The pattern in the words of `NSRegularExpression`. In JSON Schema `$` is the very end, where here it would fit
    /// before a last newline, too; digits and words are those of ASCII, and white space is that of ECMA-262.
    private static func translated(_ pattern: String) -> String {
        var result = ""
        var isEscaped = false
        var isInClass = false
        for character in pattern {
            if isEscaped {
                result += meaning(ofEscaped: character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if isInClass {
                // A bracket would open a class within the class.
                result += character == "[" ? "\\[" : String(character)
                isInClass = character != "]"
            } else {
                result += character == "$" ? "\\z" : String(character)
                isInClass = character == "["
            }
        }
        return isEscaped ? result + "\\" : result
    }

    /// A class, which may stand within another one.
    private static func meaning(ofEscaped character: Character) -> String {
        let members: String
        switch character {
        case "d", "D": members = "0-9"
        case "w", "W": members = "A-Za-z0-9_"
        case "s", "S":
            members = #"\t\n\x0B\f\r \u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF"#
        default: return "\\\(character)"
        }
        return character.isUppercase ? "[^\(members)]" : "[\(members)]"
    }
}

extension JSONValue {
    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    package var texts: [String]? { elements?.compactMap(\.text) }

    /// Empty if this is not an object.
    package var members: [String: JSONValue] {
        if case .object(let members) = self { members } else { [:] }
    }
}
