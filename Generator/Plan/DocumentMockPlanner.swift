import GeneratorDiagnostics
import GeneratorOpenAPI
import GeneratorYAML

/// Bakes what the mock of a document from outside needs: routes, checks of requests, and what is answered.
struct DocumentMockPlanner {
    private let specification: Specification
    private let document: Document
    private let module: PlanConfiguration.Module
    private let sampler: Sampler
    private let namer: Namer
    private var schemas: SchemaTable
    /// The components that more than one operation uses, by key.
    private var parts: [String: String] = [:]

    init(specification: Specification, document: Document, module: PlanConfiguration.Module, namer: Namer) {
        self.specification = specification
        self.document = document
        self.module = module
        self.namer = namer
        sampler = Sampler(specification: specification)
        schemas = SchemaTable(specification: specification, isLenient: true)
    }

    /// The mock that a module of this name gets.
    mutating func plan(named name: String) -> DocumentMockPlan {
        var plan = DocumentMockPlan(
            module: name, service: module.service, typeStem: module.namespace, title: document.title,
            origin: document.location.file.path, basePaths: basePaths)
        plan.securitySchemes = document.securitySchemes.map(scheme)
        var names = NameScope()
        for operation in document.operations {
            plan.routes.append(
                DocumentMockPlan.Route(
                    name: SwiftText.identifier(names.claim(namer.member(operation.id))),
                    key: "\(module.service).\(operation.id)", documentation: operation.summary ?? operation.id,
                    method: operation.wireMethod, path: operation.path, json: json(of: operation)))
        }
        plan.parts = parts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        plan.schemas = schemas.entries
        return plan
    }

    private var basePaths: [String] {
        var paths = document.servers.map { MockPlanner.basePath(of: $0) } + [""]
        for operation in document.operations { paths += operation.servers.map { MockPlanner.basePath(of: $0) } }
        var known: Set<String> = []
        return paths.filter { known.insert($0).inserted }
    }

    private func scheme(_ scheme: SecurityScheme) -> DocumentMockPlan.SecurityScheme {
        let (kind, field): (String, String) =
            switch scheme.kind {
            case .bearer, .oauth2, .openIDConnect: ("Bearer", "")
            case .basic: ("basic", "")
            case .apiKey(let name, let place): (place.rawValue, name)
            case .mutualTLS: ("unseen", "")
            case .otherHTTP(let name): (name, "")
            }
        return .init(name: scheme.name, kind: kind, field: field)
    }

    // MARK: - One operation

    private mutating func json(of operation: Operation) -> String {
        var json = JSONText()
        json.append("{")
        let security = operation.security ?? document.security
        if !security.isEmpty { write(security, to: &json) }
        let parameters = operation.parameters.filter { isChecked($0, in: operation.path) }
        if !parameters.isEmpty {
            key("parameters", in: &json)
            json.append("[")
            for parameter in parameters { write(parameter, to: &json) }
            json.append("]")
        }
        if let body = operation.requestBody { write(body, to: &json) }
        if !operation.responses.isEmpty {
            key("replies", in: &json)
            json.append("[")
            for response in operation.responses { write(response, to: &json) }
            json.append("]")
        }
        json.append("}")
        return json.string
    }

    /// Begins a member on a line of its own, unless it is the first.
    private func key(_ name: StaticString, in json: inout JSONText) {
        let isFirst = json.count == 1
        if !isFirst {
            json.append(",")
            json.breakLine()
        }
        json.key(name)
    }

    private func write(_ security: [[String]], to json: inout JSONText) {
        key("security", in: &json)
        json.append("[")
        for alternative in security {
            json.element()
            json.append("[")
            for name in alternative {
                json.element()
                json.write(name)
            }
            json.append("]")
        }
        json.append("]")
    }

