import GeneratorDiagnostics
import GeneratorYAML

/// Servers and security.
extension Session {
    /// The `servers` of a document, a path item or an operation.
    func servers(_ fields: Fields) -> [Server] {
        fields.elements("servers").compactMap { target in
            part("a server", at: target.location) { server(target) }
        }
    }

    private func server(_ target: Target) -> Server? {
        guard let fields = open(target, as: .server), let node = fields["url"], let template = string(node) else {
            return nil
        }
        var server = Server(url: template, description: fields.string("description"))
        server.name = fields.string("name")
        let placeholders = PathTemplate(template).placeholders
        for (name, target) in fields.members("variables") {
            guard let variable = variable(name, target) else { continue }
            if placeholders.contains(name) {
                server.variables.append(variable)
                server.url = server.url.replacing("{\(name)}", with: variable.defaultValue)
            } else if strictness == .outside {
                warning("the URL of the server has no variable \"\(name)\"", at: target.location)
            }
        }
        for name in placeholders where !server.variables.contains(where: { $0.name == name }) {
            slip("the server variable \"\(name)\" is not described", at: node.location)
        }
        return server
    }

    private func variable(_ name: String, _ target: Target) -> Server.Variable? {
        guard let fields = open(target, as: .serverVariable) else { return nil }
        let values = fields.strings("enum")
        let value = fields.string("default")
        if let value, !values.isEmpty, !values.contains(value) {
            slip("the default \"\(value)\" is none of the values of \"enum\"", at: target.location)
        }
        guard let value = value ?? values.first else { return nil }
        return Server.Variable(
            name: name, defaultValue: value, values: values, description: fields.string("description"))
    }

    // MARK: - Security schemes

    func securitySchemes(_ root: Fields) -> [SecurityScheme] {
        guard let components = root["components"]?.mapping,
            let section = components["securitySchemes"].flatMap(mapping)
        else { return [] }
        return section.compactMap { entry in
            let place = root.place.child("components", "securitySchemes").child(entry.name)
            return part("the security scheme \"\(entry.name)\"", at: entry.key.location) {
                securityScheme(entry.name, Target(node: entry.value, key: entry.key, place: place))
            }
        }
    }

    func securityScheme(_ name: String, _ target: Target) -> SecurityScheme? {
        guard let target = follow(target, as: .securitySchemes), let fields = open(target, as: .securityScheme),
            let type = fields["type"], let kind = securityKind(type, fields)
        else { return nil }
        var scheme = SecurityScheme(
            name: name, kind: kind, description: target.description ?? fields.string("description"),
            location: target.location)
        scheme.bearerFormat = fields.string("bearerFormat")
        scheme.isDeprecated = fields.bool("deprecated") ?? false
        scheme.flows = flows(fields)
        scheme.openIDConnectURL = fields.string("openIdConnectUrl")
        return scheme
    }

    private func securityKind(_ type: Node, _ fields: Fields) -> SecurityScheme.Kind? {
        guard let name = string(type) else { return nil }
        switch name {
        case "oauth2": return require("flows", for: name, in: fields) == nil ? nil : .oauth2
        case "openIdConnect": return require("openIdConnectUrl", for: name, in: fields) == nil ? nil : .openIDConnect
        case "mutualTLS": return .mutualTLS
        case "http":
            return require("scheme", for: name, in: fields).flatMap(string).map { scheme in
                switch scheme.lowercased() {
                case "bearer": .bearer
                case "basic": .basic
                default: .otherHTTP(scheme.lowercased())
                }
            }
        case "apiKey":
            guard let key = require("name", for: name, in: fields).flatMap(string),
                let place = require("in", for: name, in: fields),
                let word = choice(place, of: ["query", "header", "cookie"]),
                let location = ParameterLocation(rawValue: word)
            else { return nil }
            return .apiKey(name: key, location: location)
        default:
            _ = choice(type, of: ["apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"])
            return nil
        }
    }

    /// The flows of an `oauth2` scheme, in the order of the document.
    private func flows(_ scheme: Fields) -> [OAuthFlow] {
        guard let target = scheme.target("flows"), let flows = open(target, as: .flows) else { return [] }
        return flows.mapping.compactMap { entry in
            guard let kind = OAuthFlow.Kind(rawValue: entry.name), let target = flows.target(entry.name),
                let fields = open(target, as: .flow)
            else { return nil }
            var flow = OAuthFlow(kind: kind)
            flow.tokenURL = fields.string("tokenUrl")
            flow.authorizationURL = fields.string("authorizationUrl")
            flow.refreshURL = fields.string("refreshUrl")
            flow.deviceAuthorizationURL = fields.string("deviceAuthorizationUrl")
            flow.scopes = fields.members("scopes").map { name, target in
                (name: name, description: target.node.isNull ? "" : string(target.node) ?? "")
            }
            return flow
        }
    }

    private func require(_ keyword: String, for type: String, in fields: Fields) -> Node? {
        if let value = fields[keyword] { return value }
        error("missing \"\(keyword)\" in a security scheme object of type \"\(type)\"", at: fields.location)
        return nil
    }

    // MARK: - Security requirements

    /// A security requirement: any of the elements satisfies it, and each names schemes that are all needed.
    ///
    /// A scheme that the document does not have is left out of its element in documents from outside.
    func security(_ node: Node) -> [[String]] {
        guard let alternatives = sequence(node) else { return [] }
        return alternatives.compactMap(mapping).map { alternative in
            alternative.compactMap { entry in
                if !schemes.contains(entry.name) {
                    slip(
                        "no security scheme of the document is named \"\(entry.name)\"", assumed: "it is left out",
                        at: entry.key.location, hint: didYouMean(entry.name, in: schemes))
                    if strictness == .outside { return nil }
                }
                return entry.name
            }
        }
    }

    /// The scopes that a security requirement asks for, by scheme.
    func scopes(_ node: Node) -> [String: [String]] {
        var scopes: [String: [String]] = [:]
        guard let alternatives = node.sequence else { return scopes }
        for entry in alternatives.compactMap(\.mapping).joined() where scopes[entry.name] == nil {
            let names = entry.value.sequence?.compactMap(\.text) ?? []
            if !names.isEmpty { scopes[entry.name] = names }
        }
        return scopes
    }
}
