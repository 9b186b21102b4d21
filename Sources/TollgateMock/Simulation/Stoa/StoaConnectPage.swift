import Foundation
import Synchronization
import TollgateMockServer

extension StoaSimulation {
    /// Does what the connect page does when a user visits it and agrees.
    func visit(connectURL: URL) throws(MockError) -> URL {
        let now = clock.now
        let request = try ConnectRequest(connectURL, at: now)
        let token = world.withLock { world in
            world.state.connectToken(
                userID: request.userID, state: request.state, lifetime: .seconds(600), at: now)
        }
        return try request.redirect(with: token)
    }
}

/// The address of the connect page, as the page reads it.
struct ConnectRequest: Sendable {
    let userID: String
    let state: String
    private let redirectURI: String

    /// - Throws: ``MockError`` if something is missing or the signature does not hold.
    init(_ url: URL, at now: Date) throws(MockError) {
        let fields = Dictionary(Self.fields(of: url)) { first, _ in first }
        func field(_ name: String) throws(MockError) -> String {
            guard let value = fields[name], !value.isEmpty else { throw MockError("The connect URL has no \(name).") }
            return value
        }
        userID = try field("external_user_id")
        state = try field("state")
        redirectURI = try field("redirect_uri")
        let (appID, timestamp, nonce) = (try field("app_id"), try field("timestamp"), try field("nonce"))
        let text = [appID, userID, redirectURI, state, timestamp, nonce].joined(separator: ":")
        guard StoaSignatures.isValid(try field("signature"), of: text, secret: MockStoa.connectSecret) else {
            throw MockError("The signature of the connect URL does not fit the connect secret.")
        }
        guard appID == MockStoa.appID else { throw MockError("The connect URL is for another application.") }
        guard let seconds = Double(timestamp),
            abs(now.timeIntervalSince1970 - seconds) <= StoaState.signatureWindow
        else { throw MockError("The timestamp of the connect URL is more than 300 seconds off.") }
    }

    /// The redirect address with the token in its query.
    func redirect(with token: String) throws(MockError) -> URL {
        guard var components = URLComponents(string: redirectURI) else {
            throw MockError("The redirect_uri of the connect URL is no address.")
        }
        components.queryItems = (components.queryItems ?? []) + [URLQueryItem(name: "token", value: token)]
        guard let url = components.url else { throw MockError("The redirect_uri of the connect URL is no address.") }
        return url
    }

    /// The fields of a form-encoded query.
    private static func fields(of url: URL) -> [(String, String)] {
        (url.query(percentEncoded: true) ?? "").split(separator: "&").map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? PercentEncoding.decode(parts[1], plusIsSpace: true) : ""
            return (PercentEncoding.decode(parts[0], plusIsSpace: true), value)
        }
    }
}
