import GeneratorDiagnostics
import GeneratorOpenAPI

/// A place in a specification: a file, as diagnostics print it, and the JSON pointer within it.
struct SourcePlace: Hashable {
    var file: String
    var pointer: [String]

    func child(_ names: String...) -> SourcePlace {
        SourcePlace(file: file, pointer: pointer + names)
    }
}

extension Schema {
    var place: SourcePlace { SourcePlace(file: location.file.path, pointer: pointer) }
}

extension Operation {
    var place: SourcePlace { SourcePlace(file: location.file.path, pointer: pointer) }
}

/// The lines of what was baked for checks, so that a complaint at run time can say where the description says it. They
/// stand apart from the rest, so that a line more in a description moves nothing else.
struct PlaceTable {
    /// What the output calls a file that diagnostics name so.
    private let origin: (String) -> String
    private var roots: [String: Branch] = [:]
    private var schemas: [(key: String, place: SourcePlace)] = []

    private final class Branch {
        var line: Int?
        var children: [String: Branch] = [:]

        func has(_ pointer: [String]) -> Bool {
            pointer.reduce(self) { $0?.children[$1] } != nil
        }
    }

    init(origin: @escaping (String) -> String) {
        self.origin = origin
    }

    /// `spec/stoa/usage.yaml#/components/schemas/UsageEvent`
    func text(_ place: SourcePlace) -> String {
        "\(origin(place.file))#"
            + place.pointer.map { "/\($0.replacing("~", with: "~0").replacing("/", with: "~1"))" }.joined()
    }

    mutating func add(_ schema: Schema) {
        add(schema.place, line: schema.location.line)
    }

    /// A schema that texts refer to by a key.
    mutating func add(_ schema: Schema, key: String) {
        schemas.append((key, schema.place))
    }

    mutating func add(_ operation: Operation) {
        add(operation.place, line: operation.location.line)
    }

    /// What is so many levels above a schema.
    mutating func add(_ location: SourceLocation, around schema: Schema, levels: Int) {
        // What is described elsewhere is not around it.
        guard location.file == schema.location.file, schema.pointer.count > levels else { return }
        add(SourcePlace(file: location.file.path, pointer: schema.pointer.dropLast(levels)), line: location.line)
    }

    private mutating func add(_ place: SourcePlace, line: Int) {
        var branch = roots[place.file] ?? Branch()
        roots[place.file] = branch
        for name in place.pointer {
            let child = branch.children[name] ?? Branch()
            branch.children[name] = child
            branch = child
        }
        branch.line = line
    }

    /// The lines of each file: a number, or an object in which it is called `""`.
    var files: [(file: String, json: String)] {
        roots.sorted { $0.key < $1.key }.map { file, root in
            var json = JSONText()
            write(root, to: &json)
            return (origin(file), json.string)
        }
    }

    private func write(_ branch: Branch, to json: inout JSONText) {
        if branch.children.isEmpty { return json.append(json: String(branch.line ?? 0)) }
        json.append("{")
        if let line = branch.line {
            json.key("")
            json.append(json: String(line))
        }
        for (name, child) in branch.children.sorted(by: { $0.key < $1.key }) {
            json.key(name)
            write(child, to: &json)
        }
        json.append("}")
    }

    /// The schemas whose keys do not tell where they stand: one of another name, or of one that is in several files.
    var named: [(key: String, place: String)] {
        schemas.sorted { $0.key < $1.key }.filter { key, place in
            let usual = ["components", "schemas", key]
            return place.pointer != usual || roots.values.count { $0.has(usual) } > 1
        }.map { ($0.key, text($0.place)) }
    }
}
