import Hummingbird
import TollgateStripe

extension Stripe {
    /// Reads a request that Stripe sent to a webhook of this server.
    ///
    /// Stripe may send an event more than once, and not in order; `Webhooks` sees to it that each is handled once.
    ///
    ///     router.post("/v1/webhooks/stripe") { request, _ in
    ///         switch try await stripe.webhook(request) {
    ///         case .invoicePaid(let invoice): …
    ///         default: break
    ///         }
    ///         return HTTPResponse.Status.ok
    ///     }
    ///
    /// - Parameters:
    ///   - request: The request, its body not read yet.
    ///   - limit: The longest body to accept, in bytes.
    /// - Returns: What happened.
    /// - Throws: `HTTPError` with status 400 for a request that Stripe did not sign with the account's secret, did not
    ///   sign lately, or that has no event in it; with status 413 for a body that is too long. ``ConfigurationError``
    ///   without a webhook secret.
    public func webhook(_ request: Request, upTo limit: Int = 1 << 20) async throws -> WebhookEvent {
        let event = try await event(request, upTo: limit)
        return try answering400 { try WebhookEvent(event) }
    }

    /// Reads a request that Stripe sent to a webhook of this server, with the event's id and all else that it says.
    ///
    /// - Parameters:
    ///   - request: The request, its body not read yet.
    ///   - limit: The longest body to accept, in bytes.
    /// - Returns: The event.
    /// - Throws: As ``webhook(_:upTo:)``.
    public func event(_ request: Request, upTo limit: Int = 1 << 20) async throws -> Event {
        let body = try await request.body.collect(upTo: limit)
        return try answering400 {
            try event(Array(body.readableBytesView), signature: request.headers[.stripeSignature])
        }
    }

    private func answering400<Result>(_ read: () throws -> Result) throws -> Result {
        do {
            return try read()
        } catch let error as InvalidWebhook {
            throw HTTPError(.badRequest, message: error.description)
        }
    }
}
