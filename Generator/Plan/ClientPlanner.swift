import Foundation
import GeneratorDiagnostics
import GeneratorOpenAPI

/// Decides what the client of a document from outside looks like.
struct ClientPlanner {
    let document: Document
    /// The client's type.
    let name: String
    let namer: Namer

    func plan() -> ClientPlan {
        var plan = ClientPlan(name: name, documentation: documentation, origin: document.location.file.path)
        plan.servers = servers
        plan.defaultBaseURL = document.servers.first.flatMap(ClientPlanner.absoluteURL)
        plan.credentials = CredentialPlanner(document: document, namer: namer).plan()
        plan.needsCertificate = document.securitySchemes.contains(where: \.isCertificate)
        return plan
    }

    private var documentation: String {
        [document.title, document.summary ?? "", document.description ?? ""].filter { !$0.isEmpty }
            .joined(separator: "\n\n")
    }

    // MARK: Servers

    private var servers: [ServerPlan] {
        var scope = NameScope()
        return document.servers.compactMap { server in
            guard let url = ClientPlanner.absoluteURL(server) else { return nil }
            let isOpen = server.variables.contains { server.template.contains("{\($0.name)}") }
            return ServerPlan(
                name: SwiftText.identifier(scope.claim(serverName(server))), template: isOpen ? server.template : url,
                variables: isOpen ? variables(of: server) : [], documentation: server.description ?? "")
        }
    }

    private static let emptyWords: Set = [
        "a", "an", "api", "base", "endpoint", "environment", "our", "server", "service", "the", "this", "url",
    ]

    /// A short description is a name: `Production server` is `production`.
    private func serverName(_ server: Server) -> String {
        let words = namer.words(of: server.name ?? server.description ?? "")
            .filter { !Self.emptyWords.contains($0.lowercased()) }
        return words.isEmpty || words.count > 3 ? "server" : namer.member(words.joined(separator: "_"))
    }

    private func variables(of server: Server) -> [ServerPlan.Variable] {
        var scope = NameScope()
        return server.variables.map { variable in
            let values = variable.values.map { "`\($0)`" }.joined(separator: ", ")
            let choice = values.isEmpty ? "By default `\(variable.defaultValue)`." : "One of \(values)."
            return ServerPlan.Variable(
                wireName: variable.name, name: SwiftText.identifier(scope.claim(namer.member(variable.name))),
                defaultValue: variable.defaultValue,
                documentation: [variable.description ?? "", choice].filter { !$0.isEmpty }.joined(separator: " "))
        }
    }

    /// The text of the URL, if it is one that requests can be sent to.
    static func absoluteURL(_ server: Server) -> String? {
        guard let url = URL(string: server.url), ["http", "https"].contains(url.scheme?.lowercased()),
            url.host?.isEmpty == false, url.user == nil, url.query == nil, url.fragment == nil
        else { return nil }
        return server.url
    }
}

/// Turns security schemes into what a caller gives a client.
struct CredentialPlanner {
    let document: Document
    let namer: Namer

    /// One for each set of schemes that an operation may be called with, without those that take the same arguments.
    func plan() -> [CredentialPlan] {
        var known: Set<[String]> = []
        return alternatives.flatMap(credentials).filter { known.insert($0.arguments.map(\.name)).inserted }
    }

    /// What the requirements list; what is described and never required may be given all the same.
    private var alternatives: [[SecurityScheme]] {
        let schemes = Dictionary(document.securitySchemes.map { ($0.name, $0) }) { first, _ in first }
        var known: Set<Set<String>> = []
        var alternatives: [[SecurityScheme]] = []
        func add(_ names: [String]) {
            let named = names.compactMap { schemes[$0] }
            if named.count == names.count, !names.isEmpty, known.insert(Set(names)).inserted {
                alternatives.append(named)
            }
        }
        for requirement in document.security { add(requirement) }
        for requirement in document.operations.flatMap({ $0.security ?? [] }) { add(requirement) }
        let used = Set(alternatives.flatMap { $0.map(\.name) })
        for scheme in document.securitySchemes where !used.contains(scheme.name) { add([scheme.name]) }
        return alternatives
    }

