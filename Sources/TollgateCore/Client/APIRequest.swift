import HTTPTypes

/// One call of an operation: its endpoint with the arguments filled in.
///
/// Arguments are written as their JSON form without the quotes: `true`, `10`, `2026-01-31`, an enumeration's raw value.
/// What cannot be sent is reported by ``APIClient/send(_:)`` as ``InvalidRequest``.
public struct APIRequest<Success: Sendable>: Sendable {
    let endpoint: Endpoint<Success>
    private(set) var path: String
    private(set) var query = ""
    private(set) var headers: HTTPFields
    private(set) var body = HTTPBody.empty
    /// The first argument that cannot be sent, in words.
    private(set) var problem: String?

    public init(_ endpoint: Endpoint<Success>) {
        self.endpoint = endpoint
        path = endpoint.path
        headers = [.accept: endpoint.accept]
    }

    /// Fills in a parameter of the path. The value must not be empty, `.` or `..`: the path would be another one.
    public mutating func path(_ name: String, _ value: some JSONConvertible) {
        let text = ParameterText(value).joined(by: ",")
        guard !["", ".", ".."].contains(text) else {
            return report("the path parameter \"\(name)\" is empty or a dot")
        }
        path.replace("{\(name)}", with: text)
    }

    /// Adds a parameter to the query, unless the value is nil. The style says how an array or an object is written.
    public mutating func query(_ name: String, _ value: (some JSONConvertible)?, style: QueryStyle = .repeated) {
        guard let value else { return }
        for pair in ParameterText(value).pairs(name: name, style: style) {
            query += (query.isEmpty ? "" : "&") + pair
        }
    }

    /// Adds a header field, unless the value is nil. An array is written with commas.
    public mutating func header(_ name: HTTPField.Name, _ value: (some JSONConvertible)?) {
        guard let value else { return }
        let text = ParameterText(value, encoding: false).joined(by: ",")
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            return report("the header field \"\(name)\" has a control character in its value")
        }
        headers[name] = text
    }

    /// Sets a JSON body.
    public mutating func json(_ value: some JSONConvertible) {
        body(HTTPBody(value.jsonBytes()), contentType: "application/json")
    }

    /// Sets a JSON body, unless the value is nil.
    public mutating func json(_ value: (some JSONConvertible)?) {
        if let value { json(value) }
    }

    /// Sets a JSON body: the model's members, and one more.
    public mutating func json(_ model: some JSONModel, adding name: StaticString, _ value: some JSONConvertible) {
        var json = JSONWriter()
        json.writeObject { json in
            model.write(to: &json)
            json.write(name, value)
        }
        body(HTTPBody(json.finish()), contentType: "application/json")
    }

    /// Sets a body of the form `application/x-www-form-urlencoded`. The value must be an object; members of members and
    /// elements of arrays have their names in brackets: `payload[value]=7&tags[0]=a`.
    public mutating func form(_ value: some JSONConvertible) {
        guard let bytes = FormText.bytes(of: value) else { return report("the form is not an object") }
        body(HTTPBody(bytes), contentType: FormText.mediaType)
    }

    /// Sets a form as the body, unless the value is nil.
    public mutating func form(_ value: (some JSONConvertible)?) {
        if let value { form(value) }
    }

    /// Sets a body of the form `multipart/form-data`. Files are read when they are sent.
    public mutating func multipart(_ model: some MultipartModel) {
        multipart { model.write(to: &$0) }
    }

    /// Sets a body of the form `multipart/form-data`: the model's members, and one more.
    public mutating func multipart(
        _ model: some MultipartModel, adding name: StaticString, _ value: some JSONConvertible
    ) {
        multipart {
            model.write(to: &$0)
            $0.write(name, value)
        }
    }

    private mutating func multipart(_ members: (inout MultipartWriter) -> Void) {
        var form = MultipartWriter()
        members(&form)
        multipart(form)
    }

    /// Sets what a writer has written as the body.
    public mutating func multipart(_ form: MultipartWriter) {
        if let problem = form.problem { report(problem) }
        body(form.body, contentType: form.contentType)
    }

    /// Sets any other body.
    public mutating func body(_ body: HTTPBody, contentType: String) {
        self.body = body
        headers[.contentType] = contentType
    }

    /// Sets any other body, unless it is nil.
    public mutating func body(_ body: HTTPBody?, contentType: String) {
        if let body { self.body(body, contentType: contentType) }
    }

    private mutating func report(_ problem: String) {
        if self.problem == nil { self.problem = problem }
    }
}
