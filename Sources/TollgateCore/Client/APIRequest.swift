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

    /// Sets any other body.
    public mutating func body(_ body: HTTPBody, contentType: String) {
        self.body = body
        headers[.contentType] = contentType
    }

    private mutating func report(_ problem: String) {
        if self.problem == nil { self.problem = problem }
    }
}
