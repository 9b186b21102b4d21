import GeneratorDiagnostics
import GeneratorOpenAPI

/// Which declaration goes into which file.
///
/// One file a top-level type keeps diffs small; a module with very many types puts those that begin with the same word
/// together, so that it stays at some dozens of files. A module of a document from outside puts those together that
/// begin alike, however many there are, so that a type that comes in or goes changes no file but its own.
struct FileAssignment {
    let specification: Specification
    let namespace: String
    let namer: Namer
    /// Whether the module has more namespaces than this one. Then each has a folder.
    let isShared: Bool
    let isOutside: Bool

    private static let ownFileLimit = 90

    func modelFiles(_ declarations: [(schema: SchemaID, declaration: Declaration)]) -> [FilePlan] {
        let tops = declarations.map { topLevelName($0.declaration.typeName) }
        let isLarge = Set(tops).count > FileAssignment.ownFileLimit
        let names = isOutside ? lastParts(of: declarations) : [:]
        var members: [String: [Int]] = [:]
        for (index, top) in tops.enumerated() {
            let stem = isOutside ? FileAssignment.range(of: names[top] ?? top) : isLarge ? firstWord(of: top) : top
            members[stem, default: []].append(index)
        }
        let typeNames = declarations.map(\.declaration.typeName)
        return members.sorted { $0.key < $1.key }.map { stem, indices in
            let ordered = indices.sorted { typeNames[$0] < typeNames[$1] }.map { declarations[$0] }
            return FilePlan(
                path: path("Models", stem), origins: origins(ordered.map(\.schema)), imports: FileAssignment.imports,
                declarations: ordered.map(\.declaration))
        }
    }

    /// Of the types whose names have parts, such as `api.batch.v1.Job`: what they are called within the last part.
    private func lastParts(of declarations: [(schema: SchemaID, declaration: Declaration)]) -> [String: String] {
        var parts: [String: String] = [:]
        for (schema, declaration) in declarations where declaration.typeName.scope.count == 1 {
            guard let part = specification[schema].componentName?.split(separator: ".").last else { continue }
            parts[declaration.typeName.name] = namer.type(String(part))
        }
        return parts
    }

    /// `Cs-Cz` for `Customer`, as on the volumes of a dictionary: a letter, with a third of those that may follow it.
    private static func range(of name: String) -> String {
        let first = name.prefix(1).uppercased()
        guard let letter = first.utf8.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(letter) else {
            return "Others"
        }
        switch name.dropFirst().first?.lowercased() ?? "a" {
        case ..<"j": return "\(first)a-\(first)i"
        case ..<"s": return "\(first)j-\(first)r"
        default: return "\(first)s-\(first)z"
        }
    }

    func groupFile(_ group: GroupPlan, origins: [String]) -> FilePlan {
        let parts = group.qualifiedName.split(separator: ".")
        let stem = parts.dropFirst(parts.first.map { $0 == namespace } == true ? 1 : 0)
        return FilePlan(
            path: path("Operations", stem.joined()), origins: origins,
            imports: FileAssignment.imports, declarations: [.group(group)])
    }

    /// Of two files of one module with the same name, Swift accepts only one, whatever folders they are in. The second
    /// one then says its folder, too: `ChatOperations.swift`.
    func withDistinctNames(_ files: [FilePlan]) -> [FilePlan] {
        var scope = NameScope()
        return files.sorted { $0.path < $1.path }.map { file in
            var parts = file.path.split(separator: "/").map(String.init)
            guard let name = parts.popLast() else { return file }
            var file = file
            let own = String(name.dropLast(".swift".count))
            let stem = scope.claim(scope.contains(own) ? own + (parts.last ?? "") : own)
            file.path = (parts + ["\(stem).swift"]).joined(separator: "/")
            return file
        }
    }

    /// `Models/Lease.swift`, or `OpenAI/Models/OpenAI+Usage.swift` in a module with several namespaces.
    private func path(_ folder: String, _ stem: String) -> String {
        isShared ? "\(namespace)/\(folder)/\(namespace)+\(stem).swift" : "\(folder)/\(stem).swift"
    }

    private static let imports = ["Foundation", "TollgateCore"]

    private func topLevelName(_ name: TypeName) -> String {
        name.scope.count > 1 ? name.scope[1] : name.name
    }

    private func firstWord(of name: String) -> String {
        namer.type(namer.words(of: name).first ?? name)
    }

    private func origins(_ schemas: [SchemaID]) -> [String] {
        Set(schemas.map { specification[$0].location.file.path }).sorted()
    }
}

extension Declaration {
    /// Of the type that is declared, or of the type that a group of operations extends.
    var typeName: TypeName {
        switch self {
        case .model(let plan): plan.name
        case .openEnum(let plan): plan.name
        case .union(let plan): plan.name
        case .group(let plan): TypeName(scope: [plan.parent], name: plan.typeName)
        }
    }
}
