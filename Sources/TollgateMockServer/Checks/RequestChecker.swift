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

    /// Checks parameters and body against the description.
    /// - Throws: ``MockProblem`` with everything that is wrong.
    package func content() throws(MockProblem) -> MockContent {
        var checker = SchemaChecker(schemas)
        let content = try parsedContent()
        if let element = content.json, let schema = content.schema {
            checker.check(try value(of: element), schema)
        }
        for parameter in route.parameters {
            check(parameter, with: &checker)
        }
        guard checker.violations.isEmpty else { throw .invalid(checker.violations) }
        return content
    }

    private func parsedContent() throws(MockProblem) -> MockContent {
        guard !route.bodies.isEmpty else { return MockContent() }
        guard !request.body.isEmpty else {
            if route.bodies.contains(where: \.isRequired) { throw .bodyMissing }
            return MockContent()
        }
        let mediaType = MediaType(request.headers[.contentType] ?? "application/octet-stream")
        guard let body = body(of: mediaType) else {
            throw .wrongContentType(accepted: route.bodies.map(\.contentType))
        }
        let schema = body.schema.schema
        switch mediaType.form {
        case .json:
            return MockContent(json: try element(request.body), schema: schema)
        case .urlEncoded:
            let items = PercentEncoding.items(of: String(decoding: request.body, as: UTF8.self)[...])
            return MockContent(json: try element(form(items, schema).jsonBytes()), schema: schema)
        case .multipart:
            return try multipart(mediaType, schema)
        case .bytes:
            return MockContent(bytes: request.body)
        }
    }

    /// The description of a body: that of its own media type rather than that of a range.
    private func body(of mediaType: MediaType) -> MockRoute.Body? {
        route.bodies.first { $0.contentType == mediaType.name }
            ?? route.bodies.filter { mediaType.fits($0.contentType) }
            .max { $0.contentType.count < $1.contentType.count }
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

    private func multipart(_ mediaType: MediaType, _ schema: Schema) throws(MockProblem) -> MockContent {
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
        let members = reader.members(of: schema)
        var tree = FormTree()
        for part in parts {
            guard tree.add(try leaf(part), named: part.name, members: members) else { throw Self.tooDeep }
        }
        let json = try element(reader.value(of: tree, schema).jsonBytes())
        return MockContent(json: json, schema: schema, files: parts.filter(\.isFile))
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
    /// What `json` was checked against.
    fileprivate var schema: Schema?
    /// The files of a form, in their order.
    package var files: [FormPart] = []
    /// A body that is neither JSON nor a form.
    package var bytes: [UInt8] = []
}

extension MockCall {
    private func check(_ parameter: MockRoute.Parameter, with checker: inout SchemaChecker) {
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
