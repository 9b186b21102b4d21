import GeneratorDiagnostics
import GeneratorYAML

/// One method of one path.
public struct Operation: Sendable {
    /// The `operationId`, or one made from method and path when the document gives none.
    public var id: String
    /// Lower case: `get`, `post`, …; a method that OpenAPI does not know is as the document writes it: `COPY`.
    public var method: String
    /// As written, with `{placeholders}`.
    public var path: String
    /// `x-tollgate-aliases`: other paths of the same operation, with the same placeholders.
    public var aliases: [String]
    public var tags: [String]
    public var summary: String?
    public var description: String?
    public var isDeprecated: Bool
    /// Those of the path item and of the operation, each once; the operation's win.
    public var parameters: [Parameter]
    public var requestBody: RequestBody?
    public var responses: [Response]
    /// `nil` when the document's own applies.
    public var security: [[String]]?
    /// What ``security`` asks of each scheme, by the scheme's name.
    public var scopes: [String: [String]]
    /// Its own, or those of the path item; empty when the document's apply.
    public var servers: [Server]
    /// The requests that the service sends because of this one.
    public var callbacks: [Callback]
    /// Of the file that wrote the operation down, which may be another than the root document's.
    public var location: SourceLocation
    /// The JSON pointer within that file: `/paths/~1pets/get`.
    public var pointer: [String]
    /// `x-tollgate-name`.
    public var swiftName: String?
    /// `x-tollgate-paging`.
    public var paging: Paging?
    /// `x-tollgate-streaming`.
    public var streaming: Streaming?

    public init(id: String, method: String, path: String, location: SourceLocation) {
        self.id = id
        self.method = method
        self.path = path
        self.location = location
        pointer = []
        aliases = []
        tags = []
        isDeprecated = false
        parameters = []
        responses = []
        scopes = [:]
        servers = []
        callbacks = []
    }

    /// As it goes over the wire: `GET`.
    public var wireMethod: String {
        Operation.methods.contains(method) ? method.uppercased() : method
    }

    /// Those that have a keyword of their own.
    static let methods: Set = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"]
}

/// A request that the service sends because of an operation.
public struct Callback: Sendable {
    public var name: String
    /// Where it is sent: `{$request.body#/callbackURL}`.
    public var expression: String
    /// The request; its path is empty, and its id is the callback's name unless it has another.
    public var operation: Operation

    public init(name: String, expression: String, operation: Operation) {
        self.name = name
        self.expression = expression
        self.operation = operation
    }
}

/// `x-tollgate-paging`: how a list goes on.
public struct Paging: Sendable {
    /// The query parameter or body member that takes the cursor.
    public var cursor: String
    /// The member of the response that holds the next cursor, as a path of property names.
    public var next: [String]
    /// The member of the response that holds the items, as a path of property names.
    public var items: [String]
    public var location: SourceLocation

    public init(cursor: String, next: [String], items: [String], location: SourceLocation) {
        self.cursor = cursor
        self.next = next
        self.items = items
        self.location = location
    }
}

/// `x-tollgate-streaming`: how a stream of events is asked for, and what it looks like.
public struct Streaming: Sendable {
    /// The body member that asks for the stream; `nil` when the answer is always a stream.
    public var member: String?
    /// What the member is set to.
    public var value: StreamingValue
    /// The data that ends the stream.
    public var end: String?
    /// The member of an event that is also its name.
    public var event: String?
    public var location: SourceLocation

    public init(
        member: String?, value: StreamingValue = .true, end: String? = nil, event: String? = nil,
        location: SourceLocation
    ) {
        self.member = member
        self.value = value
        self.end = end
        self.event = event
        self.location = location
    }
}

public enum StreamingValue: Hashable, Sendable {
    case `true`
    case string(String)
}

public enum ParameterLocation: String, Sendable {
    case path
    case query
    case header
    case cookie
    /// OpenAPI 3.2: the whole query string.
    case querystring
}

public struct Parameter: Sendable {
    public var name: String
    public var place: ParameterLocation
    public var isRequired: Bool
    public var isDeprecated: Bool
    public var description: String?
    /// The schema, or that of the only media type of `content`.
    public var schema: SchemaID?
    /// Set when the parameter is described by `content`: the value is written as this media type.
    public var contentType: String?
    /// `form`, `simple`, `deepObject`, …; the default of the location when the document is silent.
    public var style: String
    public var explode: Bool
    public var allowReserved: Bool
    /// Whether `?name=` says something.
    public var allowsEmptyValue: Bool
    public var examples: [Example]
    public var location: SourceLocation
    /// Its name among the components, if that is where it stands.
    public var component: String?
    /// `x-tollgate-context`.
    public var isContext: Bool
    /// `x-tollgate-idempotency-key`.
    public var isIdempotencyKey: Bool
    /// `x-tollgate-name`.
    public var swiftName: String?

