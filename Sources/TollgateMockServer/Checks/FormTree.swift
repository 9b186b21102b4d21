import TollgateCore

/// What a form says: texts under names. Members of members have their names in brackets: `payload[value]`, `tags[0]`.
struct FormTree: Sendable {
    /// How deep brackets may nest.
    static let depthLimit = 64

    /// The values under one name; several if it came several times.
    private var leaves: [Leaf] = []
    private var branches: [String: FormTree] = [:]
    /// The names of the branches, in the order in which they came.
    private var names: [String] = []

    enum Leaf: Sendable {
        case text(String)
        /// What stands for itself, whatever the schema says.
        case value(JSONValue)
    }

    /// Enters a value.
    /// - Parameters:
    ///   - leaf: The value.
    ///   - name: Its name, with brackets.
    ///   - members: The names that stand for themselves although they have brackets.
    /// - Returns: Whether there was a place for it.
    mutating func add(_ leaf: Leaf, named name: String, members: Set<String> = []) -> Bool {
        let path = members.contains(name) ? [name] : Self.path(of: name)
        guard path.count <= Self.depthLimit else { return false }
        add(leaf, at: path[...])
        return true
    }

    private mutating func add(_ leaf: Leaf, at path: ArraySlice<String>) {
        guard var name = path.first else { return leaves.append(leaf) }
        // Empty brackets are the next element's.
        if name.isEmpty { name = String(names.count) }
        if branches[name] == nil { names.append(name) }
        branches[name, default: FormTree()].add(leaf, at: path.dropFirst())
    }

    subscript(name: String) -> FormTree? { branches[name] }

    /// `["payload", "value"]` of `payload[value]`; a name whose brackets do not match is one as a whole.
    static func path(of name: String) -> [String] {
        guard let bracket = name.firstIndex(of: "["), bracket != name.startIndex, name.hasSuffix("]") else {
            return [name]
        }
        let inner = name[bracket...].dropFirst().dropLast()
        let parts = inner.split(separator: "][", omittingEmptySubsequences: false)
        guard !parts.contains(where: { $0.contains { "[]".contains($0) } }) else { return [name] }
        return [String(name[..<bracket])] + parts.map(String.init)
    }
}

// MARK: - JSON

/// Reads texts as the JSON that a schema describes.
struct TextReader: Sendable {
    let schemas: MockSchemas

    /// The object that a form writes.
    func value(of tree: FormTree, _ schema: Schema) -> JSONValue {
        value(of: tree, alternatives(of: [schema]))
    }

    /// The names of the members that a schema describes.
    func members(of schema: Schema) -> Set<String> {
        Set(alternatives(of: [schema]).flatMap(\.properties.keys))
    }

    /// The boolean or number that a text writes, if a schema allows one; else the text itself.
    func value(of text: String, _ schema: Schema?) -> JSONValue {
        scalar(text, alternatives(of: [schema].compactMap { $0 }))
    }

    /// The schema of the elements, if a schema allows an array.
    func elements(of schema: Schema) -> [Schema]? {
        let arrays = alternatives(of: [schema]).filter { $0.mayBeArray }
        return arrays.isEmpty ? nil : alternatives(of: arrays.compactMap(\.items))
    }

    /// Whether a schema allows an object.
    func isObject(_ schema: Schema) -> Bool {
        alternatives(of: [schema]).contains { $0.types.contains("object") || !$0.properties.isEmpty }
    }

    /// Whether a member is a file or an array of files, and nothing else.
    func isFile(_ name: String, of schema: Schema) -> Bool {
        let member = schemas(of: name, alternatives(of: [schema]))
        let scalars = (member + alternatives(of: member.compactMap(\.items))).filter {
            !$0.types.isEmpty && !$0.types.contains("array")
        }
        return !scalars.isEmpty && scalars.allSatisfy { $0.format == .binary }
    }

