import GeneratorDiagnostics
import GeneratorYAML

/// Root documents and what they say of the whole service.
extension Session {
    func document(_ path: String) -> Document? {
        guard let file = rootFile(path), let mapping = mapping(file.root) else { return nil }
        file.role = isSupported(mapping) ? .root : .refused
        guard file.role == .root, let root = open(Target(node: file.root, place: Place(file: file)), as: .document)
        else { return nil }
        let info = root.target("info").flatMap { open($0, as: .info) }
        var document = Document(
            name: path, location: root.location, version: root["openapi"]?.text ?? file.version.description,
            title: info?.string("title") ?? "", description: info?.string("description"))
        _ = info?.string("version")
        info?.check("contact", as: .contact)
        info?.check("license", as: .license)
        root.check("externalDocs", as: .externalDocumentation)
        if file.version > .v30, ["paths", "components", "webhooks"].allSatisfy({ root[$0] == nil }) {
            slip("missing \"paths\" in an OpenAPI object", at: root.location)
        }
        document.servers = root.elements("servers").compactMap(server)
        document.tags = tags(root)
        document.securitySchemes = securitySchemes(root)
        let schemes = document.securitySchemes.map(\.name)
        document.security = root["security"].map { security($0, schemes: schemes) } ?? []
        document.operations = operations(root, schemes: schemes)
        document.webhooks = webhooks(root, schemes: schemes)
        return document
    }

    private func rootFile(_ path: String) -> SpecificationFile? {
        switch file(path, version: .v31) {
        case .read(let file): return file
        case .unreadable: return nil
        case .missing:
            diagnostics.error("there is no file \"\(source.displayPath(of: path))\"", at: nil)
            return nil
        }
    }

    /// Whether the document is of a version that is read.
    private func isSupported(_ root: Mapping) -> Bool {
        if let swagger = root.entry("swagger") {
            error(
                "Swagger \(swagger.value.text ?? "2.0") is not supported", at: swagger.key.location,
                hint: "convert the document to OpenAPI 3")
            return false
        }
        guard let version = root["openapi"], let text = version.text else { return true }
        if Version(prefixOf: text) == nil {
            error("OpenAPI \(text) is not supported; 3.0, 3.1 and 3.2 are", at: version.location)
            return false
        }
        _ = string(version)
        return true
    }

    private func server(_ target: Target) -> Server? {
        guard let fields = open(target, as: .server), let template = fields["url"], var url = string(template) else {
            return nil
        }
        for (name, variable) in fields.members("variables") {
            guard let variable = open(variable, as: .serverVariable) else { continue }
            if let value = variable.string("default") { url = url.replacing("{\(name)}", with: value) }
        }
        for name in PathTemplate(url).placeholders {
            slip("the server variable \"\(name)\" is not described", at: template.location)
        }
        return Server(url: url, description: fields.string("description"))
    }

    private func tags(_ root: Fields) -> [Tag] {
        var tags: [Tag] = []
        for target in root.elements("tags") {
            guard let fields = open(target, as: .tag), let node = fields["name"], let name = string(node) else {
                continue
            }
            if let first = tags.first(where: { $0.name == name }) {
                duplicate(
                    "the tag \"\(name)\" is described twice", at: node.location, first: first.location,
                    note: "first described here")
                continue
            }
            fields.check("externalDocs", as: .externalDocumentation)
            let description = fields.string("description") ?? fields.string("summary")
            tags.append(Tag(name: name, description: description, location: node.location))
        }
        return tags
    }

    // MARK: - Security

    private func securitySchemes(_ root: Fields) -> [SecurityScheme] {
        guard let components = root["components"]?.mapping,
            let section = components["securitySchemes"].flatMap(mapping)
        else { return [] }
        return section.compactMap { entry in
            let place = root.place.child("components", "securitySchemes").child(entry.name)
            return securityScheme(entry.name, Target(node: entry.value, key: entry.key, place: place))
        }
    }

    func securityScheme(_ name: String, _ target: Target) -> SecurityScheme? {
        guard let target = follow(target, as: .securitySchemes), let fields = open(target, as: .securityScheme),
            let type = fields["type"], let kind = securityKind(type, fields)
        else { return nil }
        let description = target.description ?? fields.string("description")
        return SecurityScheme(name: name, kind: kind, description: description, location: target.location)
    }

    private func securityKind(_ type: Node, _ fields: Fields) -> SecurityScheme.Kind? {
        guard let name = string(type) else { return nil }
        switch name {
        case "oauth2":
            guard require("flows", for: name, in: fields) != nil else { return nil }
            checkFlows(fields)
            return .oauth2
        case "openIdConnect": return require("openIdConnectUrl", for: name, in: fields) == nil ? nil : .openIDConnect
        case "mutualTLS": return .mutualTLS
        case "http":
            return require("scheme", for: name, in: fields).flatMap(string).map { scheme in
                switch scheme.lowercased() {
                case "bearer": .bearer
                case "basic": .basic
                default: .otherHTTP(scheme.lowercased())
                }
            }
        case "apiKey":
            guard let key = require("name", for: name, in: fields).flatMap(string),
                let place = require("in", for: name, in: fields),
                let word = choice(place, of: ["query", "header", "cookie"]),
                let location = ParameterLocation(rawValue: word)
            else { return nil }
            return .apiKey(name: key, location: location)
        default:
            _ = choice(type, of: ["apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"])
            return nil
        }
    }

    private func checkFlows(_ scheme: Fields) {
        guard let flows = scheme.target("flows").flatMap({ open($0, as: .flows) }) else { return }
        for name in ObjectKind.flows.keywords.keys { flows.check(name, as: .flow) }
    }

    private func require(_ keyword: String, for type: String, in fields: Fields) -> Node? {
        if let value = fields[keyword] { return value }
        error("missing \"\(keyword)\" in a security scheme object of type \"\(type)\"", at: fields.location)
        return nil
    }

    /// A security requirement: any of the elements satisfies it, and each names schemes that are all needed.
    func security(_ node: Node, schemes: [String]) -> [[String]] {
        guard let alternatives = sequence(node) else { return [] }
        return alternatives.compactMap(mapping).map { alternative in
            alternative.map { entry in
                if !schemes.contains(entry.name) {
                    slip(
                        "no security scheme of the document is named \"\(entry.name)\"", at: entry.key.location,
                        hint: didYouMean(entry.name, in: schemes))
                }
                return entry.name
            }
        }
    }

    /// A string that must be one of a few words.
    func choice(_ node: Node, of words: [String]) -> String? {
        guard let word = string(node) else { return nil }
        if words.contains(word) { return word }
        let list = words.map { "\"\($0)\"" }.joined(separator: ", ")
        error("\"\(word)\" is none of \(list)", at: node.location, hint: didYouMean(word, in: words))
        return nil
    }
}
