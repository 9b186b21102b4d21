/// The operations of one tag on one client: `vluna.gate`.
public struct GroupPlan: Sendable {
    /// The type that has the accessor: `Vluna.ServiceClient`, or the parent group.
    public var parent: String
    /// For example `Gate`.
    public var typeName: String
    /// For example `gate`.
    public var accessor: String
    public var documentation: String
    public var operations: [OperationPlan]

    public init(
        parent: String, typeName: String, accessor: String, documentation: String, operations: [OperationPlan] = []
    ) {
        self.parent = parent
        self.typeName = typeName
        self.accessor = accessor
        self.documentation = documentation
        self.operations = operations
    }

    /// As Swift spells it from outside: `Vluna.ServiceClient.Gate`.
    public var qualifiedName: String { "\(parent).\(typeName)" }
}

/// One call.
public struct OperationPlan: Sendable {
    /// For metrics, the mock and errors: `vluna.commit`.
    public var key: String
    public var methodName: String
    /// Of the static member that holds the endpoint: `commitEndpoint`.
    public var endpointName: String
    /// Whether it is this call that declares the endpoint, and not another one that shares it.
    public var declaresEndpoint: Bool
    /// Lower case: `post`; one that HTTP has no name for as it is: `COPY`.
    public var httpMethod: String
    public var path: String
    public var summary: String
    public var documentation: String
    public var isDeprecated: Bool
    /// Required ones first.
    public var arguments: [ArgumentPlan]
    /// What goes into path, query and header fields.
    public var parameters: [ParameterPlan]
    public var body: BodyPlan?
    public var success: SuccessPlan
    /// The media type to ask for, if it is another JSON than `application/json`.
    public var accept: String?
    /// Whether everybody may call it: no credential is sent.
    public var isPublic: Bool
    /// Whether an answer that leads to another place is a success.
    public var leadsElsewhere: Bool
    /// Where it is, if that is not where the client's other operations are.
    public var server: String?
    /// The client that has a base URL by default.
    public var serverOwner: String?
    /// The wire name of the header that takes the idempotency key.
    public var idempotencyHeader: String?
    public var errors: [ErrorPlan]
    public var paging: PagingPlan?

    public init(key: String, methodName: String, endpointName: String, httpMethod: String, path: String) {
        self.key = key
        self.methodName = methodName
        self.endpointName = endpointName
        self.httpMethod = httpMethod
        self.path = path
        declaresEndpoint = true
        summary = ""
        documentation = ""
        isDeprecated = false
        isPublic = false
        leadsElsewhere = false
        arguments = []
        parameters = []
        success = .nothing
        errors = []
    }
}

public struct ArgumentPlan: Sendable {
    /// `_` for no label; otherwise equal to `name` or before it.
    public var label: String
    public var name: String
    /// Without the question mark.
    public var type: TypePlan
    public var isOptional: Bool
    public var isPatch: Bool
    /// A Swift expression; `nil` means none, and an optional argument's is `nil` itself.
    public var defaultValue: String?
    public var documentation: String

    public init(
        label: String? = nil, name: String, type: TypePlan, isOptional: Bool, isPatch: Bool = false,
        defaultValue: String? = nil, documentation: String = ""
    ) {
        self.label = label ?? name
        self.name = name
        self.type = type
        self.isOptional = isOptional
        self.isPatch = isPatch
        self.defaultValue = defaultValue
        self.documentation = documentation
    }
}

public struct ParameterPlan: Sendable {
    public enum Place: String, Sendable {
        case path
        case query
        case header
        case cookie
        /// The whole query.
        case queryString = "querystring"
    }

    /// How a list or an object is written in the query or in a cookie.
    public enum QueryStyle: String, Sendable {
        case repeated
        case commas
        case spaces
        case pipes
        case deepObject
    }

    /// How a list or an object is written in the path.
    public enum PathStyle: String, Sendable {
        case simple
        case simpleExploded
        case label
        case labelExploded
        case matrix
        case matrixExploded
    }

    /// How the value is written.
    public enum Form: Hashable, Sendable {
        /// As all values are where nothing has to be said: single ones, `repeated` and `simple`.
        case plain
        case query(QueryStyle)
        case path(PathStyle)
        /// In a header: the members of an object as `name=value`.
        case exploded
        case json
    }

    public var place: Place
    public var wireName: String
    /// The argument that holds the value.
    public var argument: String
    public var form: Form
    /// Whether characters such as `/` are written as they are.
    public var allowsReserved: Bool

    public init(
        place: Place, wireName: String, argument: String, form: Form = .plain, allowsReserved: Bool = false
    ) {
        self.place = place
        self.wireName = wireName
        self.argument = argument
        self.form = form
        self.allowsReserved = allowsReserved
    }
}

