import Configuration
import Foundation
import TollgateConfiguration
@_exported import TollgateCore
import TollgateTransport

/// Vluna: gates and bills AI usage. ``ServiceClient`` speaks for a backend, ``BearerClient`` for one of its customers.
public enum Vluna {
    /// Where the management surface is unless a base URL is given.
    public static var serviceBaseURL: URL { .literal("https://us-central1.api.vluna.ai/mgt/v1") }
    /// Where the public surface is unless a base URL is given.
    public static var bearerBaseURL: URL { .literal("https://us-central1.api.vluna.ai/api/v1") }

    /// The management surface, for a backend that holds a service key.
    ///
    /// A value is cheap to copy, and copies share connections.
    public struct ServiceClient: VlunaService {
        public var client: APIClient

        /// Makes a client from plain values.
        ///
        /// - Parameters:
        ///   - realmID: The realm that calls are about.
        ///   - key: The service key that signs every request.
        ///   - baseURL: The service, or a mock of it.
        ///   - transport: How requests travel.
        public init(
            realmID: String, key: ServiceKey, baseURL: URL = Vluna.serviceBaseURL,
            transport: any HTTPTransport = .default
        ) {
            client = APIClient(
                baseURL: baseURL, transport: transport, credential: key, headers: [.realmID: realmID])
        }

        /// Makes a client from a configuration, by default the environment: `VLUNA_REALM_ID`, `VLUNA_SERVICE_KEY_ID`,
        /// `VLUNA_SERVICE_KEY_SECRET`, and optionally `VLUNA_SERVICE_BASE_URL`, `VLUNA_BILLING_ACCOUNT_ID` and
        /// `VLUNA_API_VERSION` (`0.1` unless set, or `0.3`).
        ///
        /// How calls behave is set by `VLUNA_TIMEOUT`, `VLUNA_CONNECT_TIMEOUT`, `VLUNA_IDLE_TIMEOUT` (seconds),
        /// `VLUNA_RETRY_POLICY` (`standard`, `never`, `official`), `VLUNA_MAX_RETRIES` and `VLUNA_LOG_LEVEL`.
        ///
        /// - Throws: ``ConfigurationError`` that names the variable which is missing or wrong.
        public init(
            configuration: ConfigReader = ConfigReader(provider: EnvironmentVariablesProvider()),
            transport: any HTTPTransport = .default
        ) throws {
            let vluna = ServiceConfiguration(configuration, prefix: "VLUNA")
            let key = try ServiceKey(
                id: vluna.required("SERVICE_KEY_ID", "the id of a service key (pk-…)"),
                secret: vluna.required("SERVICE_KEY_SECRET", "the secret of the service key, in base64"),
                version: vluna.choice("API_VERSION", ["0.1": .v0_1, "0.3": .v0_3]) ?? .v0_1)
            self.init(
                realmID: try vluna.required("REALM_ID", "the realm that calls are about"), key: key,
                baseURL: try vluna.url("SERVICE_BASE_URL") ?? Vluna.serviceBaseURL, transport: transport)
            client.headers[.billingAccountID] = vluna.text("BILLING_ACCOUNT_ID")
            try vluna.set(&client, official: .officialVluna)
        }
    }

    /// The public surface, for one customer who holds a platform token.
    ///
    /// A value is cheap to copy, and copies share connections.
    public struct BearerClient: VlunaService {
        public var client: APIClient

        /// Makes a client from plain values.
        ///
        /// - Parameters:
        ///   - accessToken: The platform token that the backend issued to the customer.
        ///   - realmID: The realm that the token belongs to.
        ///   - baseURL: The service, or a mock of it.
        ///   - transport: How requests travel.
        public init(
            accessToken: String, realmID: String, baseURL: URL = Vluna.bearerBaseURL,
            transport: any HTTPTransport = .default
        ) {
            client = APIClient(
                baseURL: baseURL, transport: transport, credential: BearerToken(accessToken),
                headers: [.realmID: realmID])
        }

        /// Makes a client from a configuration, by default the environment: `VLUNA_REALM_ID`, `VLUNA_ACCESS_TOKEN`
        /// unless a token is given, and optionally `VLUNA_BEARER_BASE_URL`.
        ///
        /// How calls behave is set by `VLUNA_TIMEOUT`, `VLUNA_CONNECT_TIMEOUT`, `VLUNA_IDLE_TIMEOUT` (seconds),
        /// `VLUNA_RETRY_POLICY` (`standard`, `never`, `official`), `VLUNA_MAX_RETRIES` and `VLUNA_LOG_LEVEL`.
        ///
        /// - Parameters:
        ///   - accessToken: The platform token that the backend issued to the customer.
        ///   - configuration: Where the other values come from.
        ///   - transport: How requests travel.
        /// - Throws: ``ConfigurationError`` that names the variable which is missing or wrong.
        public init(
            accessToken: String? = nil,
            configuration: ConfigReader = ConfigReader(provider: EnvironmentVariablesProvider()),
            transport: any HTTPTransport = .default
        ) throws {
            let vluna = ServiceConfiguration(configuration, prefix: "VLUNA")
            self.init(
                accessToken: try accessToken ?? vluna.required("ACCESS_TOKEN", "a platform token"),
                realmID: try vluna.required("REALM_ID", "the realm that calls are about"),
                baseURL: try vluna.url("BEARER_BASE_URL") ?? Vluna.bearerBaseURL, transport: transport)
            try vluna.set(&client, official: .officialVluna)
        }

        /// A copy that calls with another platform token.
        public func with(accessToken: String) -> Self {
            var copy = self
            copy.client.credential = BearerToken(accessToken)
            return copy
        }
    }
}

/// Both clients of Vluna: what a call is about is set on a copy.
public protocol VlunaService: APIService {}

extension VlunaService {
    /// A copy whose calls are about this payer, by the caller's own id, and about no other billing account. The payer's
    /// account is made at first use.
    public func with(principalID: String) -> Self {
        with(.principalID, principalID).with(.billingAccountID, nil)
    }

    /// A copy whose calls are about this billing account, by Vluna's id, and about no other payer.
    public func with(billingAccountID: String) -> Self {
        with(.billingAccountID, billingAccountID).with(.principalID, nil)
    }

    /// A copy whose calls are about this user of the payer, by the caller's own id.
    public func with(userID: String) -> Self {
        with(.userID, userID)
    }

    /// A copy whose calls are about another realm.
    public func with(realmID: String) -> Self {
        with(.realmID, realmID)
    }

    /// A copy whose calls see the whole realm rather than one account. Realm-wide reports need it.
    public func asRealmAdmin() -> Self {
        with(.realmAdmin, "true")
    }

    private func with(_ name: HTTPField.Name, _ value: String?) -> Self {
        var copy = self
        copy.client.headers[name] = value
        return copy
    }
}

extension HTTPField.Name {
    static let realmID = Self.named("X-Realm-Id")
    static let principalID = Self.named("X-Principal-Id")
    static let billingAccountID = Self.named("X-Billing-Account-Id")
    static let userID = Self.named("X-User-Id")
    static let realmAdmin = Self.named("X-Realm-Admin")
    static let contentDigest = Self.named("Content-Digest")
}
