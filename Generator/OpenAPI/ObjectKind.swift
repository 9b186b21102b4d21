/// One kind of object that OpenAPI knows, with its keywords.
///
/// Names are given in words separated by spaces, so that the tables below read like those of the specification.
struct ObjectKind: Sendable {
    /// In which versions a keyword exists, and what comes of it.
    struct Keyword: Sendable {
        var versions: ClosedRange<Version> = .v30 ... .v32
        /// What is left out because the keyword is not supported.
        var unsupported: String?
    }

    /// With its article: `an operation object`.
    let name: String
    private(set) var keywords: [String: Keyword] = [:]
    /// What must be there: up to which version, and whether the object is of no use without it.
    private(set) var required: [(keyword: String, until: Version, isVital: Bool)] = []
    /// The `x-tollgate-…` keywords that belong here, without this prefix.
    let extensions: [String]

    /// Lists the keywords of a kind.
    ///
    /// - Parameters:
    ///   - name: with its article.
    ///   - vital: what the object is of no use without.
    ///   - required: what must be there, and can be done without.
    ///   - requiredIn30: the same, in OpenAPI 3.0 only.
    ///   - requiredIn31: the same, up to OpenAPI 3.1.
    ///   - optional: what may be there.
    ///   - only30: what may be there in OpenAPI 3.0 only.
    ///   - since31: what may be there since OpenAPI 3.1.
    ///   - since32: what may be there since OpenAPI 3.2.
    ///   - unsupported: keywords, with what is left out because they are not supported.
    ///   - extensions: the `x-tollgate-…` keywords, without this prefix.
    init(
        _ name: String, vital: String = "", required: String = "", requiredIn30: String = "",
        requiredIn31: String = "", optional: String = "", only30: String = "", since31: String = "",
        since32: String = "", unsupported: [String: String] = [:], extensions: String = ""
    ) {
        self.name = name
        self.extensions = Self.words(extensions)
        let mandatory = [(vital, Version.v32), (required, .v32), (requiredIn30, .v30), (requiredIn31, .v31)]
        for (index, (keywords, until)) in mandatory.enumerated() {
            self.required += Self.words(keywords).map { (keyword: $0, until: until, isVital: index == 0) }
            add(keywords)
        }
        add(optional)
        add(only30, in: .v30 ... .v30)
        add(since31, in: .v31 ... .v32)
        add(since32, in: .v32 ... .v32)
        for (keyword, consequence) in unsupported { keywords[keyword]?.unsupported = consequence }
    }

    private static func words(_ text: String) -> [String] {
        text.split(separator: " ").map(String.init)
    }

    private mutating func add(_ names: String, in versions: ClosedRange<Version> = .v30 ... .v32) {
        for name in Self.words(names) { keywords[name] = Keyword(versions: versions) }
    }
}

extension ObjectKind {
    /// All `x-tollgate-…` keywords, without this prefix.
    static let allExtensions = [
        "payload", "carried", "context", "idempotency-key", "type", "name", "names", "discriminator", "paging",
        "streaming", "aliases", "flatten",
    ]
}

// MARK: - The tables

extension ObjectKind {
    static let document = ObjectKind(
        "an OpenAPI object", vital: "openapi", required: "info", requiredIn30: "paths",
        optional: "servers paths components security tags externalDocs", since31: "jsonSchemaDialect webhooks",
        since32: "$self")

    /// A file without `openapi` whose paths and components other files refer to.
    static let part = ObjectKind(
        "a part of a document", optional: "paths components", since31: "webhooks")

    static let info = ObjectKind(
        "an info object", required: "title version", optional: "description termsOfService contact license",
        since31: "summary")

    static let contact = ObjectKind("a contact object", optional: "name url email")

    static let license = ObjectKind("a license object", required: "name", optional: "url", since31: "identifier")

    static let externalDocumentation = ObjectKind(
        "an external documentation object", required: "url", optional: "description")

    static let server = ObjectKind(
        "a server object", vital: "url", optional: "description variables", since32: "name")

    static let serverVariable = ObjectKind(
        "a server variable object", required: "default", optional: "enum description")