/// What is sent as the body of a request, and how.
public struct BodyPlan: Sendable {
    public enum Content: Sendable {
        /// One argument is the body.
        case argument(String)
        /// The arguments make up the model: `(label, argument)` pairs for its initialiser, in its order.
        case flattened(model: TypeName, arguments: [(label: String, argument: String)])
    }

    public enum Encoding: Sendable {
        /// The content type is a Swift expression; nil for `application/json`.
        case json(contentType: String? = nil)
        /// One JSON value a line. The content type is a Swift expression.
        case jsonLines(contentType: String)
        /// `application/x-www-form-urlencoded`, with nested members in brackets.
        case form
        /// `application/x-www-form-urlencoded` as OpenAPI has it, with the styles of some members by their wire names.
        case styledForm([(name: String, style: ParameterPlan.QueryStyle)])
        /// `multipart/form-data`, with the media types of some parts by their wire names.
        case multipart(contentTypes: [(name: String, type: String)] = [])
        /// The argument's text. The content type is a Swift expression.
        case text(contentType: String)
        /// The argument's bytes as they are. The content type is a Swift expression.
        case bytes(contentType: String)
    }

    /// A member that the call sends besides those of the model.
    public struct Addition: Sendable {
        public var member: String
        /// A Swift literal.
        public var value: String

        public init(member: String, value: String) {
            self.member = member
            self.value = value
        }
    }

    public var content: Content
    public var encoding: Encoding
    public var addition: Addition?

    public init(_ content: Content, as encoding: Encoding, addition: Addition? = nil) {
        self.content = content
        self.encoding = encoding
        self.addition = addition
    }
}

public enum SuccessPlan: Sendable {
    case nothing
    /// The whole body, read as this type.
    case json(TypePlan)
    /// As `json`, or no body at all.
    case jsonOrNothing(TypePlan)
    /// One type or another, as the status says.
    case byStatus(ResultPlan)
    /// The whole body as text.
    case text(accept: String)
    /// The body is an envelope; the call returns one member of it.
    case payload(envelope: TypePlan, member: String, type: TypePlan, carried: [String])
    /// The body as it comes. Any media type is asked for if none is given.
    case body(accept: String?)
    /// A stream of values of this type. `end` is the data that ends it.
    case events(TypePlan, end: String?, areLines: Bool)
    /// A stream of events whose data is no JSON.
    case rawEvents
}

/// What a call returns whose success is of different types for different statuses.
public struct ResultPlan: Sendable {
    public struct Case: Sendable {
        public var name: String
        public var status: ErrorPlan.Status
        /// Nil for no body.
        public var type: TypePlan?
        public var documentation: String

        public init(name: String, status: ErrorPlan.Status, type: TypePlan?, documentation: String) {
            self.name = name
            self.status = status
            self.type = type
            self.documentation = documentation
        }
    }

    /// Within the group: `CreateResult`.
    public var name: String
    /// Codes before ranges. A status that is not documented is taken for the first one.
    public var cases: [Case]

    public init(name: String, cases: [Case]) {
        self.name = name
        self.cases = cases
    }
}

public struct ErrorPlan: Sendable {
    public enum Status: Hashable, Sendable {
        case code(Int)
        case range(Int)
        case `default`
    }

    public var status: Status
    public var type: TypePlan
    /// Whether the type itself is no error: `DocumentedFailure` then carries it.
    public var isContent: Bool
    public var documentation: String

    /// An error that is thrown as itself.
    public init(status: Status, type: TypeName, documentation: String) {
        self.init(status: status, content: .named(type), documentation: documentation)
        isContent = false
    }

    /// An error whose body is a list, a string or one of several shapes.
    public init(status: Status, content type: TypePlan, documentation: String) {
        self.status = status
        self.type = type
        self.documentation = documentation
        isContent = true
    }
}

/// A second call that goes through all pages.
public struct PagingPlan: Sendable {
    public enum Cursor: Sendable {
        /// An argument takes the cursor.
        case argument(String)
        /// A member of an argument that is the body takes it.
        case member(String, of: String)
    }

    /// For example `all`.
    public var methodName: String
    public var cursor: Cursor
    /// What the plain call returns.
    public var page: TypePlan
    /// The items' element type.
    public var item: TypePlan
    /// Swift expressions on a page: `$0.data.rows`, `$0.meta?.nextCursor`.
    public var itemsExpression: String
    public var nextExpression: String

    public init(
        methodName: String, cursor: Cursor, page: TypePlan, item: TypePlan, itemsExpression: String,
        nextExpression: String
    ) {
        self.methodName = methodName
        self.cursor = cursor
        self.page = page
        self.item = item
        self.itemsExpression = itemsExpression
        self.nextExpression = nextExpression
    }
}
