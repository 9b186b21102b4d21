/// Finds the route for a method and a path. A literal segment wins over one with parameters in it, and that over one
/// that is a parameter; what does not have the method wins over nothing.
package struct Router: Sendable {
    /// What stands at the end of a path.
    package final class Target: Sendable {
        package let service: Int
        package let route: MockRoute
        /// The route's path, or the alias of it that stands here.
        fileprivate let segments: [PathSegment]

        fileprivate init(service: Int, route: MockRoute, segments: [PathSegment]) {
            self.service = service
            self.route = route
            self.segments = segments
        }
    }

    package struct Match: Sendable {
        package let target: Target
        /// By name, as sent: percent escapes are kept.
        package let parameters: [String: Substring]
    }

    package enum Outcome: Sendable {
        case match(Match)
        /// The path exists for other methods.
        case otherMethods([String], service: Int)
        case nothing
    }

    private var nodes = [Node()]
    /// The nodes of paths without parameters, as descriptions write them.
    private var literalPaths: [Substring: Int] = [:]

    private struct Node: Sendable {
        var literals: [Substring: Int] = [:]
        /// Segments of texts and parameters; the one with the most text first.
        var mixed: [(segment: PathSegment, node: Int)] = []
        var parameter: Int?
        var targets: [String: Target] = [:]
    }

    package init() {}

    /// Adds a route, unless another one has its method and its place.
    package mutating func add(_ route: MockRoute, service: Int) {
        for path in [route.path] + route.aliases {
            let segments = path.prefix { $0 != "?" }.split(separator: "/").map(PathSegment.init)
            let node = segments.reduce(0) { child(of: $0, $1) }
            let target = Target(service: service, route: route, segments: segments)
            nodes[node].targets[route.method] = nodes[node].targets[route.method] ?? target
            if segments.allSatisfy({ $0.literal != nil }) { literalPaths[path.prefix { $0 != "?" }] = node }
        }
    }

    package func find(method: String, path: Substring) -> Outcome {
        // A path without parameters wins over all others.
        if let node = literalPaths[path], let target = nodes[node].targets[method] {
            return .match(Match(target: target, parameters: [:]))
        }
        var others: Set<String> = []
        var service: Int?
        let target = descend(from: 0, path) { targets in
            if let target = targets[method] { return target }
            others.formUnion(targets.keys)
            service = service ?? targets.first?.value.service
            return nil
        }
        if let target { return .match(Match(target: target, parameters: target.parameters(in: path))) }
        return service.map { .otherMethods(others.sorted(), service: $0) } ?? .nothing
    }

    private mutating func child(of node: Int, _ segment: PathSegment) -> Int {
        let known =
            if let literal = segment.literal {
                nodes[node].literals[literal]
            } else if segment.isParameter {
                nodes[node].parameter
            } else {
                nodes[node].mixed.first { $0.segment.shape == segment.shape }?.node
            }
        if let known { return known }
        nodes.append(Node())
        let child = nodes.count - 1
        if let literal = segment.literal {
            nodes[node].literals[literal] = child
        } else if segment.isParameter {
            nodes[node].parameter = child
        } else {
            nodes[node].mixed.append((segment, child))
            nodes[node].mixed.sort { $0.segment.textLength > $1.segment.textLength }
        }
        return child
    }

    /// The first target that `choose` takes, of those at the end of all ways that a path can be read.
    private func descend(from node: Int, _ path: Substring, _ choose: ([String: Target]) -> Target?) -> Target? {
        var rest = path
        guard let segment = rest.popSegment() else {
            return nodes[node].targets.isEmpty ? nil : choose(nodes[node].targets)
        }
        if let child = nodes[node].literals[segment], let found = descend(from: child, rest, choose) { return found }
        for (mixed, child) in nodes[node].mixed where mixed.values(in: segment) != nil {
            if let found = descend(from: child, rest, choose) { return found }
        }
        return nodes[node].parameter.flatMap { descend(from: $0, rest, choose) }
    }
}

extension Router.Target {
    /// The values of the path's parameters, as sent.
    fileprivate func parameters(in path: Substring) -> [String: Substring] {
        var parameters: [String: Substring] = [:]
        var rest = path
        for segment in segments {
            guard let text = rest.popSegment() else { break }
            if segment.literal == nil { parameters.merge(segment.values(in: text) ?? [:]) { $1 } }
        }
        return parameters
    }
}

extension Substring {
    /// Takes what stands before the next slash; nil if there is nothing but slashes.
    fileprivate mutating func popSegment() -> Substring? {
        let slash = UInt8(ascii: "/")
        guard let start = utf8.firstIndex(where: { $0 != slash }) else { return nil }
        let end = utf8[start...].firstIndex(of: slash) ?? endIndex
        defer { self = self[end...] }
        return self[start..<end]
    }
}

/// What stands between two slashes of a path: texts and parameters in turn, as in `{owner}.{format}`.
private struct PathSegment: Sendable {
    /// The texts before, between and after the parameters: one more than there are parameters.
    private var texts: [Substring] = []
    private var names: [Substring] = []

    init(_ template: Substring) {
        var rest = template
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            texts.append(rest[..<open])
            names.append(rest[rest.index(after: open)..<close])
            rest = rest[rest.index(after: close)...]
        }
        texts.append(rest)
    }

    var literal: Substring? { names.isEmpty ? texts[0] : nil }

    /// Whether it is one parameter and nothing else.
    var isParameter: Bool { names.count == 1 && textLength == 0 }

    var textLength: Int { texts.reduce(0) { $0 + $1.utf8.count } }

    /// The segment without the parameters' names.
    var shape: String { texts.joined(separator: "{}") }

    /// The parameters' values in a part of a path; nil if the part is not as described.
    func values(in part: Substring) -> [String: Substring]? {
        guard part.hasPrefix(texts[0]), part.utf8.count >= textLength else { return nil }
        var values: [String: Substring] = [:]
        var rest = part.dropFirst(texts[0].count)
        for (position, name) in names.enumerated() {
            let next = texts[position + 1]
            if position == names.count - 1 {
                guard rest.hasSuffix(next) else { return nil }
                values[String(name)] = rest.dropLast(next.count)
                return values
            }
            // The last place where the text that follows can stand: `{position}.{format}` may be `37.8,-122.3.json`.
            let room = rest.dropLast(texts[(position + 2)...].reduce(0) { $0 + $1.count })
            guard let end = next.isEmpty ? rest.startIndex : room.ranges(of: next).last?.lowerBound else { return nil }
            values[String(name)] = rest[..<end]
            rest = rest[end...].dropFirst(next.count)
        }
        return rest.isEmpty ? values : nil
    }
}
