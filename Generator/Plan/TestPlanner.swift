import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorYAML

/// Decides with which values a package's tests call the operations.
struct TestPlanner {
    let specification: Specification
    let document: Document
    let sampler: Sampler
    let types: TypePlanner
    private let operations: [String: Operation]

    init(specification: Specification, document: Document, service: String, types: TypePlanner) {
        self.specification = specification
        self.document = document
        self.types = types
        sampler = Sampler(specification: specification)
        operations = Dictionary(document.operations.map { ("\(service).\($0.id)", $0) }) { first, _ in first }
    }

    /// Adds the calls of all groups, and what they need.
    func addCalls(of groups: [GroupPlan], to plan: inout TestPlan) {
        var accessors: [String: [String]] = [:]
        var credentials = Credentials(document: document)
        for group in groups {
            let path = (accessors[group.parent] ?? []) + [group.accessor]
            accessors[group.qualifiedName] = path
            var calls: [TestPlan.Call] = []
            for operation in group.operations where operation.declaresEndpoint {
                guard let description = operations[operation.key],
                    !calls.contains(where: { $0.key == operation.key })
                else { continue }
                do throws(NoSample) {
                    calls.append(
                        TestPlan.Call(
                            key: operation.key, path: path + [operation.methodName],
                            arguments: try arguments(of: operation, description),
                            isDeprecated: operation.isDeprecated, returnsNothing: operation.success.isNothing,
                            credential: credentials.index(for: description)))
                } catch {
                    plan.uncalled.append((operation.key, "no value was found for \"\(error.argument)\""))
                }
            }
            let name = group.qualifiedName.split(separator: ".").dropFirst().joined()
            if !calls.isEmpty { plan.groups.append(TestPlan.Group(name: name, calls: calls)) }
        }
        plan.credentials = credentials.expressions
    }

    struct NoSample: Error {
        let argument: String
    }

    // MARK: Arguments

    /// Those that have to be given.
    private func arguments(
        of plan: OperationPlan, _ operation: Operation
    ) throws(NoSample) -> [(label: String, value: SamplePlan)] {
        let body = bodySample(of: plan, operation)
        var arguments: [(label: String, value: SamplePlan)] = []
        for argument in plan.arguments {
            let isRequired = !argument.isOptional && argument.defaultValue == nil
            guard isRequired || needsMembers(operation, of: plan) else { continue }
            let value =
                (isRequired ? parameterSample(argument, of: plan, operation) : nil)
                ?? bodyArgument(argument, of: plan, body: body)
            if value == nil, !isRequired { continue }
            guard let value else { throw NoSample(argument: argument.name) }
            arguments.append((argument.label, value))
        }
        return arguments
    }

    private func parameterSample(
        _ argument: ArgumentPlan, of plan: OperationPlan, _ operation: Operation
    ) -> SamplePlan? {
        guard let parameter = plan.parameters.first(where: { $0.argument == argument.name }),
            let description = operation.parameters.first(where: { parameter.isSame(as: $0) })
        else { return nil }
        guard let schema = description.schema else { return .literal("\"x\"") }
        let example = sampler.example(of: description.examples, schema, .parameter).map(JSONText.of)
        return (example ?? sampler.json(of: schema, direction: .parameter)).flatMap { value(argument.type, json: $0) }
    }

    // MARK: Bodies

    /// The media type that a call sends.
    private func media(of plan: OperationPlan, _ operation: Operation) -> MediaType? {
        let content = operation.requestBody?.content ?? []
        switch plan.body?.encoding {
        case .json:
            return content.first { $0.contentType == "application/json" } ?? content.first(where: \.isJSON)
                ?? content.first(where: \.isAnything)
        case .form, .styledForm: return content.first(where: \.isForm)
        case .multipart: return content.first(where: \.isMultipart)
        case .jsonLines: return content.first(where: \.isJSONLines)
        case .text, .bytes, nil: return nil
        }
    }

    /// Whether a body needs members of which each may be left out.
    private func needsMembers(_ operation: Operation, of plan: OperationPlan) -> Bool {
        guard let schema = media(of: plan, operation)?.schema else { return false }
        let id = specification.resolved(schema)
        let hasAlternatives = !specification[id].anyOf.isEmpty || !specification[id].oneOf.isEmpty
        return hasAlternatives || sampler.rules(of: id).minimumMembers ?? 0 > 0
    }

    private func bodySample(of plan: OperationPlan, _ operation: Operation) -> Node? {
        guard let media = media(of: plan, operation) else { return nil }
        let json: String?
        if case .jsonLines? = plan.body?.encoding {
            let line = media.itemSchema ?? media.schema
            json = line.flatMap { sampler.json(of: $0, direction: .request) }
        } else {
            json = sampler.json(of: media, direction: .request)
        }
        return json.flatMap(node)
    }

    private func node(_ json: String) -> Node? {
        YAMLReader.read(path: "sample.json", bytes: Array(json.utf8), diagnostics: Diagnostics())
    }

