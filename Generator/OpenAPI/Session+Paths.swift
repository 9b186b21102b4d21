import GeneratorDiagnostics
import GeneratorYAML

/// Paths and path items: which operations there are, what they are called, and which of them are read.
extension Session {
    /// A path item whose operations are not read yet.
    struct FoundPath {
        let template: PathTemplate
        let item: Fields
        let location: SourceLocation
        var aliases: [String] = []
        var operations: [FoundOperation] = []
    }

    /// An operation that is known by its place only.
    struct FoundOperation {
        let method: String
        let target: Target
        /// The value of `operationId`.
        let identifier: Node?
        var id: String
    }

    /// Reads the operations of a root document, in its order, into the document.
    func readOperations(_ root: Fields, into document: inout Document) {
        var paths: [FoundPath] = []
        var shapes: [String: SourceLocation] = [:]
        for (path, target) in root.members("paths", extensible: true) where !isExhausted {
            let template = PathTemplate(path)
            let found = part("the path \"\(path)\"", at: target.location) {
                check(template, at: target.location)
                return pathItem(target, template: template)
            }
            if let first = shapes[template.shape] {
                duplicate(
                    "this path differs from another only in the names of its parameters", at: target.location,
                    first: first, note: "the other path")
            } else {
                shapes[template.shape] = target.location
            }
            guard var found else {
                document.omissions += omissions(of: target, path: path)
                continue
            }
            found.aliases = aliases(found.item, of: template, shapes: &shapes)
            paths.append(found)
        }
        identify(&paths)
        for path in paths where !isExhausted { read(chosen(path), into: &document) }
    }

    /// The requests that the service sends. They have no path; what is not named otherwise has the webhook's name.
    func webhooks(_ root: Fields) -> [Operation] {
        root.members("webhooks", extensible: true).flatMap { name, target in
            let path = part("the webhook \"\(name)\"", at: target.location) {
                pathItem(target, template: PathTemplate(""))
            }
            return path.map { requests($0, named: name, chosenOnly: true) } ?? []
        }
    }

    /// The operations of a path item that the service calls.
    func requests(_ path: FoundPath, named name: String, chosenOnly: Bool = false) -> [Operation] {
        var path = path
        for index in path.operations.indices where path.operations[index].id.isEmpty {
            let method = path.operations[index].method
            path.operations[index].id = path.operations.count == 1 ? name : name + method.capitalizedFirst
        }
        if chosenOnly { path = chosen(path) }
        let shared = parameters(path.item)
        return path.operations.compactMap { found in
            part("the request \"\(name)\"", at: found.target.location) {
                operation(found, of: path, shared: shared)
            }
        }
    }

    // MARK: - Path items

    private func check(_ template: PathTemplate, at location: SourceLocation) {
        if !template.text.hasPrefix("/") {
            slip("a path must begin with \"/\"", assumed: "it is put before it", at: location)
        }
        if !template.isWellFormed { error("the braces of the path \"\(template.text)\" do not match", at: location) }
        if let name = template.decorated {
            slip(
                "the operators of \"{\(name)}\" belong to the style of the parameter", assumed: "they are left out",
                at: location)
        }
        if Set(template.placeholders).count < template.placeholders.count {
            slip("a placeholder of the path \"\(template.text)\" occurs twice", at: location)
        }
    }

    /// The other paths of a path item. Each has the same placeholders.
    private func aliases(
        _ fields: Fields, of template: PathTemplate, shapes: inout [String: SourceLocation]
    ) -> [String] {
        fields.elements("x-tollgate-aliases").compactMap { target in
            guard let text = string(target.node) else { return nil }
            let alias = PathTemplate(text)
            check(alias, at: target.location)
            if Set(alias.placeholders) != Set(template.placeholders) {
                error(
                    "the alias \"\(text)\" has other placeholders than the path \"\(template.text)\"",
                    at: target.location)
                return nil
            }
            if let first = shapes[alias.shape] {
                duplicate("this path is there already", at: target.location, first: first, note: "the other path")
                return nil
            }
            shapes[alias.shape] = target.location
            return alias.request
        }
    }