    /// None if a scheme is one that Core has no credential for: the caller then writes one.
    private func credentials(of schemes: [SecurityScheme]) -> [CredentialPlan] {
        let proofs = schemes.filter { !$0.isCertificate }
        if proofs.isEmpty { return [] }
        let choices = proofs.map(choices)
        if choices.count == 1 { return choices[0] }
        // Of several schemes that are all needed, each in its first form.
        let parts = choices.compactMap(\.first)
        let arguments = parts.flatMap(\.arguments)
        guard parts.count == proofs.count, Set(arguments.map(\.name)).count == arguments.count else { return [] }
        let expressions = parts.map(\.expression).joined(separator: ", ")
        return [CredentialPlan(arguments: arguments, expression: "TollgateCore.CombinedCredential(\(expressions))")]
    }

    private func choices(for scheme: SecurityScheme) -> [CredentialPlan] {
        switch scheme.kind {
        case .bearer, .openIDConnect: return [bearer(scheme, name: label(scheme, otherwise: "token"))]
        case .oauth2:
            let grants = scheme.flows.filter { $0.kind == .clientCredentials }.map(clientCredentials)
            return [bearer(scheme, name: "accessToken")] + grants
        case .basic:
            return [
                CredentialPlan(
                    arguments: [
                        .init(name: "username", documentation: scheme.description ?? "The user name."),
                        .init(name: "password", documentation: "The password; empty where there is none."),
                    ], expression: "TollgateCore.BasicCredential(username: username, password: password)")
            ]
        case .apiKey(let key, let place): return apiKey(scheme, key: key, place: place).map { [$0] } ?? []
        case .mutualTLS, .otherHTTP: return []
        }
    }

    private func bearer(_ scheme: SecurityScheme, name: String) -> CredentialPlan {
        CredentialPlan(
            arguments: [.init(name: name, documentation: scheme.description ?? "Sent as a bearer token.")],
            expression: "TollgateCore.BearerToken(\(name))")
    }

    private func apiKey(_ scheme: SecurityScheme, key: String, place: ParameterLocation) -> CredentialPlan? {
        let literal = SwiftText.stringLiteral(key)
        let target: String
        switch place {
        case .header where !key.isEmpty && key.utf8.allSatisfy(\.isTokenCharacter):
            target = ".header(.named(\(literal)))"
        case .query: target = ".query(\(literal))"
        case .cookie: target = ".cookie(\(literal))"
        default: return nil
        }
        let name = label(scheme, otherwise: "apiKey")
        let text = scheme.description ?? "Sent in the \(place.rawValue), as `\(key)`."
        return CredentialPlan(
            arguments: [.init(name: name, documentation: text)],
            expression: "TollgateCore.APIKey(\(name), in: \(target))")
    }

    private func clientCredentials(_ flow: OAuthFlow) -> CredentialPlan {
        let url = flow.tokenURL.map { Server(url: $0) }.flatMap(ClientPlanner.absoluteURL)
        let scopes = flow.scopes.map { "`\($0.name)`" }.joined(separator: ", ")
        return CredentialPlan(
            arguments: [
                .init(name: "clientID", documentation: "The client's identifier."),
                .init(name: "clientSecret", documentation: "The client's secret."),
                .init(
                    name: "scopes", type: "[String]", defaultValue: "[]",
                    documentation: scopes.isEmpty ? "What the token is asked for." : "Of \(scopes)."),
                .init(
                    name: "tokenURL", type: "URL",
                    defaultValue: url.map { ".literal(\(SwiftText.stringLiteral($0)))" },
                    documentation: "Where tokens come from. One is fetched when it is needed, and again when it ends."),
            ],
            expression: "TollgateCore.ClientCredentials(tokenURL: tokenURL, clientID: clientID, "
                + "clientSecret: clientSecret, scopes: scopes, transport: transport)")
    }

    private static let emptyWords: Set = [
        "auth", "authentication", "authorization", "header", "http", "scheme", "security", "basic", "bearer", "oauth2",
        "cookie", "query",
    ]
    private static let takenLabels: Set = ["baseurl", "transport", "credential", "self", "client"]

    /// `ApiKeyAuth` is `apiKey`; a name that only says how it is done is no name.
    private func label(_ scheme: SecurityScheme, otherwise fallback: String) -> String {
        let words = namer.words(of: scheme.name).filter { !Self.emptyWords.contains($0.lowercased()) }
        let name = words.isEmpty ? fallback : namer.member(words.joined(separator: "_"))
        return SwiftText.identifier(Self.takenLabels.contains(name.lowercased()) ? fallback : name)
    }
}

extension SecurityScheme {
    fileprivate var isCertificate: Bool {
        if case .mutualTLS = kind { true } else { false }
    }
}