    static let tag = ObjectKind(
        "a tag object", vital: "name", optional: "description externalDocs", since32: "summary parent kind",
        unsupported: ["parent": "tags stay as they are", "kind": "all tags group operations"])

    static let components = ObjectKind(
        "a components object",
        optional: "schemas responses parameters examples requestBodies headers securitySchemes links callbacks",
        since31: "pathItems", since32: "mediaTypes")

    static let securityScheme = ObjectKind(
        "a security scheme object", vital: "type",
        optional: "description name in scheme bearerFormat flows openIdConnectUrl",
        since32: "deprecated oauth2MetadataUrl")

    static let flows = ObjectKind(
        "an OAuth flows object", optional: "implicit password clientCredentials authorizationCode",
        since32: "deviceAuthorization")

    static let flow = ObjectKind(
        "an OAuth flow object", required: "scopes", optional: "authorizationUrl tokenUrl refreshUrl",
        since32: "deviceAuthorizationUrl")

    static let pathItem = ObjectKind(
        "a path item object",
        optional: "$ref summary description get put post delete options head patch trace servers parameters",
        since32: "query additionalOperations", extensions: "aliases")

    static let operation = ObjectKind(
        "an operation object", requiredIn30: "responses",
        optional: """
            tags summary description externalDocs operationId parameters requestBody responses callbacks deprecated \
            security servers
            """,
        extensions: "name paging streaming")

    static let paging = ObjectKind("\"x-tollgate-paging\"", vital: "cursor next items")

    static let streaming = ObjectKind("\"x-tollgate-streaming\"", optional: "member value end event")

    static let parameter = ObjectKind(
        "a parameter object", vital: "name in",
        optional: """
            description required deprecated allowEmptyValue style explode allowReserved schema example examples content
            """,
        extensions: "name context idempotency-key")

    static let header = ObjectKind(
        "a header object",
        optional: "description required deprecated style explode schema example examples content",
        only30: "allowEmptyValue allowReserved")

    static let requestBody = ObjectKind(
        "a request body object", required: "content", optional: "description required")

    static let mediaType = ObjectKind(
        "a media type object", optional: "schema example examples encoding",
        since32: "itemSchema prefixEncoding itemEncoding")

    static let encoding = ObjectKind(
        "an encoding object", optional: "contentType headers style explode allowReserved",
        since32: "encoding prefixEncoding itemEncoding",
        unsupported: [
            "encoding": "parts of parts are written in the way that their schemas imply",
            "prefixEncoding": "parts of parts are written in the way that their schemas imply",
            "itemEncoding": "parts of parts are written in the way that their schemas imply",
        ])

    static let response = ObjectKind(
        "a response object", requiredIn31: "description", optional: "headers content links", since32: "summary",
        unsupported: ["links": "they are left out"])

    static let example = ObjectKind(
        "an example object", optional: "summary description value externalValue",
        since32: "dataValue serializedValue",
        unsupported: ["externalValue": "the example is left out", "serializedValue": "the example is left out"])

    static let xml = ObjectKind(
        "an XML object", optional: "name namespace prefix attribute wrapped", since32: "nodeType")

    static let discriminator = ObjectKind(
        "a discriminator object", vital: "propertyName", optional: "mapping", since32: "defaultMapping")

    static let overlay = ObjectKind(
        "an Overlay object", vital: "overlay actions", required: "info", optional: "extends")

    static let overlayAction = ObjectKind("an action object", vital: "target", optional: "description update remove")

    static let siblingDiscriminator = ObjectKind("\"x-tollgate-discriminator\"", vital: "property mapping")
}

/// The sections of a components object that can be referred to.
enum Component: String {
    case schemas, responses, parameters, examples, requestBodies, headers, securitySchemes, links, callbacks
    case pathItems, mediaTypes

    /// `request body`
    var noun: String {
        switch self {
        case .schemas: "schema"
        case .responses: "response"
        case .parameters: "parameter"
        case .examples: "example"
        case .requestBodies: "request body"
        case .headers: "header"
        case .securitySchemes: "security scheme"
        case .links: "link"
        case .callbacks: "callback"
        case .pathItems: "path item"
        case .mediaTypes: "media type"
        }
    }

    /// With its article: `a request body`.
    var name: String { (self == .examples ? "an " : "a ") + noun }
}
