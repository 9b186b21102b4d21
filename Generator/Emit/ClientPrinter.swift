import GeneratorPlan

/// The client of a document from outside.
///
/// What is not declared here is spelled in full, since the document may have types of any name.
struct ClientPrinter {
    let plan: ClientPlan

    /// ```
    /// import Foundation
    /// @_exported import TollgateCore
    /// import TollgateTransport
    ///
    /// public struct Qdrant: TollgateCore.APIService {
    ///     …
    /// }
    /// ```
    func text() -> String {
        let imports: Code = """
            import Foundation
            @_exported import TollgateCore
            import TollgateTransport
            """
        return FilePrinter.text(origins: [plan.origin], imports: imports, [declaration, servers])
    }

    private var declaration: Code {
        """
        \(Documentation.comment(plan.documentation, at: 0))
        public struct \(name: plan.name): TollgateCore.APIService {
            \(Code.blocks([defaultBaseURL, client, initialiser] + plan.credentials.map(initialiser)))
        }
        """
    }

    private var client: Code { "public var client: TollgateCore.APIClient" }

    private var defaultBaseURL: Code {
        guard let url = plan.defaultBaseURL else { return "" }
        let line: Code = "public static var defaultBaseURL: URL { .literal(\(string: url)) }"
        let comment: Code = "/// Where the service is unless a base URL is given."
        if line.fits(at: 4) { return .lines([comment, line]) }
        return """
            \(comment)
            public static var defaultBaseURL: URL {
                .literal(\(string: url))
            }
            """
    }

    // MARK: Initialisers

    private var baseURL: Code {
        plan.defaultBaseURL == nil ? "baseURL: URL" : "baseURL: URL = \(name: plan.name).defaultBaseURL"
    }

    private var transport: Code { "transport: any TollgateCore.HTTPTransport = .default" }

    private var transportText: String {
        plan.needsCertificate
            ? "How requests travel. The service asks for a client certificate: give a transport that has one."
            : "How requests travel."
    }

    /// ```
    /// public init(baseURL: URL, credential: (any TollgateCore.Credential)? = nil, …) {
    ///     client = TollgateCore.APIClient(baseURL: baseURL, transport: transport, credential: credential)
    /// }
    /// ```
    private var initialiser: Code {
        let lines = [
            "Makes a client.", "", "- Parameters:", "  - baseURL: The service, or a mock of it.",
            "  - credential: Proves who is calling; nil for nobody.", "  - transport: \(transportText)",
        ]
        let parameters: [Code] = [baseURL, "credential: (any TollgateCore.Credential)? = nil", transport]
        return """
            \(Documentation.comment([lines], at: 4))
            \(Code.list("public init(", parameters, ") {", at: 4))
                client = TollgateCore.APIClient(baseURL: baseURL, transport: transport, credential: credential)
            }
            """
    }

    /// ```
    /// public init(apiKey: String, baseURL: URL = Qdrant.defaultBaseURL, …) {
    ///     self.init(baseURL: baseURL, credential: TollgateCore.APIKey(…), transport: transport)
    /// }
    /// ```
    private func initialiser(_ credential: CredentialPlan) -> Code {
        let arguments = credential.arguments.flatMap { argument in
            Documentation.item(SwiftText.label(argument.name), argument.documentation, indentation: "  ")
        }
        let lines =
            ["Makes a client that proves who is calling.", "", "- Parameters:"] + arguments
            + ["  - baseURL: The service, or a mock of it.", "  - transport: \(transportText)"]
        let parameters = credential.arguments.map { argument -> Code in
            let value = argument.defaultValue.map { value -> Code in " = \(expression: value)" } ?? ""
            return "\(label: argument.name): \(expression: argument.type)\(value)"
        }
        let values: [Code] = [
            "baseURL: baseURL", "credential: \(expression: credential.expression)", "transport: transport",
        ]
        return """
            \(Documentation.comment([lines], at: 4))
            \(Code.list("public init(", parameters + [baseURL, transport], ") {", at: 4))
                \(Code.list("self.init(", values, ")", at: 8))
            }
            """
    }

    // MARK: Servers

    /// ```
    /// extension Qdrant {
    ///     /// Where the service is to be found.
    ///     public enum Servers {
    ///         public static var production: URL { .literal("https://api.example.com") }
    ///     }
    /// }
    /// ```
    private var servers: Code {
        if plan.servers.count < 2, plan.servers.allSatisfy(\.variables.isEmpty) { return "" }
        return """
            extension \(name: plan.name) {
                /// Where the service is to be found.
                public enum Servers {
                    \(Code.blocks(plan.servers.map(server)))
                }
            }
            """
    }

    private func server(_ server: ServerPlan) -> Code {
        let name = server.name
        if server.variables.isEmpty {
            return """
                \(Documentation.comment(server.documentation, at: 8))
                public static var \(name: name): URL {
                    .literal(\(string: server.template))
                }
                """
        }
        let items = server.variables.flatMap { variable in
            Documentation.item(SwiftText.label(variable.name), variable.documentation, indentation: "  ")
        }
        let comment = [SwiftText.commentLines(server.documentation), ["- Parameters:"] + items]
        let parameters = server.variables.map { variable -> Code in
            "\(label: variable.name): String = \(string: variable.defaultValue)"
        }
        let values = server.variables.map { variable -> Code in "\(string: variable.wireName): \(name: variable.name)" }
        let tail: Code = ") throws(TollgateCore.ConfigurationError) -> URL {"
        return """
            \(Documentation.comment(comment, at: 8))
            \(Code.list("public static func \(name: name)(", parameters, tail, at: 8))
                \(Code.list("try .server(\(string: server.template), [", values, "])", at: 12))
            }
            """
    }
}
