import GeneratorDiagnostics
import GeneratorYAML

/// Paths, path items and operations.
extension Session {
    private static let methods: Set = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"]

    /// The operations of a root document, in its order; `schemes` are the names of its security schemes.
    func operations(_ root: Fields, schemes: [String]) -> [Operation] {
        var found: [(operation: Operation, identifier: Node?)] = []
        var shapes: [String: SourceLocation] = [:]
        for (path, target) in root.members("paths", extensible: true) {
            let template = PathTemplate(path)
            check(template, at: target.location)
            if let first = shapes[template.shape] {
                duplicate(
                    "this path differs from another only in the names of its parameters", at: target.location,
                    first: first, note: "the other path")
            } else {
                shapes[template.shape] = target.location
            }
            found += pathItem(target, template: template, shapes: &shapes, schemes: schemes)
        }
        return identified(found)
    }

    /// The requests that the service sends. They have no path; what is not named otherwise has the webhook's name.
    func webhooks(_ root: Fields, schemes: [String]) -> [Operation] {
        root.members("webhooks", extensible: true).flatMap { name, target in
            var shapes: [String: SourceLocation] = [:]
            let found = pathItem(target, template: PathTemplate(""), shapes: &shapes, schemes: schemes)
            return found.map { operation, _ in
                var operation = operation
                if operation.id.isEmpty { operation.id = name }
                return operation
            }
        }
    }

    private func check(_ template: PathTemplate, at location: SourceLocation) {
        if !template.text.hasPrefix("/") { error("a path must begin with \"/\"", at: location) }
        if !template.isWellFormed { error("the braces of the path \"\(template.text)\" do not match", at: location) }
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
            return text
        }
    }

    private func pathItem(
        _ target: Target, template: PathTemplate, shapes: inout [String: SourceLocation], schemes: [String]
    ) -> [(operation: Operation, identifier: Node?)] {
        guard let item = follow(target, as: .pathItems), let fields = open(item, as: .pathItem) else { return [] }
        usedPathItems.insert(item.node)
        let shared = matched(parameters(fields), with: template)
        let aliases = aliases(fields, of: template, shapes: &shapes)
        var targets: [(method: String, target: Target)] = []
        for entry in fields.mapping where Self.methods.contains(entry.name) {
            let place = fields.place.child(entry.name)
            targets.append((entry.name, Target(node: entry.value, key: entry.key, place: place)))
        }
        targets += fields.members("additionalOperations").map { (method: $0.name.lowercased(), target: $0.target) }
        return targets.compactMap { method, target in
            guard let fields = open(target, as: .operation) else { return nil }
            var operation = operation(method, fields, schemes: schemes)
            operation.path = template.text
            operation.aliases = aliases
            operation.parameters = merged(shared, matched(parameters(fields), with: template))
            operation.parameters += undescribed(operation, of: template)
            operation.paging = paging(fields, of: operation)
            operation.streaming = streaming(fields, of: operation)
            return (operation, fields["operationId"])
        }
    }

    /// What an operation says itself, without its path and its parameters.
    private func operation(_ method: String, _ fields: Fields, schemes: [String]) -> Operation {
        var operation = Operation(
            id: fields.string("operationId") ?? "", method: method, path: "", location: fields.location)
        operation.tags = fields.strings("tags")
        operation.summary = fields.string("summary")
        operation.description = fields.string("description")
        operation.isDeprecated = fields.bool("deprecated") ?? false
        operation.security = fields["security"].map { security($0, schemes: schemes) }
        fields.check("externalDocs", as: .externalDocumentation)
        operation.requestBody = fields.target("requestBody").flatMap(requestBody)
        operation.responses = responses(fields)
        operation.swiftName = swiftName(fields)
        return operation
    }

    // MARK: - Path parameters

    /// The parameters without those of the path that the path has no placeholder for.
    private func matched(_ parameters: [Parameter], with template: PathTemplate) -> [Parameter] {
        parameters.filter { parameter in
            if parameter.place != .path || template.placeholders.contains(parameter.name) { return true }
            slip(
                "the path \"\(template.text)\" has no placeholder \"{\(parameter.name)}\"", at: parameter.location,
                hint: didYouMean(parameter.name, in: template.placeholders))
            return false
        }
    }

    /// The parameters of a path item, with those of an operation in place of the same ones.
    private func merged(_ shared: [Parameter], _ own: [Parameter]) -> [Parameter] {
        shared.map { parameter in own.first { $0.isSame(as: parameter) } ?? parameter }
            + own.filter { parameter in !shared.contains { $0.isSame(as: parameter) } }
    }

    /// Complains of placeholders that no parameter describes; they are taken for strings.
    private func undescribed(_ operation: Operation, of template: PathTemplate) -> [Parameter] {
        let described = operation.parameters.filter { $0.place == .path }.map(\.name)
        return template.placeholders.filter { !described.contains($0) && !$0.isEmpty }.map { name in
            slip(
                "no parameter describes \"{\(name)}\" of the path \"\(template.text)\"", at: operation.location,
                hint: "add a parameter with \"in: path\"")
            return Parameter(name: name, place: .path, schema: nil, location: operation.location)
        }
    }

    // MARK: - Identifiers

    /// The operations with identifiers: complains of those that occur twice, and derives those that are missing.
    private func identified(_ found: [(operation: Operation, identifier: Node?)]) -> [Operation] {
        var found = found
        var first: [String: SourceLocation] = [:]
        for (index, (operation, identifier)) in found.enumerated() {
            guard let location = identifier?.location, !operation.id.isEmpty else { continue }
            if let first = first[operation.id] {
                duplicate(
                    "the operationId \"\(operation.id)\" is used twice", at: location, first: first,
                    note: "first used here")
                found[index].operation.id = ""
            } else {
                first[operation.id] = location
            }
        }
        return found.map { operation, _ in
            guard operation.id.isEmpty else { return operation }
            var operation = operation
            let identifier = operation.derivedIdentifier
            operation.id = identifier
            var number = 2
            while first[operation.id] != nil {
                operation.id = identifier + String(number)
                number += 1
            }
            first[operation.id] = operation.location
            return operation
        }
    }
}

extension Operation {
    /// `getUsersById` for `GET /users/{id}`.
    fileprivate var derivedIdentifier: String {
        let parts = path.replacing("{", with: "/{").split { !($0.isLetter || $0.isNumber || $0 == "{") }
        let words: [Substring] = parts.flatMap { $0.hasPrefix("{") ? ["by", $0.dropFirst()] : [$0] }
        return words.reduce(into: method) { $0 += $1.prefix(1).uppercased() + $1.dropFirst() }
    }
}

extension Parameter {
    /// Whether both are the same parameter of a request.
    func isSame(as other: Parameter) -> Bool {
        name == other.name && place == other.place
    }
}
