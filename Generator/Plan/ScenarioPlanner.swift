import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorYAML

/// Checks scenarios against the description of the levers that they move.
public struct ScenarioPlanner {
    /// A file of `scenarios`: its name without folder and ending, and what it says.
    public typealias File = (name: String, root: Node)

    private let sampler: Sampler
    private let diagnostics: Diagnostics
    private let namer: Namer
    /// Of the service whose operations are the steps, by their ids.
    private let levers: [String: Operation]
    /// Of all other services: `vluna.authorize`.
    private let operations: Set<String>

    public init(specification: Specification, configuration: PlanConfiguration, diagnostics: Diagnostics) {
        sampler = Sampler(specification: specification)
        self.diagnostics = diagnostics
        namer = Namer(acronyms: configuration.acronyms, spellings: configuration.spellings)
        var levers: [String: Operation] = [:]
        var operations: Set<String> = []
        for module in configuration.modules {
            let names = module.documents.map(\.name)
            let all = specification.documents.filter { names.contains($0.name) }.flatMap(\.operations)
            if module.service == configuration.scenarios?.service {
                for operation in all { levers[operation.id] = operation }
            } else {
                operations.formUnion(all.map { "\(module.service).\($0.id)" })
            }
        }
        self.levers = levers
        self.operations = operations
    }

    /// - Returns: the scenarios, in the order of their names; what is wrong with them is reported, with its place.
    public func plan(_ files: [File], module: String) -> ScenarioPlan {
        let names = files.map(\.name)
        let scenarios = files.compactMap { file -> ScenarioPlan.Scenario? in
            guard let scenario = mapping(file.root, of: "a scenario", Self.keywords) else { return nil }
            for step in list(scenario["state"]) { check(step: step) }
            for part in list(scenario["script"]) { check(part: part) }
            for name in list(scenario["includes"]) where !names.contains(name.string ?? "") {
                error("there is no scenario \(name.text ?? "")", name, didYouMean(name.text ?? "", in: names))
            }
            return ScenarioPlan.Scenario(
                name: file.name, swiftName: namer.member(file.name.replacing("-", with: "_")),
                summary: text("summary", of: scenario), description: text("description", of: scenario),
                json: JSONText.of(file.root), origin: file.root.location.file.path)
        }
        reportCircles(files)
        return ScenarioPlan(module: module, scenarios: scenarios.sorted { $0.name < $1.name })
    }

    private static let keywords = ["summary", "description", "includes", "state", "script"]

    /// A scenario that includes itself, by others perhaps, would never be reached.
    private func reportCircles(_ files: [File]) {
        let included = Dictionary(
            files.map { ($0.name, list($0.root.mapping?["includes"]).compactMap(\.string)) }, uniquingKeysWith: { $1 })
        for file in files {
            var reached: Set<String> = []
            var open = included[file.name] ?? []
            while let name = open.popLast() {
                if reached.insert(name).inserted { open += included[name] ?? [] }
            }
            if reached.contains(file.name) { error("the scenario \(file.name) includes itself", file.root) }
        }
    }

    // MARK: Script

    private func check(part: Node) {
        guard let part = mapping(part, of: "a part of a script", ["after", "do"]) else { return }
        for step in list(part["do"] ?? missing("do", in: part)) { check(step: step) }
        guard let after = (part["after"] ?? missing("after", in: part)),
            let moment = mapping(after, of: "a moment", ["seconds", "calls", "of"])
        else { return }
        switch (moment["seconds"], moment["calls"]) {
        case (let seconds?, nil):
            if (seconds.double ?? -1) < 0 { error("expected a number of seconds, at least 0", seconds) }
            if let operation = moment["of"] { error("\"of\" goes with \"calls\"", operation) }
        case (nil, let calls?):
            if (calls.int ?? 0) < 1 { error("expected a number of calls, at least 1", calls) }
        default:
            error("expected either \"seconds\" or \"calls\"", after)
        }
        if let operation = moment["of"], !operations.contains(operation.text ?? "") {
            let name = operation.text ?? ""
            error("there is no operation \(name)", operation, didYouMean(name, in: operations))
        }
    }

