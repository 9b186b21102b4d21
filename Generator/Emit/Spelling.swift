import GeneratorPlan

/// How types are written: in full, or without what the reader sees around them.
struct Spelling: Sendable {
    /// All types of the module: a short name must not be taken for another one.
    private let declared: Set<TypeName>

    /// For places where every type is written in full.
    static let full = Spelling(module: ModulePlan(module: ""))

    init(module: ModulePlan) {
        var declared: Set<TypeName> = []
        for declaration in module.files.flatMap(\.declarations) {
            switch declaration {
            case .model(let model): declared.insert(model.name)
            case .openEnum(let openEnum): declared.insert(openEnum.name)
            case .union(let union): declared.insert(union.name)
            case .group: break
            }
        }
        self.declared = declared
    }

    /// `[Vluna.Commit.Line]`; inside the declaration of `Vluna.Commit` it is `[Line]`.
    func code(_ type: TypePlan, in owner: TypeName? = nil) -> Code {
        switch type {
        case .scalar(let scalar): "\(name: scalar.swiftName)"
        case .named(let name): self.name(name.scope + [name.name], in: owner)
        case .custom(let name): self.name(name.split(separator: ".").map(String.init), in: owner)
        case .array(let element): "[\(code(element, in: owner))]"
        case .dictionary(let element): "[String: \(code(element, in: owner))]"
        case .optional(let wrapped): "\(code(wrapped, in: owner))?"
        case .indirect(let inner): code(inner, in: owner)
        }
    }

    private func name(_ path: [String], in owner: TypeName?) -> Code {
        guard let owner else { return "\(names: path)" }
        let inside = owner.scope + [owner.name]
        if path.starts(with: inside), path.count > inside.count {
            return "\(names: path.dropFirst(inside.count))"
        }
        guard path.starts(with: owner.scope), path.count > owner.scope.count else {
            return "\(names: path)"
        }
        let short = path.dropFirst(owner.scope.count)
        let isTaken = declared.contains(TypeName(scope: inside, name: short[short.startIndex]))
        return "\(names: isTaken ? path[...] : short)"
    }
}

extension ScalarPlan {
    var swiftName: String {
        switch self {
        case .string: "String"
        case .bool: "Bool"
        case .int: "Int"
        case .int64, .int64InString: "Int64"
        case .uint64: "UInt64"
        case .double: "Double"
        case .decimal, .decimalInString: "Decimal"
        case .date: "Date"
        case .calendarDate: "CalendarDate"
        case .uuid: "UUID"
        case .url: "URL"
        case .base64: "Data"
        case .jsonValue: "JSONValue"
        case .jsonScalar: "JSONScalar"
        }
    }
}
