import Hummingbird
import TollgateBackend
import TollgateStoa
import TollgateStripe

extension Webhooks {
    /// Handles a request to a webhook of this server.
    ///
    ///     router.post("/v1/webhooks") { request, _ in
    ///         try await webhooks.handle(request) { event in
    ///             switch event {
    ///             case .stripe(.invoicePaid(let invoice)): …
    ///             default: break
    ///             }
    ///         }
    ///     }
    ///
    /// - Parameters:
    ///   - request: The request, its body not read yet.
    ///   - limit: The longest body to accept, in bytes.
    ///   - handler: Does what the event asks for. If it throws, the event counts as not handled, and comes again.
    /// - Returns: 200: the event was handled, now or before, or is outdated.
    /// - Throws: `HTTPError` with status 400 for a request that must not be trusted, 409 while the event is being
    ///   handled already, 413 for a body that is too long; what the handler and the log throw.
    public func handle(
        _ request: Request, upTo limit: Int = 1 << 20, _ handler: (BillingEvent) async throws -> Void
    ) async throws -> HTTPResponse.Status {
        let body = try await request.body.collect(upTo: limit)
        do {
            try await handle(Array(body.readableBytesView), headers: request.headers, handler)
            return .ok
        } catch let error as Stripe.InvalidWebhook {
            throw HTTPError(.badRequest, message: error.description)
        } catch let error as Stoa.InvalidWebhook {
            throw HTTPError(.badRequest, message: error.description)
        } catch let error as WebhookInProgress {
            throw HTTPError(.conflict, message: error.description)
        }
    }
}
