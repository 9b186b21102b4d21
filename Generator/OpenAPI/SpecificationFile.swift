import GeneratorDiagnostics
import GeneratorYAML

/// The versions of OpenAPI that are read.
enum Version: Int, Comparable, CustomStringConvertible {
    case v30, v31, v32

    static func < (left: Version, right: Version) -> Bool { left.rawValue < right.rawValue }

    var description: String {
        switch self {
        case .v30: "3.0"
        case .v31: "3.1"
        case .v32: "3.2"
        }
    }

    /// The version that the text of the `openapi` keyword begins with, such as `3.1.0`.
    init?(prefixOf text: String) {
        switch text.split(separator: ".").prefix(2) {
        case ["3", "0"]: self = .v30
        case ["3", "1"]: self = .v31
        case ["3", "2"]: self = .v32
        default: return nil
        }
    }
}

/// One file, read once.
final class SpecificationFile {
    /// Relative to the folder of the specification.
    let path: String
    let root: Node
    /// What the file says itself, or what the first file that refers to it says.
    let version: Version
    var role = Role.part

    enum Role {
        /// A root document.
        case root
        /// A root document of a version that is not read.
        case refused
        /// Another file.
        case part
    }

    /// What the references of the file lead to, by their texts, as far as they have been followed.
    var resolved: [String: (component: Component, target: Target)] = [:]
    private(set) lazy var anchors = Anchors(root)
    private(set) lazy var identifiers = Identifiers(root)
    /// The component schemas that extend another by `allOf`, by the other's name.
    private(set) lazy var subtypes: [String: [String]] = {
        var subtypes: [String: [String]] = [:]
        let schemas = root.mapping?["components"]?.mapping?["schemas"]?.mapping
        for entry in schemas.map(Array.init) ?? [] {
            for part in entry.value.mapping?["allOf"]?.sequence.map(Array.init) ?? [] {
                guard let text = part.mapping?["$ref"]?.string, let name = text.split(separator: "/").last else {
                    continue
                }
                subtypes[String(name), default: []].append(entry.name)
            }
        }
        return subtypes
    }()

    init(path: String, root: Node, version: Version) {
        self.path = path
        self.root = root
        self.version = version
    }
}

/// What became of a file that was asked for.
enum FileState {
    case read(SpecificationFile)
    case missing
    /// It has been said why.
    case unreadable
}

/// A place within a file, as a JSON pointer.
struct Place {
    let file: SpecificationFile
    var pointer: [String] = []

    /// The name of what stands here, if it is a component.
    var component: String? {
        pointer.count == 3 && pointer[0] == "components" ? pointer[2] : nil
    }

    func child(_ token: String) -> Place {
        Place(file: file, pointer: pointer + CollectionOfOne(token))
    }

    func child(_ token: String, _ next: String) -> Place {
        Place(file: file, pointer: pointer + [token, next])
    }
}

/// A node with the place that it stands at.
struct Target {
    let node: Node
    /// The key that the node is the value of.
    var key: Node?
    let place: Place
    /// The `description` beside the reference that led here.
    var description: String?

    /// The value of a key of the node.
    func member(_ name: String) -> Target? {
        node.mapping?.entry(name).map { Target(node: $0.value, key: $0.key, place: place.child(name)) }
    }

    /// Where to point at when something is missing from the node: its key says what it is.
    var location: SourceLocation { (key ?? node).location }
}

/// The names that schemas of a file give themselves by `$anchor` and `$dynamicAnchor`.
struct Anchors {
    private var pointers: [String: [String]] = [:]
    /// Anchors that several schemas declare dynamically: which is meant depends on the way that led to the reference.
    private var ambiguous: Set<String> = []

    init(_ root: Node) {
        var path: [String] = []
        collect(root, &path)
    }

    var names: [String] { Array(pointers.keys) }

    func pointer(of name: String) -> [String]? { pointers[name] }

    func isAmbiguous(_ name: String) -> Bool { ambiguous.contains(name) }

    private mutating func collect(_ node: Node, _ path: inout [String]) {
        switch node.content {
        case .scalar: break
        case .sequence(let elements):
            for (index, element) in elements.enumerated() where element.scalar == nil {
                path.append(String(index))
                collect(element, &path)
                path.removeLast()
            }
        case .mapping(let entries):
            if let name = entries["$anchor"]?.string, pointers[name] == nil { pointers[name] = path }
            if let name = entries["$dynamicAnchor"]?.string {
                if pointers.updateValue(pointers[name] ?? path, forKey: name) != nil { ambiguous.insert(name) }
            }
            for entry in entries where entry.value.scalar == nil {
                path.append(entry.name)
                collect(entry.value, &path)
                path.removeLast()
            }
        }
    }
}
