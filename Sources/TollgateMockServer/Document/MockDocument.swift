/// What an OpenAPI document says, as far as a mock needs it. The generator writes one for each document.
///
/// ```swift
/// let mock = MockServer.inProcess(.petstore)
/// ```
///
/// Such a mock answers every operation with what the document gives as an example, or else with a value that fits the
/// schema. It checks requests as the document describes them, and wants a credential where the document does: any of
/// the right kind will do.
public struct MockDocument: Sendable {
    /// The first half of the operations' keys: `petstore`.
    let service: String
    /// What paths may begin with.
    let basePaths: [String]
    private(set) var operations: [Operation] = []
    private(set) var schemas = MockSchemas()
    /// What several routes have in common.
    private(set) var parts: [String: String] = [:]
    private(set) var securitySchemes: [String: CredentialKind] = [:]

    struct Operation: Sendable {
        let operation: MockOperation
        let method: String
        let path: String
        let text: String
    }

    /// A document without operations.
    /// - Parameters:
    ///   - service: The first half of the operations' keys.
    ///   - basePaths: What the paths of its servers begin with, and the empty text for a server without one.
    public init(_ service: String, basePaths: [String] = [""]) {
        self.service = service
        self.basePaths = basePaths
    }

    /// Adds an operation.
    /// - Parameters:
    ///   - key: Its name, the service's before it: `petstore.getPet`.
    ///   - method: Its HTTP method.
    ///   - path: Its path, with parameters in braces.
    ///   - text: The rest, as JSON.
    public mutating func add(_ key: String, _ method: String, _ path: String, _ text: String) {
        operations.append(Operation(operation: MockOperation(key), method: method, path: path, text: text))
    }

    /// Adds a schema that others name: as JSON Schema, in which a `$ref` is `#/KEY`.
    public mutating func schema(_ key: String, _ text: String) {
        schemas.add(key, text)
    }

    /// Adds what several operations have in common, as JSON.
    public mutating func part(_ key: String, _ text: String) {
        parts[key] = text
    }

    /// Adds a security scheme.
    /// - Parameters:
    ///   - name: As the operations call it.
    ///   - kind: `bearer`, `basic`, `header`, `query`, `cookie`, or another scheme of HTTP authentication.
    ///   - field: The name of the header field, query parameter or cookie.
    public mutating func securityScheme(_ name: String, _ kind: String, _ field: String = "") {
        securitySchemes[name] = CredentialKind(kind, field)
    }
}

extension MockServer {
    /// Starts a mock of what a document describes, on a TCP port.
    /// - Parameters:
    ///   - document: What is served.
    ///   - host: The name or address to listen at.
    ///   - port: The port; 0 for one that the system chooses.
    /// - Returns: The server, which answers already.
    /// - Throws: What the system says when the port cannot be opened.
    public static func start(
        _ document: MockDocument, host: String = "127.0.0.1", port: Int = 0
    ) async throws -> MockServer {
        try await start(services(of: document), host: host, port: port)
    }

    /// Makes a mock of what a document describes, without a socket: clients reach it through ``transport``.
    /// - Parameter document: What is served.
    /// - Returns: The server, which answers already.
    public static func inProcess(_ document: MockDocument) -> MockServer {
        inProcess(services(of: document))
    }

    private static func services(of document: MockDocument) -> MockServices {
        var services = MockServices(engine: MockEngine(seed: 0))
        services.add(DocumentService(document))
        return services
    }

    /// Lets an operation answer another status that its description names.
    ///
    /// It holds for servers of a ``MockDocument``, until another status is chosen.
    /// - Parameters:
    ///   - operation: Which operation.
    ///   - status: The status; nil for the success.
    ///   - contentType: The media type, if there are several; nil for the first.
    public func answer(_ operation: MockOperation, with status: Int?, as contentType: String? = nil) {
        for case let service as DocumentService in handler.services.all {
            service.answer(operation, with: status, as: contentType)
        }
    }
}
