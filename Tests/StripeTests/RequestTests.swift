import Hummingbird
import HummingbirdTesting
import Testing
import TollgateHummingbird
import TollgateStripe

@Suite struct RequestTests {
    private func status(_ body: [UInt8], _ signature: String?) async throws -> HTTPResponse.Status {
        let stripe = Samples.stripe()
        let router = Router()
        router.post("/v1/webhooks/stripe") { request, _ in
            switch try await stripe.webhook(request) {
            case .invoicePaid(let invoice) where invoice.billingReason == .subscriptionCycle:
                return HTTPResponse.Status.ok
            default: return .accepted
            }
        }
        let headers = HTTPFields(signature.map { [HTTPField(name: .stripeSignature, value: $0)] } ?? [])
        return try await Application(responder: router.buildResponder()).test(.router) { client in
            try await client.execute(
                uri: "/v1/webhooks/stripe", method: .post, headers: headers, body: ByteBuffer(bytes: body)
            ) { $0.status }
        }
    }

    @Test func aSignedEventIsRead() async throws {
        let paid = Samples.event("invoice.paid", about: Samples.invoice)
        #expect(try await status(paid, Samples.signature(of: paid)) == .ok)
        let created = Samples.event("customer.subscription.created", about: Samples.subscription)
        #expect(try await status(created, Samples.signature(of: created)) == .accepted)
    }

    @Test func everythingElseIsABadRequest() async throws {
        let paid = Samples.event("invoice.paid", about: Samples.invoice)
        #expect(try await status(paid, nil) == .badRequest)
        #expect(try await status(paid + [0x20], Samples.signature(of: paid)) == .badRequest)
        let hollow = Samples.event("invoice.paid", about: "{}")
        #expect(try await status(hollow, Samples.signature(of: hollow)) == .badRequest)
        let long = Array(repeating: UInt8(ascii: " "), count: 1 << 20) + paid
        #expect(try await status(long, Samples.signature(of: long)) == .contentTooLarge)
    }
}
