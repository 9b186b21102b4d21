/// What the Swift will be: every name and every decision, in the order of printing.
public struct Plan: Sendable {
    public var modules: [ModulePlan]
    public var mock: MockPlan?
    public var fixtures: FixturePlan?
    public var scenarios: ScenarioPlan?
    /// The mock of a document from outside; those of our own services have simulations.
    public var documentMock: DocumentMockPlan?
    /// Of a document from outside; those of our own services are written by hand.
    public var client: ClientPlan?
    /// Around the client, if it is asked for.
    public var package: PackagePlan?
    public var tests: TestPlan?

    public init(
        modules: [ModulePlan] = [], mock: MockPlan? = nil, fixtures: FixturePlan? = nil, client: ClientPlan? = nil
    ) {
        self.modules = modules
        self.mock = mock
        self.fixtures = fixtures
        self.client = client
    }

    /// Each module under `Sources` once, though several namespaces may share it.
    public var moduleNames: [String] {
        var seen: Set<String> = []
        let names = modules.map(\.module) + [mock?.module].compactMap { $0 }
        return names.filter { seen.insert($0).inserted }
    }
}

/// The generated part of one Swift module.
public struct ModulePlan: Sendable {
    /// For example `TollgateVluna`.
    public var module: String
    public var files: [FilePlan]
    /// For the summary line of `generate`.
    public var documents: [DocumentSummary]

    public init(module: String, files: [FilePlan] = [], documents: [DocumentSummary] = []) {
        self.module = module
        self.files = files
        self.documents = documents
    }
}

extension ModulePlan {
    /// All calls, in the order of the files.
    var operations: [OperationPlan] {
        files.flatMap(\.declarations).flatMap { declaration in
            if case .group(let group) = declaration { group.operations } else { [OperationPlan]() }
        }
    }
}

public struct DocumentSummary: Sendable {
    public var name: String
    public var operations: Int
    public var models: Int
    /// Of OpenAPI: `3.1.0`.
    public var version: String
    /// Operations that had to be left out: `GET /points`, and why.
    public var omissions: [(operation: String, reason: String)]

    public init(
        name: String, operations: Int, models: Int, version: String = "",
        omissions: [(operation: String, reason: String)] = []
    ) {
        self.name = name
        self.operations = operations
        self.models = models
        self.version = version
        self.omissions = omissions
    }
}

/// One Swift file.
public struct FilePlan: Sendable {
    /// Within the module's `Generated` folder, for example `Models/Lease.swift`.
    public var path: String
    /// The spec files that it comes from, as the header line names them: `spec/vluna/gate.yaml`.
    public var origins: [String]
    public var imports: [String]
    public var declarations: [Declaration]

    public init(path: String, origins: [String], imports: [String], declarations: [Declaration]) {
        self.path = path
        self.origins = origins
        self.imports = imports
        self.declarations = declarations
    }
}

public enum Declaration: Sendable {
    case model(ModelPlan)
    case openEnum(EnumPlan)
    case union(UnionPlan)
    case group(GroupPlan)
}

/// The name of a type and what it is nested in: `Vluna.Commit.Line`.
public struct TypeName: Hashable, Sendable, CustomStringConvertible {
    /// For example `["Vluna", "Commit"]`.
    public var scope: [String]
    /// For example `Line`.
    public var name: String

    public init(scope: [String], name: String) {
        self.scope = scope
        self.name = name
    }

    public static func == (first: TypeName, second: TypeName) -> Bool {
        first.name == second.name && first.scope == second.scope
    }

    /// The name and the type around it nearly always tell types apart.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(scope.last)
    }

    /// As Swift spells it from outside: `Vluna.Commit.Line`.
    public var description: String { (scope + [name]).joined(separator: ".") }
    /// What the extension that declares it extends: `Vluna.Commit`.
    public var scopeDescription: String { scope.joined(separator: ".") }
}

extension TypeName: Comparable {
    /// The order of the descriptions, without making them.
    public static func < (first: TypeName, second: TypeName) -> Bool {
        let depth = min(first.scope.count, second.scope.count)
        for level in 0..<depth where first.scope[level] != second.scope[level] {
            return first.scope[level] < second.scope[level]
        }
        let one = depth < first.scope.count ? first.scope[depth] : first.name
        let other = depth < second.scope.count ? second.scope[depth] : second.name
        return one == other ? first.scope.count < second.scope.count : one < other
    }
}

/// A Swift type together with its wire form.
public indirect enum TypePlan: Hashable, Sendable {
    case scalar(ScalarPlan)
    /// A generated or a hand-written type that knows its wire form.
    case named(TypeName)
    /// A hand-written type named in full, for example `Vluna.XUSD` or `UploadedFile`.
    case custom(String)
    case array(TypePlan)
    case dictionary(TypePlan)
    /// An element that may be null.
    case optional(TypePlan)
    /// Breaks a cycle of stored values.
    case indirect(TypePlan)
}

/// The wire kinds that Core reads and writes without generated help.
public enum ScalarPlan: String, Hashable, Sendable, CaseIterable {
    case string
    case bool
    case int
    case int64
    case uint64
    case double
    case decimal
    case date
    case calendarDate
    case uuid
    case url
    case base64
    /// An `Int64` written as a string.
    case int64InString
    /// A `Decimal` written as a string.
    case decimalInString
    /// Any JSON value.
    case jsonValue
    /// A string, a number or a Boolean.
    case jsonScalar
}