    /// The operations of a path item, which are not read yet.
    func pathItem(_ target: Target, template: PathTemplate) -> FoundPath? {
        guard let item = follow(target, as: .pathItems), let fields = open(item, as: .pathItem) else { return nil }
        usedPathItems.insert(item.node)
        var path = FoundPath(template: template, item: fields, location: target.location)
        for entry in fields.mapping where Operation.methods.contains(entry.name) {
            let place = fields.place.child(entry.name)
            path.operations.append(
                found(entry.name, Target(node: entry.value, key: entry.key, place: place)))
        }
        for (name, target) in fields.members("additionalOperations") {
            let lower = name.lowercased()
            if Operation.methods.contains(lower) {
                slip("\"\(name)\" has a keyword of its own, \"\(lower)\"", at: target.location)
                path.operations.append(found(lower, target))
            } else if isToken(name) {
                path.operations.append(found(name, target))
            } else {
                error("\"\(name)\" is no HTTP method", at: target.location)
            }
        }
        return path
    }

    private func found(_ method: String, _ target: Target) -> FoundOperation {
        var target = target
        if strictness == .outside, let reference = target.node.mapping?["$ref"] {
            slip("\"$ref\" does not belong in an operation object", assumed: "it is followed", at: reference.location)
            target = attempt { follow(target, as: .pathItems) }.part ?? target
        }
        let identifier = target.node.mapping?["operationId"]
        return FoundOperation(
            method: method, target: target, identifier: identifier, id: identifier.flatMap(string) ?? "")
    }

    /// Whether a text is made of the characters that HTTP allows in a method.
    private func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                        || "!#$%&'*+-.^_`|~".unicodeScalars.contains(scalar))
            }
    }

    /// The operations of a path that cannot be called, and of which the reason has been said.
    private func omissions(of target: Target, path: String) -> [Omission] {
        let methods = target.node.mapping?.filter { Operation.methods.contains($0.name) } ?? []
        return methods.map { entry in
            let method = entry.name.uppercased()
            let reason = "its path cannot be read"
            warning("the operation \(method) \(path) is left out: \(reason)", at: entry.key.location)
            return Omission(method: method, path: path, reason: reason, location: entry.key.location)
        }
    }

    // MARK: - Identifiers

    /// Complains of identifiers that occur twice, and derives those that are missing.
    private func identify(_ paths: inout [FoundPath]) {
        var first: [String: SourceLocation] = [:]
        for path in paths.indices {
            for index in paths[path].operations.indices {
                let id = paths[path].operations[index].id
                guard let location = paths[path].operations[index].identifier?.location, !id.isEmpty else { continue }
                if let first = first[id] {
                    duplicate(
                        "the operationId \"\(id)\" is used twice",
                        assumed: "this one is named after its method and path", at: location, first: first,
                        note: "first used here")
                    paths[path].operations[index].id = ""
                } else {
                    first[id] = location
                }
            }
        }
        for path in paths.indices {
            let template = paths[path].template
            for index in paths[path].operations.indices where paths[path].operations[index].id.isEmpty {
                let derived = template.identifier(paths[path].operations[index].method)
                var id = derived
                var number = 2
                while first[id] != nil {
                    id = derived + String(number)
                    number += 1
                }
                first[id] = paths[path].location
                paths[path].operations[index].id = id
            }
        }
    }
}

extension PathTemplate {
    /// `getUsersById` for `GET /users/{id}`.
    fileprivate func identifier(_ method: String) -> String {
        let parts = text.replacing("{", with: "/{").split { !($0.isLetter || $0.isNumber || $0 == "{") }
        let words: [Substring] = parts.flatMap { $0.hasPrefix("{") ? ["by", $0.dropFirst()] : [$0] }
        return words.reduce(into: method.lowercased()) { $0 += String($1).capitalizedFirst }
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension Parameter {
    /// What two parameters of one request differ in.
    struct Key: Hashable {
        let name: String
        let place: ParameterLocation
    }

    var key: Key { Key(name: name, place: place) }
}
