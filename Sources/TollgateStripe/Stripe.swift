import Configuration
import Foundation
import TollgateConfiguration
@_exported import TollgateCore
import TollgateTransport

/// Stripe, as far as metered use needs it: meter events go there, the events of subscriptions and invoices come from
/// there.
///
/// A value is cheap to copy, and copies share connections.
public struct Stripe: APIService {
    /// The version of the API that this client is written for, sent as `Stripe-Version`.
    public static let version = "2026-10-28.endive"

    /// Where the service is unless a base URL is given.
    public static var defaultBaseURL: URL { .literal("https://api.stripe.com") }

    public var client: APIClient
    /// What the account's webhook is signed with; needed for webhooks only.
    public var webhookSecret: WebhookSecret?

    /// Makes a client from plain values.
    ///
    /// - Parameters:
    ///   - secretKey: The account's secret key, `sk_live_…` or `sk_test_…`.
    ///   - webhookSecret: The secret of the webhook's signatures, `whsec_…`; needed for webhooks only.
    ///   - baseURL: The service, or a mock of it.
    ///   - transport: How requests travel.
    public init(
        secretKey: String, webhookSecret: String? = nil, baseURL: URL = Stripe.defaultBaseURL,
        transport: any HTTPTransport = .default
    ) {
        client = APIClient(
            baseURL: baseURL, transport: transport, credential: BearerToken(secretKey),
            headers: [.stripeVersion: Stripe.version])
        self.webhookSecret = webhookSecret.map { WebhookSecret($0) }
    }

    /// Makes a client from a configuration, by default the environment: `STRIPE_SECRET_KEY`, and optionally
    /// `STRIPE_WEBHOOK_SECRET` and `STRIPE_BASE_URL`.
    ///
    /// How calls behave is set by `STRIPE_TIMEOUT`, `STRIPE_CONNECT_TIMEOUT`, `STRIPE_IDLE_TIMEOUT` (seconds),
    /// `STRIPE_RETRY_POLICY` (`standard`, `never`), `STRIPE_MAX_RETRIES` and `STRIPE_LOG_LEVEL`.
    ///
    /// - Throws: ``ConfigurationError`` that names the variable which is missing or wrong.
    public init(
        configuration: ConfigReader = ConfigReader(provider: EnvironmentVariablesProvider()),
        transport: any HTTPTransport = .default
    ) throws {
        let stripe = ServiceConfiguration(configuration, prefix: "STRIPE")
        self.init(
            secretKey: try stripe.required(
                "SECRET_KEY", "the account's secret key and begins with sk_live_ or sk_test_"),
            webhookSecret: stripe.text("WEBHOOK_SECRET"), baseURL: try stripe.url("BASE_URL") ?? Stripe.defaultBaseURL,
            transport: transport)
        try stripe.set(&client)
    }
}

extension HTTPField.Name {
    /// `Stripe-Signature`.
    public static let stripeSignature = Self.named("Stripe-Signature")

    static let stripeVersion = Self.named("Stripe-Version")
}