    /// Whether a parameter is one: OpenAPI says that some header fields are described elsewhere, and no client can send
    /// a part of the path that the path does not have.
    private func isChecked(_ parameter: Parameter, in path: String) -> Bool {
        switch parameter.place {
        case .header: !["accept", "content-type", "authorization"].contains(parameter.name.lowercased())
        case .path: path.contains("{\(parameter.name)}")
        default: true
        }
    }

    // MARK: Requests

    private mutating func write(_ parameter: Parameter, to json: inout JSONText) {
        json.element()
        guard let component = parameter.component else { return writeContents(of: parameter, to: &json) }
        let key = "parameters/\(component)"
        if parts[key] == nil {
            var part = JSONText()
            writeContents(of: parameter, to: &part)
            parts[key] = part.string
        }
        refer(to: key, in: &json)
    }

    private func refer(to key: String, in json: inout JSONText) {
        json.append("{\"$ref\":")
        json.write("#/" + key)
        json.append("}")
    }

    private mutating func writeContents(of parameter: Parameter, to json: inout JSONText) {
        json.append("{")
        json.key("name")
        json.write(parameter.name)
        json.key("in")
        json.write(parameter.place.rawValue)
        if parameter.isRequired {
            json.key("required")
            json.append("true")
        }
        let isForm = parameter.place == .query || parameter.place == .cookie
        if parameter.style != (isForm ? "form" : "simple") {
            json.key("style")
            json.write(parameter.style)
        }
        if parameter.explode != (parameter.style == "form") {
            json.key("explode")
            parameter.explode ? json.append("true") : json.append("false")
        }
        if let type = parameter.contentType, type == "application/json" || type.hasSuffix("+json") {
            json.key("json")
            json.append("true")
        }
        if let schema = parameter.schema {
            json.key("schema")
            schemas.write(schema, to: &json)
        }
        json.append("}")
    }

    private mutating func write(_ body: RequestBody, to json: inout JSONText) {
        key("body", in: &json)
        json.append("{")
        json.key("required")
        body.isRequired ? json.append("true") : json.append("false")
        json.key("content")
        json.append("[")
        for media in body.content {
            json.element()
            json.append("{")
            json.key("type")
            json.write(media.contentType)
            // A form that is no object is a text, of which nothing is known.
            if let schema = media.schema, !media.isForm || specification.hasMembers(schema) {
                json.key("schema")
                schemas.write(schema, to: &json)
            }
            json.append("}")
        }
        json.append("]}")
    }

    // MARK: Answers

    private mutating func write(_ response: Response, to json: inout JSONText) {
        json.element()
        json.breakLine()
        guard let component = response.component else { return writeContents(of: response, to: &json) }
        // One component may stand for several statuses.
        let key = "replies/\(component)/\(response.status.digits)"
        if parts[key] == nil {
            var part = JSONText()
            writeContents(of: response, to: &part)
            parts[key] = part.string
        }
        refer(to: key, in: &json)
    }

    private func writeContents(of response: Response, to json: inout JSONText) {
        json.append("{")
        json.key("status")
        json.append(json: String(response.status.digits))
        if !response.content.isEmpty {
            json.key("content")
            json.append("[")
            for media in response.content { write(media, to: &json) }
            json.append("]")
        }
        json.append("}")
    }

    private func write(_ media: MediaType, to json: inout JSONText) {
        json.element()
        json.append("{")
        json.key("type")
        json.write(media.contentType)
        if media.isEventStream {
            json.key("events")
            json.append("[")
            if let schema = media.itemSchema ?? media.schema, let event = sampler.json(of: schema, direction: .response)
            {
                // Two make a stream.
                json.append(json: "\(event),\(event)")
            }
            json.append("]")
        } else if let example = sampler.json(of: media, direction: .response) {
            json.key("example")
            json.append(json: example)
        }
        json.append("}")
    }
}

extension ResponseStatus {
    /// A code; for a range its first digit; 0 for what holds for all others.
    var digits: Int {
        switch self {
        case .code(let code): code
        case .range(let digit): digit
        case .default: 0
        }
    }
}
