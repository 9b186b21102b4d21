import HTTPTypes
import TollgateCore

extension MockCall {
    /// Checks parameters and body against the description, and reads the body.
    /// - Throws: ``MockProblem`` with everything that is wrong.
    func body<Body: JSONConvertible>(as type: Body.Type = Body.self) throws(MockProblem) -> Body {
        guard let element = try checkedBody() else { throw .bodyMissing }
        do {
            return try Body(json: element)
        } catch {
            throw .invalid([Violation(source: .body, pointer: error.path, message: "is wrong: \(error.reason)")])
        }
    }

    /// Checks parameters and body against the description.
    /// - Returns: The body; nil if the request has none.
    /// - Throws: ``MockProblem`` with everything that is wrong.
    @discardableResult
    func checkedBody() throws(MockProblem) -> JSONElement? {
        var checker = SchemaChecker(schemas)
        let element = try parsedBody()
        if let element, let body = route.bodies.first(where: { $0.contentType == contentType }) {
            checker.check(try value(of: element), body.schema.schema)
        }
        for parameter in route.parameters {
            check(parameter, with: &checker)
        }
        guard checker.violations.isEmpty else { throw .invalid(checker.violations) }
        return element
    }

    /// Without parameters: `application/json`.
    private var contentType: String? {
        request.headers[.contentType]?.split(separator: ";").first.map { text in
            text.trimmingPrefix { $0 == " " }.lowercased().replacing(" ", with: "")
        }
    }

    private func parsedBody() throws(MockProblem) -> JSONElement? {
        guard !route.bodies.isEmpty else { return nil }
        guard !request.body.isEmpty else {
            if route.bodies.contains(where: \.isRequired) { throw .bodyMissing }
            return nil
        }
        let accepted = route.bodies.map(\.contentType)
        guard let contentType, accepted.contains(contentType) else { throw .wrongContentType(accepted: accepted) }
        do {
            return try JSONElement(parsing: request.body)
        } catch {
            throw .notJSON(error)
        }
    }

    private func value(of element: JSONElement) throws(MockProblem) -> JSONValue {
        do {
            return try JSONValue(json: element)
        } catch {
            throw .notJSON(error)
        }
    }
}

// MARK: - Parameters

extension MockCall {
    private func check(_ parameter: MockRoute.Parameter, with checker: inout SchemaChecker) {
        checker.source = parameter.place.source
        let texts = texts(of: parameter)
        let pointer = "/\(parameter.name)"
        guard !texts.isEmpty else {
            if parameter.isRequired { checker.report("is required", at: pointer) }
            return
        }
        checker.check(value(of: texts, parameter.schema.schema), parameter.schema.schema, at: pointer)
    }

    private func texts(of parameter: MockRoute.Parameter) -> [String] {
        switch parameter.place {
        case .path:
            pathParameters[parameter.name].map { [$0] } ?? []
        case .query:
            query(parameter.name)
        case .header:
            HTTPField.Name(parameter.name).map { request.headers[values: $0] } ?? []
        case .cookie:
            []
        }
    }

    /// The JSON value that the texts of a parameter write. A list is repeated, or one text with commas.
    private func value(of texts: [String], _ schema: Schema) -> JSONValue {
        let schema = resolved(schema)
        if schema.types.contains("array") {
            let items = schema.items.map(resolved)
            let parts = texts.flatMap { $0.split(separator: ",").map(String.init) }
            return .array(parts.map { scalar($0, items?.types ?? []) })
        }
        return scalar(texts.last ?? "", schema.types)
    }

    private func resolved(_ schema: Schema) -> Schema {
        schema.reference.flatMap { schemas.texts[$0]?.schema }.map(resolved) ?? schema
    }

    private func scalar(_ text: String, _ types: Set<String>) -> JSONValue {
        if types.contains("boolean"), text == "true" || text == "false" { return .bool(text == "true") }
        if !types.isDisjoint(with: ["integer", "number"]), let number = JSONNumber(text) { return .number(number) }
        return .string(text)
    }
}

extension MockRoute.Place {
    fileprivate var source: Violation.Source {
        switch self {
        case .path: .path
        case .query: .query
        case .header: .header
        case .cookie: .cookie
        }
    }
}
