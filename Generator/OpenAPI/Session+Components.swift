import GeneratorDiagnostics
import GeneratorYAML

/// Components, which are read whether or not something refers to them.
extension Session {
    /// Reads the components of a file, so that nothing wrong among them stays unseen.
    func components(of file: SpecificationFile) {
        guard let root = file.root.mapping, file.role != .refused else { return }
        // What nobody refers to in other people's files concerns nobody.
        if strictness == .outside && file.role == .part { return }
        let target = Target(node: file.root, place: Place(file: file))
        if file.role == .part, isPart(root), let part = open(target, as: .part) { checkUse(part) }
        guard let entry = root.entry("components") else { return }
        let components = Target(node: entry.value, key: entry.key, place: target.place.child("components"))
        guard let fields = open(components, as: .components) else { return }
        checkNames(fields)
        for (_, target) in fields.members("schemas") { _ = schema(target) }
        read("responses", of: fields) { _, target in response(target, status: .default) }
        read("parameters", of: fields) { _, target in parameter(target) }
        read("requestBodies", of: fields) { _, target in requestBody(target) }
        read("headers", of: fields) { name, target in header(name, target) }
        read("securitySchemes", of: fields) { name, target in securityScheme(name, target) }
        read("mediaTypes", of: fields) { name, target in mediaType(name, target) }
        for (name, target) in fields.members("examples") {
            _ = part("the example \"\(name)\"", at: target.location) { follow(target, as: .examples) }
                .flatMap { example(name, $0) }
        }
    }

    /// Reads the components of a section for the sake of what is wrong in them.
    private func read<Part>(_ section: String, of components: Fields, _ read: (String, Target) -> Part?) {
        for (name, target) in components.members(section) {
            let noun = Component(rawValue: section)?.noun ?? section
            _ = part("the \(noun) \"\(name)\"", at: target.location) { read(name, target) }
        }
    }

    /// Whether a file holds parts of a document, and is neither a document of its own nor one schema.
    private func isPart(_ root: Mapping) -> Bool {
        let isDocument = root["openapi"] != nil || root["swagger"] != nil
        return !isDocument && (root["components"]?.mapping != nil || root["paths"]?.mapping != nil)
    }

    /// Complains of path items of a part that no root document refers to: their operations would be missing silently.
    private func checkUse(_ part: Fields) {
        for section in ["paths", "webhooks"] {
            for (name, target) in part.members(section, extensible: true) where !usedPathItems.contains(target.node) {
                diagnostics.warning("no document refers to the path item \"\(name)\"", at: target.location)
            }
        }
    }

    /// Complains of names that cannot be part of a reference as they are.
    private func checkNames(_ components: Fields) {
        for section in components.mapping where ObjectKind.components.keywords[section.name] != nil {
            guard let members = section.value.mapping else { continue }
            for entry in members where !isPlain(entry.name) {
                slip(
                    "the name of a component is made of letters, digits, \".\", \"_\" and \"-\"",
                    at: entry.key.location)
            }
        }
    }

    private func isPlain(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte | 0x20 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"): byte < 0x80
                default: (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "._-".utf8.contains(byte)
                }
            }
    }
}
