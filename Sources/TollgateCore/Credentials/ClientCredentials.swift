import Foundation
import HTTPTypes

/// OAuth 2.0's client credentials grant (RFC 6749, section 4.4): a token of the application's own, fetched from an
/// authorization server and renewed as ``TokenProvider`` does.
public struct ClientCredentials: Credential {
    /// How the application proves to the authorization server who it is.
    public enum Authentication: Sendable, Hashable {
        /// Identifier and secret in the `Authorization` field; every server has to understand that.
        case header
        /// Identifier and secret in the form.
        case form
    }

    private let provider: TokenProvider

    /// - Parameters:
    ///   - tokenURL: The authorization server's token endpoint.
    ///   - clientID: The application's identifier.
    ///   - clientSecret: The application's secret.
    ///   - scopes: What the token is to permit; empty for what the server gives unasked.
    ///   - audience: What the token is for, where the server asks for that.
    ///   - authentication: How the application proves who it is.
    ///   - transport: The way to the authorization server.
    ///   - time: The clock.
    public init(
        tokenURL: URL, clientID: String, clientSecret: String, scopes: [String] = [], audience: String? = nil,
        authentication: Authentication = .header, transport: any HTTPTransport, time: any TimeSource = .system
    ) {
        var form: [String: JSONValue] = ["grant_type": "client_credentials"]
        if !scopes.isEmpty { form["scope"] = .string(scopes.joined(separator: " ")) }
        if let audience { form["audience"] = .string(audience) }
        var proof: BasicCredential?
        switch authentication {
        case .header:
            proof = BasicCredential(username: clientID.percentEncoded, password: clientSecret.percentEncoded)
        case .form:
            form["client_id"] = .string(clientID)
            form["client_secret"] = .string(clientSecret)
        }
        let client = APIClient(baseURL: tokenURL, transport: transport, credential: proof, time: time)
        let endpoint = Endpoint<Grant>("oauth2.token", .post, "", errors: [.init(400...401, OAuth2Error.self)])
        var request = APIRequest(endpoint)
        request.form(form)
        provider = TokenProvider(time: time) { [request] in
            let grant = try await client.send(request)
            return AccessToken(grant.accessToken, lifetime: grant.expiresIn.map { .seconds($0) })
        }
    }

    /// - Throws: ``OAuth2Error`` if the authorization server refuses; any other error of a call if it does not answer.
    public func authorize(_ request: inout HTTPRequest, body: HTTPBody) async throws {
        try await provider.authorize(&request, body: body)
    }

    public func renew(after request: HTTPRequest) async -> Bool {
        await provider.renew(after: request)
    }

    /// What an authorization server answers.
    private struct Grant: JSONModel {
        let accessToken: String
        /// Seconds. Some servers write it as text.
        let expiresIn: Double?

        init(json: inout JSONObject) throws(JSONError) {
            accessToken = try json.string("access_token")
            expiresIn = json.element(ifPresent: "expires_in").flatMap { $0.scalarText }.flatMap { Double($0) }
        }

        func write(to json: inout JSONWriter) {
            json.write("access_token", accessToken)
            json.write("expires_in", expiresIn)
        }
    }
}

extension ClientCredentials: CustomStringConvertible, CustomReflectable {
    /// Never the secret.
    public var description: String { "ClientCredentials(redacted)" }

    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// An authorization server gave no token (RFC 6749, section 5.2).
public struct OAuth2Error: JSONModel, APIError {
    /// `invalid_client`, `invalid_scope`, …
    public var error: String
    /// What the server says in words.
    public var errorDescription: String?
    public var response = FailedResponse()

    public init(json: inout JSONObject) throws(JSONError) {
        error = try json.string("error")
        errorDescription = json.string(ifPresent: "error_description")
    }

    public func write(to json: inout JSONWriter) {
        json.write("error", error)
        json.write("error_description", errorDescription)
    }
}