    fileprivate func value(of tree: FormTree, _ schemas: [Schema]) -> JSONValue {
        let arrays = schemas.filter { $0.mayBeArray }
        let items = alternatives(of: arrays.compactMap(\.items))
        let isObject = schemas.contains { $0.types.contains("object") || !$0.properties.isEmpty }
        if let elements = tree.elements, !arrays.isEmpty || !isObject {
            return .array(elements.map { value(of: $0, items) })
        }
        if let members = tree.members {
            return .object(object(members, schemas))
        }
        let mayBeOne = schemas.contains { !$0.types.isEmpty && !$0.types.contains("array") }
        if !arrays.isEmpty, tree.values.count > 1 || !mayBeOne {
            return .array(tree.values.map { self.value(of: $0, items) })
        }
        return tree.values.last.map { value(of: $0, schemas) } ?? .object([:])
    }

    private func object(_ members: [String: FormTree], _ schemas: [Schema]) -> [String: JSONValue] {
        var object: [String: JSONValue] = [:]
        for (name, branch) in members {
            let schemas = self.schemas(of: name, schemas)
            let value = value(of: branch, schemas)
            // Null in place of something else says that the member is left out.
            let mayBeNull = schemas.allSatisfy(\.types.isEmpty) || schemas.contains { $0.types.contains("null") }
            if !value.isNull || mayBeNull { object[name] = value }
        }
        return object
    }

    private func value(of leaf: FormTree.Leaf, _ schemas: [Schema]) -> JSONValue {
        switch leaf {
        case .text(let text): scalar(text, schemas)
        case .value(let value): value
        }
    }

    func scalar(_ text: String, _ schemas: [Schema]) -> JSONValue {
        ScalarReader(schemas).value(of: text)
    }

    /// What ``value(of:_:)`` asks of a schema.
    func scalars(of schema: Schema) -> ScalarReader {
        ScalarReader(alternatives(of: [schema]))
    }

    /// The schemas of a member.
    private func schemas(of name: String, _ schemas: [Schema]) -> [Schema] {
        alternatives(
            of: schemas.compactMap { schema in
                if let property = schema.properties[name] { return property }
                if case .values(let values) = schema.additional { return values }
                return nil
            })
    }

    /// The schemas, those that they refer to, and those that they are made of.
    private func alternatives(of schemas: [Schema]) -> [Schema] {
        var found: [Schema] = []
        var waiting = schemas
        while let schema = waiting.popLast() {
            guard !found.contains(where: { $0 === schema }) else { continue }
            found.append(schema)
            if let reference = schema.reference, let target = self.schemas.texts[reference]?.schema {
                waiting.append(target)
            }
            waiting += schema.all + schema.any + schema.one
        }
        return found
    }
}

/// Reads texts as the booleans and numbers that schemas allow.
struct ScalarReader: Sendable {
    private let allowsBoolean: Bool
    private let allowsNumber: Bool
    private let allowsNull: Bool
    private let isJSON: Bool

    fileprivate init(_ schemas: [Schema]) {
        let types = schemas.reduce(into: Set<String>()) { $0.formUnion($1.types) }
        allowsBoolean = types.contains("boolean")
        allowsNumber = !types.isDisjoint(with: ["integer", "number"])
        allowsNull = types.contains("null")
        // Some clients write an object as JSON, without saying so.
        isJSON = types.contains("object") && !types.contains("string")
    }

    /// Whether a text is nothing but a text.
    var isText: Bool { !allowsBoolean && !allowsNumber && !allowsNull && !isJSON }

    func value(of text: String) -> JSONValue {
        if allowsBoolean, text == "true" || text == "false" { return .bool(text == "true") }
        if allowsNumber, let number = JSONNumber(text) { return .number(number) }
        if allowsNull, text.isEmpty { return .null }
        if isJSON, let value = try? JSONValue(jsonText: text) { return value }
        return .string(text)
    }
}

extension Schema {
    /// `items` means something for arrays alone, whatever else has it.
    fileprivate var mayBeArray: Bool { types.contains("array") || (types.isEmpty && items != nil) }
}

extension FormTree {
    fileprivate var values: [Leaf] { leaves }

    /// The branches as elements, if all of their names are numbers.
    fileprivate var elements: [FormTree]? {
        let positions = names.compactMap { name in Int(name).map { (position: $0, name: name) } }
        guard !names.isEmpty, positions.count == names.count else { return nil }
        return positions.sorted { $0.position < $1.position }.compactMap { branches[$0.name] }
    }

    /// Nil if there are no branches.
    fileprivate var members: [String: FormTree]? { names.isEmpty ? nil : branches }
}
