import Configuration
import Testing
import TollgateAIKit

@Suite struct SettingsTests {
    private static let complete = [
        "STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_1", "STRIPE_METERED_PRICE_ID": "price_1",
        "STRIPE_METERING_ENABLED": "true",
    ]

    private func settings(_ variables: [String: String]) throws -> AIKit.Settings {
        try AIKit.Settings(
            configuration: ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: variables)))
    }

    @Test func readsTheEnvironment() throws {
        let settings = try settings(Self.complete)
        #expect(settings.isMeteringEnabled)
        #expect(settings.secretKey == "sk_test_1")
        #expect(settings.webhookSecret == "whsec_1")
        #expect(settings.meteredPriceID == "price_1")
    }

    @Test(arguments: ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_METERED_PRICE_ID"])
    func namesWhatIsMissing(_ variable: String) throws {
        var variables = Self.complete
        variables[variable] = nil
        let missing = #expect(throws: ConfigurationError.self) { try settings(variables) }
        #expect(missing?.description.hasPrefix("\(variable) is not set.") == true)
        variables[variable] = ""
        #expect(throws: ConfigurationError.self) { try settings(variables) }
        variables["STRIPE_METERING_ENABLED"] = "false"
        #expect(try settings(variables).isMeteringEnabled == false)
    }

    @Test func meteringIsOnUnlessSwitchedOff() throws {
        var variables = Self.complete
        variables["STRIPE_METERING_ENABLED"] = nil
        #expect(try settings(variables).isMeteringEnabled)
        #expect(try settings(["STRIPE_METERING_ENABLED": "False"]).isMeteringEnabled == false)
        let wrong = #expect(throws: ConfigurationError.self) { try settings(["STRIPE_METERING_ENABLED": "maybe"]) }
        #expect(wrong?.description == "STRIPE_METERING_ENABLED is none of true, false.")
    }

    @Test func secretsAreNeverShown() throws {
        let settings = try settings(Self.complete)
        var dumped = ""
        dump(settings, to: &dumped)
        for text in ["\(settings)", String(reflecting: settings), dumped] {
            #expect(!text.contains("sk_test_1"))
            #expect(!text.contains("whsec_1"))
            #expect(text.contains("price_1"))
        }
    }
}
