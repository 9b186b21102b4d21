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
        case cookie
    }

    public var place: Place
    public var wireName: String
    /// The argument that holds the value.
    public var argument: String
    public var type: TypePlan
    public var style: String
    public var explode: Bool

    public init(place: Place, wireName: String, argument: String, type: TypePlan, style: String, explode: Bool) {
        self.place = place
        self.wireName = wireName
        self.argument = argument
        self.type = type
        self.style = style
        self.explode = explode
    }
}

public enum BodyPlan: Sendable {
    /// The arguments make up the model: `(label, argument)` pairs for its initialiser, in its order.
    case flattened(model: TypeName, arguments: [(label: String, argument: String)])
    /// One argument is the body, as JSON.
    case json(argument: String, isOptional: Bool)
    /// One argument is the body, as bytes of this content type.
    case bytes(argument: String, contentType: String)
}

public enum SuccessPlan: Sendable {
    case nothing
    /// The whole body, read as this type.
    case json(TypePlan)
    /// The body is an envelope; the call returns one member of it.
    case payload(envelope: TypePlan, member: String, type: TypePlan, carried: [String])
    case bytes
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
    /// For example `usagePages`.
    public var methodName: String
    /// The argument that takes the cursor.
    public var cursorArgument: String
    /// What the plain call returns.
    public var page: TypePlan
    /// The items' element type.
    public var item: TypePlan
    /// Swift expressions on a page: `$0.data.rows`, `$0.meta?.nextCursor`.
    public var itemsExpression: String
    public var nextExpression: String

    public init(
        methodName: String, cursorArgument: String, page: TypePlan, item: TypePlan, itemsExpression: String,
        nextExpression: String
    ) {
        self.methodName = methodName
        self.cursorArgument = cursorArgument
        self.page = page
        self.item = item
        self.itemsExpression = itemsExpression
        self.nextExpression = nextExpression
    }
}
