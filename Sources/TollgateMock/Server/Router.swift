/// Finds the route for a method and a path. A literal segment wins over a parameter.
struct Router: Sendable {
    /// What stands at the end of a path.
    struct Target: Sendable {
        let service: Int
        let route: MockRoute
        /// The route's path, or the alias of it that stands here.
        let path: String
    }

    struct Match: Sendable {
        let target: Target
        /// By name, with percent escapes resolved.
        let parameters: [String: String]
    }

    enum Outcome: Sendable {
        case match(Match)
        /// The path exists for other methods.
        case otherMethods([String], service: Int)
        case nothing
    }

    private var nodes = [Node()]

    private struct Node: Sendable {
        var literals: [Substring: Int] = [:]
        var parameter: Int?
        var targets: [String: Target] = [:]
    }

    mutating func add(_ route: MockRoute, service: Int) {
        for path in [route.path] + route.aliases {
            var node = 0
            for segment in path.split(separator: "/") {
                node = isParameter(segment) ? parameterChild(of: node) : literalChild(of: node, segment)
            }
            let target = Target(service: service, route: route, path: path)
            let former = nodes[node].targets.updateValue(target, forKey: route.method)
            precondition(former == nil, "\(route.method) \(path) leads to two operations")
        }
    }

    func find(method: String, path: Substring) -> Outcome {
        let segments = path.split(separator: "/", omittingEmptySubsequences: true)
        guard let node = descend(from: 0, segments[...]) else { return .nothing }
        let targets = nodes[node].targets
        guard let target = targets[method] else {
            return .otherMethods(targets.keys.sorted(), service: targets.values.first?.service ?? 0)
        }
        return .match(Match(target: target, parameters: parameters(of: target.path, segments)))
    }

    private func isParameter(_ segment: Substring) -> Bool {
        segment.hasPrefix("{") && segment.hasSuffix("}")
    }

    private mutating func literalChild(of node: Int, _ segment: Substring) -> Int {
        if let child = nodes[node].literals[segment] { return child }
        nodes.append(Node())
        nodes[node].literals[segment] = nodes.count - 1
        return nodes.count - 1
    }

    private mutating func parameterChild(of node: Int) -> Int {
        if let child = nodes[node].parameter { return child }
        nodes.append(Node())
        nodes[node].parameter = nodes.count - 1
        return nodes.count - 1
    }

    private func descend(from node: Int, _ segments: ArraySlice<Substring>) -> Int? {
        guard let segment = segments.first else { return nodes[node].targets.isEmpty ? nil : node }
        if let child = nodes[node].literals[segment], let found = descend(from: child, segments.dropFirst()) {
            return found
        }
        return nodes[node].parameter.flatMap { descend(from: $0, segments.dropFirst()) }
    }

    private func parameters(of path: String, _ segments: [Substring]) -> [String: String] {
        var found: [String: String] = [:]
        for (name, value) in zip(path.split(separator: "/"), segments) where isParameter(name) {
            found[String(name.dropFirst().dropLast())] = PercentEncoding.decode(value)
        }
        return found
    }
}