    // MARK: Steps

    private func check(step: Node) {
        guard let entry = step.mapping?.first, step.mapping?.count == 1 else {
            return error("expected one lever with its arguments", step, "for example clearFaults: {}")
        }
        guard let lever = levers[entry.name] else {
            return error("there is no lever \(entry.name)", entry.key, didYouMean(entry.name, in: levers.keys))
        }
        guard let arguments = entry.value.mapping else {
            return error("expected the arguments of \(entry.name) as a mapping", entry.value)
        }
        for parameter in lever.parameters {
            guard let schema = parameter.schema else { continue }
            if let value = arguments[parameter.name] {
                if !sampler.accepts(value, schema, direction: .request) { misfit(parameter.name, value, lever) }
            } else if parameter.isRequired {
                error("\(parameter.name) of \(entry.name) is missing", entry.key)
            }
        }
        check(body: arguments, of: lever, at: entry.key)
    }

    /// What is no parameter is a member of the body.
    private func check(body arguments: Mapping, of lever: Operation, at place: Node) {
        let parameters = Set(lever.parameters.map(\.name))
        let members = arguments.filter { !parameters.contains($0.name) }
        guard let schema = lever.requestBody?.content.first?.schema else {
            for member in members { error("\(lever.id) takes no \(member.name)", member.key) }
            return
        }
        let value = SampleValue.object(members.map { .init(name: $0.name, value: SampleValue($0.value)) })
        guard !sampler.accepts(value, body: schema) else { return }
        let properties = sampler.properties(of: schema)
        var isFound = false
        for member in members {
            guard let property = properties.first(where: { $0.name == member.name }) else {
                let hint = didYouMean(member.name, in: properties.map(\.name))
                error("\(lever.id) takes no \(member.name)", member.key, hint)
                isFound = true
                continue
            }
            if sampler.accepts(member.value, property.schema, direction: .request) { continue }
            misfit(member.name, member.value, lever)
            isFound = true
        }
        for name in sampler.required(in: schema) where !members.contains(where: { $0.name == name }) {
            error("\(name) of \(lever.id) is missing", place)
            isFound = true
        }
        if !isFound { error("the arguments do not fit what \(lever.id) takes", place) }
    }

    private func misfit(_ name: String, _ value: Node, _ lever: Operation) {
        error("the value does not fit what \(lever.id) takes as \(name)", value)
    }

    // MARK: Values

    private func text(_ keyword: String, of scenario: Mapping) -> String {
        guard let node = scenario[keyword] ?? missing(keyword, in: scenario) else { return "" }
        if node.string == nil { error("expected a string, found \(node.kind)", node) }
        return node.string ?? ""
    }

    private func list(_ node: Node?) -> [Node] {
        guard let node else { return [] }
        guard let list = node.sequence else {
            error("expected a list, found \(node.kind)", node)
            return []
        }
        return Array(list)
    }

    private func mapping(_ node: Node, of what: String, _ keywords: [String]) -> Mapping? {
        guard let mapping = node.mapping else {
            error("expected \(what) as a mapping, found \(node.kind)", node)
            return nil
        }
        for entry in mapping where !keywords.contains(entry.name) {
            let hint = didYouMean(entry.name, in: keywords) ?? "known are " + keywords.joined(separator: ", ")
            error("unknown keyword \"\(entry.name)\" in \(what)", entry.key, hint)
        }
        return mapping
    }

    private func missing(_ keyword: String, in mapping: Mapping) -> Node? {
        error("\"\(keyword)\" is missing", mapping.node)
        return nil
    }

    private func error(_ message: String, _ node: Node, _ hint: String? = nil) {
        diagnostics.error(message, at: node.location, hint: hint)
    }
}

extension Sampler {
    fileprivate func accepts(_ value: SampleValue, body schema: SchemaID) -> Bool {
        budget = 50_000
        return accepts(value, schema, .request)
    }

    fileprivate func properties(of schema: SchemaID) -> [Schema.Property] {
        specification[specification.resolved(schema)].properties
    }

    fileprivate func required(in schema: SchemaID) -> [String] {
        specification[specification.resolved(schema)].required
    }
}
