import Configuration
import Foundation
import Testing
import TollgateStripe

@Suite struct StripeClientTests {
    private static let answer = #"""
        {"object":"billing.meter_event","created":1730419201,"event_name":"api_tokens","identifier":"id-1",
        "livemode":false,"payload":{"stripe_customer_id":"cus_1","value":"84200"},"timestamp":1730419200}
        """#

    @Test func meterEventsAreForms() async throws {
        let recorder = Recorder(body: Self.answer)
        let stripe = Samples.stripe(transport: recorder)
        let event = try await stripe.with(idempotencyKey: "key-1").billing.meterEvents.create(
            eventName: "api_tokens", customerID: "cus_1", value: 84_200, identifier: "id 1",
            at: Date(timeIntervalSince1970: 1_730_419_200.9))
        #expect(event.payload["value"] == "84200")

        let sent = try #require(recorder.sent.first)
        #expect(sent.request.path == "/v1/billing/meter_events")
        #expect(sent.request.headerFields[.authorization] == "Bearer sk_test_1")
        #expect(sent.request.headerFields[.named("Stripe-Version")] == "2026-10-28.endive")
        #expect(sent.request.headerFields[.idempotencyKey] == "key-1")
        #expect(sent.request.headerFields[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true)
        let fields = sent.body.split(separator: "&").map { $0.replacing("+", with: "%20").removingPercentEncoding }
        #expect(
            Set(fields) == [
                "event_name=api_tokens", "payload[stripe_customer_id]=cus_1", "payload[value]=84200",
                "identifier=id 1", "timestamp=1730419200",
            ])
    }

    @Test func failuresAreTyped() async throws {
        let recorder = Recorder(
            status: 400,
            body: #"""
                {"error":{"type":"invalid_request_error","code":"parameter_missing","param":"event_name","message":"No."}}
                """#)
        let stripe = Samples.stripe(transport: recorder)
        let error = await #expect(throws: Stripe.Failure.self) {
            try await stripe.billing.meterEvents.create(eventName: "", customerID: "cus_1", value: 1)
        }
        #expect(error?.detail.type == .invalidRequestError)
        #expect(error?.detail.parameter == "event_name")
        #expect(error?.code == "parameter_missing")
        #expect(recorder.sent.count == 1)
    }

    @Test func readsTheEnvironment() throws {
        let stripe = try Stripe(
            configuration: reader(["STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_BASE_URL": "http://127.0.0.1:4010"]))
        #expect(stripe.client.baseURL.absoluteString == "http://127.0.0.1:4010")
        #expect(stripe.webhookSecret == nil)
        let error = #expect(throws: ConfigurationError.self) { try Stripe(configuration: reader([:])) }
        #expect(error?.description.hasPrefix("STRIPE_SECRET_KEY is not set.") == true)
    }

    private func reader(_ variables: [String: String]) -> ConfigReader {
        ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: variables))
    }
}
