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
    public mutating func path(_ name: String, _ value: some JSONConvertible, style: PathStyle = .simple) {
        fill(name, ParameterText(value).path(name, style: style))
    }

    /// Fills in a parameter of the path with JSON.
    public mutating func path(_ name: String, json value: some JSONConvertible) {
        fill(name, value.jsonText().percentEncoded)
    }

    private mutating func fill(_ name: String, _ text: String) {
        guard !["", ".", ".."].contains(text) else {
            return report("the path parameter \"\(name)\" is empty or a dot")
        }
        path.replace("{\(name)}", with: text)
    }

    /// Adds a parameter to the query, unless the value is nil. The style says how an array or an object is written;
    /// with `allowReserved`, characters such as `/` and `:` are written as they are.
    public mutating func query(
        _ name: String, _ value: (some JSONConvertible)?, style: QueryStyle = .repeated, allowReserved: Bool = false
    ) {
        guard let value else { return }
        let text = ParameterText(value, encoding: allowReserved ? .reserved : .unreserved)
        for pair in text.pairs(name: name, style: style) { add(pair) }
    }

    // Most parameters are one of these. Without generics a caller passes them as they are, rather than a copy in memory.

    /// Adds a parameter to the query, unless the value is nil.
    @inline(never)
    public mutating func query(_ name: String, _ value: String?) { query(name, value, style: .repeated) }

    /// Adds a parameter to the query, unless the value is nil.
    @inline(never)
    public mutating func query(_ name: String, _ value: Int?) { query(name, value, style: .repeated) }

    /// Adds a parameter to the query, unless the value is nil.
    @inline(never)
    public mutating func query(_ name: String, _ value: Bool?) { query(name, value, style: .repeated) }

    /// Adds a parameter to the query whose value is JSON, unless it is nil.
    public mutating func query(_ name: String, json value: (some JSONConvertible)?) {
        if let value { add("\(name.percentEncoded)=\(value.jsonText().percentEncoded)") }
    }

    /// Adds an object's members to the query as a form does, unless it is nil.
    public mutating func queryString(_ value: (some JSONConvertible)?) {
        guard let value else { return }
        guard let bytes = FormText.bytes(of: value, styles: [:]) else { return report("the query is not an object") }
        if !bytes.isEmpty { add(String(decoding: bytes, as: UTF8.self)) }
    }

    /// Makes JSON the whole query, unless it is nil.
    public mutating func queryString(json value: (some JSONConvertible)?) {
        if let value { add(value.jsonText().percentEncoded) }
    }

    private mutating func add(_ pair: String) {
        query += (query.isEmpty ? "" : "&") + pair
    }

    /// Adds a header field, unless the value is nil. An array is written with commas; an object as `key,value`, or as
    /// `key=value` if it is exploded.
    public mutating func header(_ name: HTTPField.Name, _ value: (some JSONConvertible)?, isExploded: Bool = false) {
        guard let value else { return }
        let text = ParameterText(value, encoding: .none)
        set(name, isExploded ? text.exploded(by: ",") : text.joined(by: ","))
    }

    /// Adds a header field whose value is JSON, unless it is nil.
    public mutating func header(_ name: HTTPField.Name, json value: (some JSONConvertible)?) {
        if let value { set(name, value.jsonText()) }
    }

    private mutating func set(_ name: HTTPField.Name, _ text: String) {
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            return report("the header field \"\(name)\" has a control character in its value")
        }
        headers[name] = text
    }

    /// Adds a cookie, unless the value is nil; several of them if the style says so.
    public mutating func cookie(_ name: String, _ value: (some JSONConvertible)?, style: QueryStyle = .repeated) {
        guard let value else { return }
        for pair in ParameterText(value).pairs(name: name, style: style) { addCookie(pair) }
    }

    /// Adds a cookie whose value is JSON, unless it is nil.
    public mutating func cookie(_ name: String, json value: (some JSONConvertible)?) {
        if let value { addCookie("\(name.percentEncoded)=\(value.jsonText().percentEncoded)") }
    }

    private mutating func addCookie(_ pair: String) {
        headers[.cookie] = headers[.cookie].map { "\($0); \(pair)" } ?? pair
    }

    /// Sets a JSON body.
    public mutating func json(_ value: some JSONConvertible, contentType: String = "application/json") {
        body(HTTPBody(value.jsonBytes()), contentType: contentType)
    }

    /// Sets a JSON body, unless the value is nil.
    public mutating func json(_ value: (some JSONConvertible)?, contentType: String = "application/json") {
        if let value { json(value, contentType: contentType) }
    }

    /// Sets a body of JSON values, one a line, unless the value is nil.
    public mutating func jsonLines(_ values: [some JSONConvertible]?, contentType: String) {
        guard let values else { return }
        body(HTTPBody(values.flatMap { $0.jsonBytes() + [UInt8(ascii: "\n")] }), contentType: contentType)
    }

    /// Sets a text as the body, unless it is nil.
    public mutating func text(_ text: String?, contentType: String) {
        if let text { body(HTTPBody(text), contentType: contentType) }
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

    /// Sets a form as the body, unless the value is nil, with members written as OpenAPI has it: a member with a style
    /// in that style, an array of scalars by repeating the name, and all else that is no scalar as JSON.
    public mutating func form(_ value: (some JSONConvertible)?, styles: [String: QueryStyle]) {
        guard let value else { return }
        guard let bytes = FormText.bytes(of: value, styles: styles) else { return report("the form is not an object") }
        body(HTTPBody(bytes), contentType: FormText.mediaType)
    }

    /// Sets a form as the body, unless the value is nil.
    public mutating func form(_ value: (some JSONConvertible)?) {
        if let value { form(value) }
    }

    /// Sets a body of the form `multipart/form-data`, unless the model is nil. Files are read when they are sent.
    ///
    /// `contentTypes` are those of parts that are no files, by their names.
    public mutating func multipart(_ model: (some MultipartModel)?, contentTypes: [String: String] = [:]) {
        guard let model else { return }
        multipart {
            $0.contentTypes = contentTypes
            model.write(to: &$0)
        }
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
