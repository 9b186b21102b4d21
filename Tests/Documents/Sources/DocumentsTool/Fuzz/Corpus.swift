import Foundation
import GeneratorDiagnostics
import GeneratorYAML

/// A sound document that mutated ones are made of.
struct FuzzBase {
    /// Where it came from.
    let path: String
    let text: [UInt8]
    let value: Value
}

/// Small documents as they are, and slices of the large ones.
struct Corpus {
    private static let mostBytes = 48_000
    private static let slicesPerDocument = 24

    private(set) var bases: [FuzzBase] = []

    /// The same bases for the same paths, in any order.
    init(paths: [String]) {
        for path in paths.sorted() {
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            let bytes = [UInt8](data)
            guard let root = YAMLReader.read(path: path, bytes: bytes, diagnostics: Diagnostics()) else { continue }
            let value = Value(root)
            if bytes.count <= Self.mostBytes {
                bases.append(FuzzBase(path: path, text: bytes, value: value))
            } else {
                bases += slices(of: value, path: path)
            }
        }
    }

    private func slices(of document: Value, path: String) -> [FuzzBase] {
        var random = RandomSource(seed: UInt64(path.utf8.count), stream: 7)
        let slicer = Slicer(document: document)
        return (0..<Self.slicesPerDocument).compactMap { index in
            guard let slice = slicer.slice(mostBytes: Self.mostBytes, &random) else { return nil }
            let isJSON = index.isMultiple(of: 2)
            return FuzzBase(path: path, text: [UInt8]((isJSON ? slice.json : slice.yaml).utf8), value: slice)
        }
    }
}

/// Cuts some paths out of a document, with the components that they reach.
struct Slicer {
    let document: Value

    func slice(mostBytes: Int, _ random: inout RandomSource) -> Value? {
        guard case .object(let paths) = document["paths"], !paths.isEmpty else { return nil }
        let chosen = (0..<(1 + random.below(4))).map { _ in random.pick(paths) }
        var slice = document
        slice["paths"] = .object(unique(chosen))
        slice["webhooks"] = nil
        slice["components"] = nil
        var components: [String: [(key: String, value: Value)]] = [:]
        var seen: Set<String> = []
        var pending = references(in: slice)
        var size = slice.json.utf8.count
        while let reference = pending.popLast() {
            guard seen.insert(reference).inserted else { continue }
            let parts = reference.split(separator: "/").map(String.init)
            guard parts.count == 4, parts[1] == "components",
                let component = document["components"]?[parts[2]]?[parts[3]]
            else { continue }
            size += component.json.utf8.count
            // What no longer fits is there, and empty.
            let isSchema = parts[2] == "schemas"
            let fits = size < mostBytes || !isSchema
            components[parts[2], default: []].append((parts[3], fits ? component : .object([])))
            if fits { pending += references(in: component) }
        }
        if let schemes = document["components"]?["securitySchemes"], case .object(let members) = schemes {
            components["securitySchemes"] = members
        }
        let sections = components.sorted { $0.key < $1.key }
        slice["components"] = .object(sections.map { ($0.key, Value.object($0.value)) })
        return slice
    }

    private func unique(_ members: [(key: String, value: Value)]) -> [(key: String, value: Value)] {
        var seen: Set<String> = []
        return members.filter { seen.insert($0.key).inserted }
    }

    private func references(in value: Value) -> [String] {
        switch value {
        case .scalar: []
        case .list(let values): values.flatMap(references)
        case .object(let members):
            members.flatMap { member in
                if member.key == "$ref", let target = member.value.plainString { return [target] }
                return references(in: member.value)
            }
        }
    }
}
