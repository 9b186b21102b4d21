import GeneratorDiagnostics
import GeneratorYAML

/// Root documents and what they say of the whole service.
extension Session {
    func document(_ path: String) -> Document? {
        guard let file = rootFile(path) else { return nil }
        guard let mapping = file.root.mapping else {
            fatal("expected a mapping, found \(file.root.kind)", at: file.root.location)
            return nil
        }
        file.role = isSupported(mapping) ? .root : .refused
        guard file.role == .root, let root = open(Target(node: file.root, place: Place(file: file)), as: .document)
        else { return nil }
        let info = root.target("info").flatMap { open($0, as: .info) }
        var document = Document(
            name: path, location: root.location, version: root["openapi"]?.text ?? file.version.description,
            title: info?.string("title") ?? "")
        document.apiVersion = info?.string("version") ?? ""
        document.summary = info?.string("summary")
        document.description = info?.string("description")
        info?.check("contact", as: .contact)
        info?.check("license", as: .license)
        root.check("externalDocs", as: .externalDocumentation)
        if file.version > .v30, ["paths", "components", "webhooks"].allSatisfy({ root[$0] == nil }) {
            slip("missing \"paths\" in an OpenAPI object", at: root.location)
        }
        document.servers = servers(root)
        document.tags = tags(root)
        document.securitySchemes = securitySchemes(root)
        schemes = document.securitySchemes.map(\.name)
        document.security = root["security"].map(security) ?? []
        readOperations(root, into: &document)
        document.webhooks = webhooks(root)
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
            fatal(
                "Swagger \(swagger.value.text ?? "2.0") is not supported", at: swagger.key.location,
                hint: "convert the document to OpenAPI 3")
            return false
        }
        guard let version = root["openapi"] else {
            if strictness == .own { return true }
            fatal("missing \"openapi\" in an OpenAPI object", at: root.node.location)
            return false
        }
        guard let text = version.text else {
            fatal("expected a string, found \(version.kind)", at: version.location)
            return false
        }
        if Version(prefixOf: text) == nil {
            fatal("OpenAPI \(text) is not supported; 3.0, 3.1 and 3.2 are", at: version.location)
            return false
        }
        _ = string(version)
        return true
    }

    private func tags(_ root: Fields) -> [Tag] {
        var tags: [Tag] = []
        for target in root.elements("tags") {
            let tag = part("a tag", at: target.location) { open(target, as: .tag) }
            guard let fields = tag, let node = fields["name"], let name = string(node) else { continue }
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
}
