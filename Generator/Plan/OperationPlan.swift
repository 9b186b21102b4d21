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
    /// Lower case: `post`.
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
    }

    /// How a list or an object is written in the query.
    public enum QueryStyle: String, Sendable {
        case repeated
        case commas
        case spaces
        case pipes
        case deepObject
    }

    public var place: Place
    public var wireName: String
    /// The argument that holds the value.
    public var argument: String
    /// `nil` where nothing has to be said: for single values, and for `repeated`.
    public var style: QueryStyle?

    public init(place: Place, wireName: String, argument: String, style: QueryStyle? = nil) {
        self.place = place
        self.wireName = wireName
        self.argument = argument
        self.style = style
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
        case json
        /// `application/x-www-form-urlencoded`
        case form
        /// `multipart/form-data`
        case multipart
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
    /// The body is an envelope; the call returns one member of it.
    case payload(envelope: TypePlan, member: String, type: TypePlan, carried: [String])
    /// The body as it comes. Any media type is asked for if none is given.
    case body(accept: String?)
    /// A stream of values of this type. `end` is the data that ends it.
    case events(TypePlan, end: String?, areLines: Bool)
}

public struct ErrorPlan: Sendable {
    public enum Status: Hashable, Sendable {
        case code(Int)
        case range(Int)
        case `default`
    }

    public var status: Status
    public var type: TypeName
    public var documentation: String

    public init(status: Status, type: TypeName, documentation: String) {
        self.status = status
        self.type = type
        self.documentation = documentation
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
