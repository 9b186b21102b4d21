import Configuration
import Foundation
import TollgateConfiguration
import TollgateCore

extension AIKit {
    /// What the billing layer has to know of Stripe.
    public struct Settings: Sendable {
        /// What the kit's meter listens to.
        public static let meterName = "api_tokens"
        /// How long use is counted before it is reported.
        public static let flushInterval = Duration.seconds(300)

        /// Whether use is reported to Stripe. If not, it is counted and shown all the same.
        public var isMeteringEnabled: Bool
        /// `sk_live_…` or `sk_test_…`. Never nil while metering is enabled and the settings were read.
        public var secretKey: String?
        /// `whsec_…`. Never nil while metering is enabled and the settings were read.
        public var webhookSecret: String?
        /// The recurring metered price, `price_…`. Never nil while metering is enabled and the settings were read.
        public var meteredPriceID: String?

        public init(
            isMeteringEnabled: Bool, secretKey: String? = nil, webhookSecret: String? = nil,
            meteredPriceID: String? = nil
        ) {
            self.isMeteringEnabled = isMeteringEnabled
            self.secretKey = secretKey
            self.webhookSecret = webhookSecret
            self.meteredPriceID = meteredPriceID
        }

        /// Reads the settings from a configuration, by default the environment: `STRIPE_METERING_ENABLED` (`true` unless
        /// set), `STRIPE_SECRET_KEY`, `STRIPE_WEBHOOK_SECRET` and `STRIPE_METERED_PRICE_ID`. The last three may be
        /// missing where metering is not enabled.
        ///
        /// - Throws: ``ConfigurationError`` that names the variable which is missing or wrong.
        public init(
            configuration: ConfigReader = ConfigReader(provider: EnvironmentVariablesProvider())
        ) throws(ConfigurationError) {
            let stripe = ServiceConfiguration(configuration, prefix: "STRIPE")
            isMeteringEnabled = try stripe.choice("METERING_ENABLED", ["true": true, "false": false]) ?? true
            secretKey = stripe.text("SECRET_KEY")
            webhookSecret = stripe.text("WEBHOOK_SECRET")
            meteredPriceID = stripe.text("METERED_PRICE_ID")
            if isMeteringEnabled { try checkComplete() }
        }

        private func checkComplete() throws(ConfigurationError) {
            let needed = [
                (secretKey, "STRIPE_SECRET_KEY", "the account's secret key (sk_…)"),
                (webhookSecret, "STRIPE_WEBHOOK_SECRET", "the secret of the webhook's signatures (whsec_…)"),
                (meteredPriceID, "STRIPE_METERED_PRICE_ID", "the recurring metered price (price_…)"),
            ]
            for (value, variable, meaning) in needed where value == nil {
                throw ConfigurationError(
                    "\(variable) is not set. It is \(meaning). Without it, set STRIPE_METERING_ENABLED to false.")
            }
        }
    }
}

extension AIKit.Settings: CustomStringConvertible, CustomReflectable {
    /// Never a secret.
    public var description: String {
        "Settings(isMeteringEnabled: \(isMeteringEnabled), meteredPriceID: \(meteredPriceID ?? "none"))"
    }

    public var customMirror: Mirror {
        Mirror(
            self,
            children: ["isMeteringEnabled": isMeteringEnabled, "meteredPriceID": meteredPriceID ?? "none"])
    }
}