    private func bodyArgument(_ argument: ArgumentPlan, of plan: OperationPlan, body: Node?) -> SamplePlan? {
        switch plan.body?.content {
        case .argument(let name) where name == argument.name:
            if argument.type == .custom("HTTPBody") { return .bytes("x") }
            if case .text? = plan.body?.encoding { return .literal("\"x\"") }
            if argument.type == .custom("MultipartWriter") { return .literal("MultipartWriter()") }
            if case .jsonLines? = plan.body?.encoding, case .array(let line) = argument.type, body?.sequence == nil {
                return body.flatMap { value(line, node: $0) }.map { .list([$0]) }
            }
            return body.flatMap { value(argument.type, node: $0) }
        case .flattened(let model, let pairs):
            guard let pair = pairs.first(where: { $0.argument == argument.name }),
                let property = types.model(named: model)?.properties.first(where: { $0.name == pair.label })
            else { return contentType(argument, of: plan) }
            return member(property, of: body)
        default: return contentType(argument, of: plan)
        }
    }

    /// Which of several media types it is.
    private func contentType(_ argument: ArgumentPlan, of plan: OperationPlan) -> SamplePlan? {
        argument.name.hasPrefix("contentType") ? .literal("\"application/octet-stream\"") : nil
    }

    private func member(_ property: PropertyPlan, of body: Node?) -> SamplePlan? {
        switch property.type {
        case .custom("UploadedFile"): return .file
        case .array(.custom("UploadedFile")): return .list([.file])
        default: break
        }
        guard let value = body?.mapping?[property.wireName] else { return nil }
        return self.value(property.type, node: value)
    }

    // MARK: Values

    private func value(_ type: TypePlan, json: String) -> SamplePlan? {
        node(json).flatMap { value(type, node: $0) }
    }

    /// Literals where Swift takes them, which costs the compiler least.
    private func value(_ type: TypePlan, node: Node) -> SamplePlan? {
        switch type {
        case .scalar(.string):
            return node.string.map { .literal(SwiftText.stringLiteral($0)) } ?? .json(JSONText.of(node))
        case .scalar(.bool): return node.bool.map { .literal($0 ? "true" : "false") }
        case .scalar(.int), .scalar(.int64):
            return node.int.map { .literal(String($0)) } ?? .json(JSONText.of(node))
        case .scalar(.int64InString): return node.string.flatMap(Int64.init).map { .literal(String($0)) }
        case .scalar(.decimalInString): return node.string.map { .json($0) }
        case .optional(let wrapped): return node.isNull ? .literal("nil") : value(wrapped, node: node)
        case .indirect(let wrapped): return value(wrapped, node: node)
        case .custom("UploadedFile"): return .file
        case .custom("HTTPBody"): return .bytes("x")
        case .array(.custom("UploadedFile")): return .list([.file])
        case .named(let name):
            guard let model = types.model(named: name), model.isMultipart else { return .json(JSONText.of(node)) }
            return multipart(model, node: node)
        case .scalar, .array, .dictionary, .custom: return .json(JSONText.of(node))
        }
    }

    private func multipart(_ model: ModelPlan, node: Node) -> SamplePlan? {
        var arguments: [(label: String, value: SamplePlan)] = []
        for property in model.properties {
            guard case .required = property.presence else { continue }
            guard let value = member(property, of: node) else { return nil }
            arguments.append((property.name, value))
        }
        return .model(model.name, arguments: arguments)
    }
}

extension SuccessPlan {
    fileprivate var isNothing: Bool {
        if case .nothing = self { true } else { false }
    }
}

extension ParameterPlan {
    fileprivate func isSame(as parameter: Parameter) -> Bool {
        wireName == parameter.name && place.rawValue == parameter.place.rawValue
    }
}

/// What the tests prove who they are with.
private struct Credentials {
    let document: Document
    var expressions: [String] = []

    init(document: Document) {
        self.document = document
    }

    /// The first way of an operation that Core has a credential for.
    mutating func index(for operation: Operation) -> Int? {
        let alternatives = operation.security ?? document.security
        guard !alternatives.contains(where: \.isEmpty),
            let expression = alternatives.compactMap(expression).first
        else { return nil }
        if let index = expressions.firstIndex(of: expression) { return index }
        expressions.append(expression)
        return expressions.count - 1
    }

    private func expression(_ names: [String]) -> String? {
        let parts = names.map { name in
            document.securitySchemes.first { $0.name == name }.flatMap(expression)
        }
        if parts.contains(nil) { return nil }
        let known = parts.compactMap { $0 }
        return known.count == 1 ? known[0] : "CombinedCredential(\(known.joined(separator: ", ")))"
    }

    private func expression(_ scheme: SecurityScheme) -> String? {
        switch scheme.kind {
        case .bearer, .oauth2, .openIDConnect: "BearerToken(\"token\")"
        case .basic: "BasicCredential(username: \"user\", password: \"password\")"
        case .apiKey(let name, let place):
            switch place {
            case .header where !name.isEmpty && name.utf8.allSatisfy(\.isTokenCharacter):
                "APIKey(\"key\", in: .header(.named(\(SwiftText.stringLiteral(name)))))"
            case .query: "APIKey(\"key\", in: .query(\(SwiftText.stringLiteral(name))))"
            case .cookie: "APIKey(\"key\", in: .cookie(\(SwiftText.stringLiteral(name))))"
            default: nil
            }
        case .mutualTLS: "CombinedCredential()"
        case .otherHTTP: nil
        }
    }
}