/// An object.
public struct ModelPlan: Sendable {
    public var name: TypeName
    /// Paragraph text as the spec has it; printing escapes it.
    public var documentation: String
    public var isDeprecated: Bool
    /// In the order of the spec.
    public var properties: [PropertyPlan]
    /// The element type of the dictionary of members that the spec does not name, and its Swift name.
    public var additional: AdditionalPlan?
    /// Thrown as itself: conforms to `APIError` and carries `response`.
    public var isError: Bool
    /// Sent as the parts of `multipart/form-data`, and never received: conforms to `MultipartModel`.
    public var isMultipart: Bool
    /// Whether it keeps what its JSON had beyond the properties: it has a property `remainder`.
    public var keepsRemainder: Bool
    /// Protocols beyond `JSONModel` and `APIError`, for example `Hashable`.
    public var conformances: [String]

    public init(
        name: TypeName, documentation: String, isDeprecated: Bool = false, properties: [PropertyPlan],
        additional: AdditionalPlan? = nil, isError: Bool = false, isMultipart: Bool = false,
        keepsRemainder: Bool = false, conformances: [String] = []
    ) {
        self.name = name
        self.documentation = documentation
        self.isDeprecated = isDeprecated
        self.properties = properties
        self.additional = additional
        self.isError = isError
        self.isMultipart = isMultipart
        self.keepsRemainder = keepsRemainder
        self.conformances = conformances
    }
}

public struct AdditionalPlan: Sendable {
    public var name: String
    public var element: TypePlan

    public init(name: String, element: TypePlan) {
        self.name = name
        self.element = element
    }
}

public struct PropertyPlan: Sendable {
    public enum Presence: Hashable, Sendable {
        case required
        /// Always written, as null when `nil`; absence is tolerated when reading.
        case requiredNullable
        /// Absent when `nil`.
        case optional
        /// Never absent in Swift; the value is a Swift expression. Written always.
        case defaulted(String)
        /// Absent, null and a value differ: `Patch<T>`.
        case patch
        /// Not stored: written always, checked when reading. The value is a Swift literal.
        case constant(String)
    }

    /// Ready to print: escaped with backticks where Swift needs it.
    public var name: String
    public var wireName: String
    public var documentation: String
    public var isDeprecated: Bool
    public var type: TypePlan
    public var presence: Presence
    /// For a union that is chosen by another member of the same object: that member's wire name.
    public var siblingDiscriminator: String?

    public init(
        name: String, wireName: String, documentation: String = "", isDeprecated: Bool = false, type: TypePlan,
        presence: Presence, siblingDiscriminator: String? = nil
    ) {
        self.name = name
        self.wireName = wireName
        self.documentation = documentation
        self.isDeprecated = isDeprecated
        self.type = type
        self.presence = presence
        self.siblingDiscriminator = siblingDiscriminator
    }
}

/// An enumeration that keeps values it does not know.
public struct EnumPlan: Sendable {
    public struct Case: Sendable {
        public var name: String
        /// A Swift literal: `"active"` or `3`.
        public var literal: String

        public init(name: String, literal: String) {
            self.name = name
            self.literal = literal
        }
    }

    public enum Raw: String, Sendable {
        case string = "String"
        case int = "Int"
    }

    public var name: TypeName
    public var documentation: String
    public var raw: Raw
    public var cases: [Case]
    /// Of the case that keeps an unknown value; `unrecognized` unless the spec has one of that name.
    public var unrecognizedCase: String

    public init(
        name: TypeName, documentation: String, raw: Raw, cases: [Case], unrecognizedCase: String = "unrecognized"
    ) {
        self.name = name
        self.documentation = documentation
        self.raw = raw
        self.cases = cases
        self.unrecognizedCase = unrecognizedCase
    }
}

/// One of several shapes.
public struct UnionPlan: Sendable {
    public enum Choice: Sendable {
        /// By a member of the variant's own object.
        case discriminator(wireName: String)
        /// By a member of the object that the union stands in.
        case sibling(wireName: String)
        /// By trying the variants in order: the first whose kind and required members fit and that reads.
        case structure
    }

    public struct Variant: Sendable {
        public var caseName: String
        public var documentation: String
        public var type: TypePlan
        /// The discriminator's values; the first is the one that is written.
        public var values: [String]
        /// For `structure`: the JSON kind (`object`, `array`, `string`, `number`, `boolean`) …
        public var jsonKind: String?
        /// … and the members that must be there.
        public var requiredMembers: [String]

        public init(
            caseName: String, documentation: String = "", type: TypePlan, values: [String] = [],
            jsonKind: String? = nil, requiredMembers: [String] = []
        ) {
            self.caseName = caseName
            self.documentation = documentation
            self.type = type
            self.values = values
            self.jsonKind = jsonKind
            self.requiredMembers = requiredMembers
        }
    }

    public var name: TypeName
    public var documentation: String
    public var choice: Choice
    public var variants: [Variant]
    /// For `structure`: the places of the variants in the order in which they are tried.
    public var trials: [Int]
    public var unrecognizedCase: String

    public init(
        name: TypeName, documentation: String, choice: Choice, variants: [Variant], trials: [Int]? = nil,
        unrecognizedCase: String = "unrecognized"
    ) {
        self.trials = trials ?? Array(variants.indices)
        self.name = name
        self.documentation = documentation
        self.choice = choice
        self.variants = variants
        self.unrecognizedCase = unrecognizedCase
    }
}
