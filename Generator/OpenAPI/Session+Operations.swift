import GeneratorDiagnostics
import GeneratorYAML

/// Operations and their callbacks.
extension Session {
    /// Reads the operations of a path.
    func read(_ path: FoundPath, into document: inout Document) {
        if path.operations.isEmpty { return }
        operationName = path.template.text
        let shared = matched(parameters(path.item), with: path.template)
        for found in path.operations where !isExhausted {
            let method = Operation(id: "", method: found.method, path: "", location: path.location).wireMethod
            let name = "\(method) \(path.template.text)"
            operationName = name
            if strictness == .own {
                operation(found, of: path, shared: shared).map { document.operations.append($0) }
                continue
            }
            let (read, faults) = attempt { operation(found, of: path, shared: shared) }
            if let operation = read, faults.isEmpty {
                document.operations.append(operation)
            } else {
                let location = found.target.location
                let reason = leaveOut("the operation \(name)", at: location, because: faults)
                document.omissions.append(
                    Omission(method: method, path: path.template.text, reason: reason, location: location))
            }
        }
        operationName = nil
    }

    /// One operation of a path item; `shared` are the parameters of all its operations.
    func operation(_ found: FoundOperation, of path: FoundPath, shared: [Parameter]) -> Operation? {
        guard let fields = open(found.target, as: .operation) else { return nil }
        var operation = Operation(
            id: found.id, method: found.method, path: path.template.request, location: fields.location)
        describe(&operation, fields)
        operation.pointer = found.target.place.pointer
        operation.aliases = path.aliases
        operation.parameters = merged(shared, matched(parameters(fields), with: path.template))
        let undescribed = undescribed(operation, of: path.template)
        if !undescribed.isEmpty { operation.parameters += undescribed }
        guard count(operation.parameters.count, at: fields.location) else { return nil }
        operation.servers = servers(fields.mapping["servers"] == nil ? path.item : fields)
        operation.requestBody = requestBody(of: fields)
        operation.responses = responses(fields)
        operation.callbacks = callbacks(fields)
        operation.paging = paging(fields, of: operation)
        operation.streaming = streaming(fields, of: operation)
        return operation
    }

    /// What an operation says of itself.
    private func describe(_ operation: inout Operation, _ fields: Fields) {
        operation.tags = fields.strings("tags")
        operation.summary = fields.string("summary")
        operation.description = fields.string("description")
        operation.isDeprecated = fields.bool("deprecated") ?? false
        operation.swiftName = swiftName(fields)
        if let node = fields["security"] {
            operation.security = security(node)
            operation.scopes = scopes(node)
        }
        fields.check("externalDocs", as: .externalDocumentation)
    }

    /// The body of an operation. Where one is needed, the operation is of no use without it.
    private func requestBody(of operation: Fields) -> RequestBody? {
        guard let target = operation.target("requestBody") else { return nil }
        guard strictness == .outside else { return requestBody(target) }
        let (body, faults) = attempt { requestBody(target) as RequestBody? }
        if let body, faults.isEmpty { return body }
        let isRequired = attempt { follow(target, as: .requestBodies) }.part?.node.mapping?["required"]?.bool ?? true
        let fault = faults.first ?? Diagnostic(.error, "it cannot be read", at: target.location)
        if isRequired {
            error("its body cannot be read: \(fault.message)", at: fault.location ?? target.location)
        } else {
            leaveOut("the body of \(operationName ?? "a request")", at: target.location, because: faults)
        }
        return nil
    }

    // MARK: - Path parameters

    /// The parameters without those of the path that the path has no placeholder for.
    private func matched(_ parameters: [Parameter], with template: PathTemplate) -> [Parameter] {
        parameters.filter { parameter in
            if parameter.place != .path || template.placeholders.contains(parameter.name) { return true }
            slip(
                "the path \"\(template.text)\" has no placeholder \"{\(parameter.name)}\"",
                assumed: "the parameter is left out", at: parameter.location,
                hint: didYouMean(parameter.name, in: template.placeholders))
            return false
        }
    }

    /// The parameters of a path item, with those of an operation in place of the same ones.
    private func merged(_ shared: [Parameter], _ own: [Parameter]) -> [Parameter] {
        if own.isEmpty { return shared }
        var replacements: [Parameter.Key: Parameter] = [:]
        for parameter in own { replacements[parameter.key] = parameter }
        let keys = Set(shared.map(\.key))
        return shared.map { replacements[$0.key] ?? $0 } + own.filter { !keys.contains($0.key) }
    }

    /// Complains of placeholders that no parameter describes; they are taken for strings.
    private func undescribed(_ operation: Operation, of template: PathTemplate) -> [Parameter] {
        let described = operation.parameters.filter { $0.place == .path }.map(\.name)
        var names: [String] = []
        for name in template.placeholders where !described.contains(name) && !names.contains(name) {
            if !name.isEmpty { names.append(name) }
        }
        return names.map { name in
            slip(
                "no parameter describes \"{\(name)}\" of the path \"\(template.text)\"", assumed: "it is a string",
                at: operation.location, hint: "add a parameter with \"in: path\"")
            return Parameter(name: name, place: .path, schema: nil, location: operation.location)
        }
    }

    // MARK: - Callbacks

    /// The requests that the service sends because of an operation.
    private func callbacks(_ operation: Fields) -> [Callback] {
        // What a callback's answer causes in turn is nobody's contract; without this, references could go in circles.
        if isInCallback { return [] }
        isInCallback = true
        defer { isInCallback = false }
        return operation.members("callbacks", extensible: true).flatMap { name, target in
            part("the callback \"\(name)\"", at: target.location) { callback(name, target) } ?? []
        }
    }

    func callback(_ name: String, _ target: Target) -> [Callback]? {
        guard let target = follow(target, as: .callbacks), let mapping = mapping(target.node) else { return nil }
        let paths = mapping.filter { !$0.name.hasPrefix("x-") }
        return paths.flatMap { entry in
            let item = Target(node: entry.value, key: entry.key, place: target.place.child(entry.name))
            let operations = pathItem(item, template: PathTemplate("")).map { requests($0, named: name) } ?? []
            return operations.map { Callback(name: name, expression: entry.name, operation: $0) }
        }
    }
}