    public init(name: String, place: ParameterLocation, schema: SchemaID?, location: SourceLocation) {
        self.name = name
        self.place = place
        self.schema = schema
        self.location = location
        isRequired = place == .path
        isDeprecated = false
        style = place == .query || place == .cookie ? "form" : "simple"
        explode = place == .query || place == .cookie
        allowReserved = false
        allowsEmptyValue = false
        examples = []
        isContext = false
        isIdempotencyKey = false
    }
}

public struct RequestBody: Sendable {
    public var description: String?
    public var isRequired: Bool
    /// In the order of the document.
    public var content: [MediaType]
    public var location: SourceLocation

    public init(description: String? = nil, isRequired: Bool, content: [MediaType], location: SourceLocation) {
        self.description = description
        self.isRequired = isRequired
        self.content = content
        self.location = location
    }
}

public struct MediaType: Sendable {
    /// Without parameters, lower case: `application/json`.
    public var contentType: String
    /// As written: `application/json; version=1`.
    public var name: String
    public var schema: SchemaID?
    /// OpenAPI 3.2: the schema of each item of a stream, such as a server-sent event or a line of JSON.
    public var itemSchema: SchemaID?
    public var examples: [Example]
    /// How the members of a form or of a multipart body are written, by their names.
    public var encodings: [Encoding]
    /// OpenAPI 3.2: the same, for the first parts of a multipart body without names.
    public var prefixEncodings: [Encoding]
    /// OpenAPI 3.2: the same, for all other parts.
    public var itemEncoding: Encoding?
    public var location: SourceLocation

    public init(contentType: String, schema: SchemaID?, examples: [Example] = [], location: SourceLocation) {
        self.contentType = contentType
        name = contentType
        self.schema = schema
        self.examples = examples
        encodings = []
        prefixEncodings = []
        self.location = location
    }
}

/// How one part of a body is written.
public struct Encoding: Sendable {
    /// The name of the part; nil if the part has none.
    public var property: String?
    /// As written; several are alternatives.
    public var contentTypes: [String]
    public var headers: [Header]
    public var style: String?
    public var explode: Bool?
    public var allowReserved: Bool
    public var location: SourceLocation

    public init(property: String?, contentTypes: [String] = [], headers: [Header] = [], location: SourceLocation) {
        self.property = property
        self.contentTypes = contentTypes
        self.headers = headers
        allowReserved = false
        self.location = location
    }
}

public struct Example: Sendable {
    /// The key under `examples`; `nil` for `example`.
    public var name: String?
    public var summary: String?
    public var value: Node
    /// Where the value stands: the file, as in ``Schema/file``, and the JSON pointer within it.
    public var file: String
    public var pointer: [String]

    public init(name: String? = nil, summary: String? = nil, value: Node, file: String, pointer: [String]) {
        self.name = name
        self.summary = summary
        self.value = value
        self.file = file
        self.pointer = pointer
    }
}

public enum ResponseStatus: Hashable, Sendable {
    case code(Int)
    /// `4XX` is `range(4)`.
    case range(Int)
    case `default`
}

public struct Response: Sendable {
    public var status: ResponseStatus
    public var description: String
    public var headers: [Header]
    public var content: [MediaType]
    public var location: SourceLocation
    /// Its name among the components, if that is where it stands.
    public var component: String?

    public init(
        status: ResponseStatus, description: String, headers: [Header] = [], content: [MediaType] = [],
        location: SourceLocation
    ) {
        self.status = status
        self.description = description
        self.headers = headers
        self.content = content
        self.location = location
    }
}

public struct Header: Sendable {
    public var name: String
    public var description: String?
    public var isRequired: Bool
    public var schema: SchemaID?
    /// Set when the header is described by `content`.
    public var contentType: String?
    /// Whether the members of an object are written as `name=value`.
    public var explode = false

    public init(name: String, description: String? = nil, isRequired: Bool, schema: SchemaID?) {
        self.name = name
        self.description = description
        self.isRequired = isRequired
        self.schema = schema
    }
}

extension ResponseStatus {
    public var isSuccess: Bool {
        switch self {
        case .code(let code): (200..<300).contains(code)
        case .range(let digit): digit == 2
        case .default: false
        }
    }
}

extension MediaType {
    /// `application/json` and the `+json` family.
    public var isJSON: Bool { contentType == "application/json" || contentType.hasSuffix("+json") }

    public var isForm: Bool { contentType == "application/x-www-form-urlencoded" }

    public var isMultipart: Bool { contentType == "multipart/form-data" }

    /// One JSON value a line.
    public var isJSONLines: Bool {
        ["application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"]
            .contains(contentType)
    }

    /// A stream of JSON values, as server-sent events or as lines.
    public var isEventStream: Bool { contentType == "text/event-stream" || isJSONLines }

    /// Bytes that mean nothing to the generator.
    public var isBinary: Bool { !isJSON && !isForm && !isMultipart && !isEventStream }
}
