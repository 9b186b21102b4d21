import HTTPTypes
import TollgateCore

extension MockCall {
    /// Checks parameters and body against the description, and reads the body.
    /// - Throws: ``MockProblem`` with everything that is wrong.
    package func body<Body: JSONConvertible>(as type: Body.Type = Body.self) throws(MockProblem) -> Body {
        guard let element = try checkedBody() else { throw .bodyMissing }
        do {
            return try Body(json: element)
        } catch {
            throw .invalid([Violation(source: .body, pointer: error.path, message: "is wrong: \(error.reason)")])
        }
    }

    /// Checks parameters and body against the description.
    /// - Returns: The body, a form as JSON; nil if the request has none, or one of bytes.
    /// - Throws: ``MockProblem`` with everything that is wrong.
    @discardableResult
    package func checkedBody() throws(MockProblem) -> JSONElement? {
        try content().json
    }

    /// Everything that the request carries, which was checked against the description.
    /// - Throws: ``MockProblem`` with everything that is wrong.
    package func content() throws(MockProblem) -> MockContent {
        try checked.get()
    }

    /// Checks parameters and body against the description.
    /// - Throws: ``MockProblem`` with everything that is wrong.
    func check() throws(MockProblem) -> MockContent {
        let checks = route.checks(with: schemas)
        let content = try parsedContent(checks)
        let fits = content.textsForFiles.isEmpty && content.json.map { content.matcher?.fits($0) ?? true } ?? true
        if fits, checks.parameters.allSatisfy({ $0.isFine(in: self) }) { return content }
        // What exactly is wrong is found out only now.
        var checker = SchemaChecker(schemas)
        if let element = content.json, let schema = content.schema {
            checker.check(try value(of: element), schema)
        }
        for name in content.textsForFiles {
            checker.report("must be a file", at: "/\(name)")
        }
        for check in checks.parameters {
            report(check.parameter, to: &checker)
        }
        guard checker.violations.isEmpty else { throw .invalid(checker.violations) }
        return content
    }

    private func parsedContent(_ checks: RouteChecks) throws(MockProblem) -> MockContent {
        guard !checks.bodies.isEmpty else { return MockContent() }
        guard !request.body.isEmpty else {
            if checks.isBodyRequired { throw .bodyMissing }
            return MockContent()
        }
        let contentType = request.headers[.contentType] ?? "application/octet-stream"
        if contentType == "application/json", let body = checks.json {
            return MockContent(json: try element(request.body), body)
        }
        let mediaType = MediaType(contentType)
        guard let body = checks.body(of: mediaType) else {
            throw .wrongContentType(accepted: checks.bodies.map(\.body.contentType))
        }
        switch mediaType.form {
        case .json:
            return MockContent(json: try element(request.body), body)
        case .urlEncoded:
            let items = PercentEncoding.items(of: String(decoding: request.body, as: UTF8.self)[...])
            return MockContent(json: try element(form(items, body.body.schema.schema).jsonBytes()), body)
        case .multipart:
            return try multipart(mediaType, body)
        case .bytes:
            return MockContent(bytes: request.body)
        }
    }

    private func form(_ items: [(name: String, value: String)], _ schema: Schema) throws(MockProblem) -> JSONValue {
        let reader = TextReader(schemas: schemas)
        let members = reader.members(of: schema)
        var tree = FormTree()
        for item in items {
            guard tree.add(.text(item.value), named: item.name, members: members) else { throw Self.tooDeep }
        }
        return reader.value(of: tree, schema)
    }

    private func multipart(_ mediaType: MediaType, _ body: RouteChecks.Body) throws(MockProblem) -> MockContent {
        guard let boundary = mediaType["boundary"], !boundary.isEmpty else {
            throw .malformed("is of the form multipart/form-data, but no boundary is named")
        }
        let parts: [FormPart]
        do {
            parts = try MultipartReader(request.body, boundary: boundary).parts()
        } catch {
            throw .malformed(error.complaint)
        }
        let reader = TextReader(schemas: schemas)
        let schema = body.body.schema.schema
        let members = reader.members(of: schema)
        var tree = FormTree()
        for part in parts {
            guard tree.add(try leaf(part), named: part.name, members: members) else { throw Self.tooDeep }
        }
        let json = try element(reader.value(of: tree, schema).jsonBytes())
        let texts = parts.filter { !$0.isFile }.map {
            members.contains($0.name) ? $0.name : FormTree.path(of: $0.name)[0]
        }
        var content = MockContent(json: json, body)
        content.files = parts.filter(\.isFile)
        content.textsForFiles = texts.filter { reader.isFile($0, of: schema) }
        return content
    }

    private func leaf(_ part: FormPart) throws(MockProblem) -> FormTree.Leaf {
        if part.isFile { return .value(.string(part.fileName ?? "")) }
        guard part.contentType?.form == .json else { return .text(String(decoding: part.bytes, as: UTF8.self)) }
        return .value(try value(of: try element(part.bytes)))
    }

    private static var tooDeep: MockProblem {
        .malformed("has a name with more than \(FormTree.depthLimit) pairs of brackets")
    }

    private func element(_ bytes: [UInt8]) throws(MockProblem) -> JSONElement {
        do {
            return try JSONElement(parsing: bytes)
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

/// What a request carries.
package struct MockContent: Sendable {
    /// A form is an object of its texts; a file in it is its name.
    package var json: JSONElement?
    /// What `json` is checked against.
    fileprivate var schema: Schema?
    fileprivate var matcher: Matcher?
    /// The files of a form, in their order.
    package var files: [FormPart] = []
    /// The members of a form that have to be files, and were sent as texts.
    fileprivate var textsForFiles: [String] = []
    /// A body that is neither JSON nor a form.
    package var bytes: [UInt8] = []

    init() {}

    fileprivate init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    fileprivate init(json: JSONElement, _ body: RouteChecks.Body) {
        self.json = json
        schema = body.body.schema.schema
        matcher = body.matcher
    }
}

extension MockCall {
    /// Says what is wrong with a parameter.
    private func report(_ parameter: MockRoute.Parameter, to checker: inout SchemaChecker) {
        checker.source = parameter.place.source
        let pointer = "/\(parameter.name)"
        if let value = ParameterReader(call: self, parameter: parameter).value {
            checker.check(value, parameter.schema.schema, at: pointer)
        } else if parameter.isRequired {
            checker.report("is required", at: pointer)
        }
    }
}

extension MockRoute.Place {
    fileprivate var source: Violation.Source {
        switch self {
        case .path: .path
        case .query, .querystring: .query
        case .header: .header
        case .cookie: .cookie
        }
    }
}
