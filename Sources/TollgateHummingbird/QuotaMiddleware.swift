import Hummingbird
import TollgateBackend
import TollgateCore
import TollgateTogo

/// A request context that knows what the request may use.
public protocol QuotaRequestContext: APIKeyRequestContext {
    /// Where the handler reports what it has used; nil for a request without a key.
    var quotaUse: QuotaUse? { get set }
}

/// Holds the requests of API keys to their quotas, and counts what they use.
///
/// Before the handler, one request and the tokens that it may use are reserved. Afterwards what the handler has
/// reported is counted; of a response that is streamed, when its last piece is written.
///
///     router.add(middleware: APIKeyMiddleware(store: keys))
///     router.add(middleware: QuotaMiddleware(quotas, tokens: 4_000) { key in [.requests(60, per: .minute)] +
///     key.quotas })
///     router.post("answer") { request, context in
///         let answer = try await model.complete(prompt)
///         context.quotaUse?.report(tokens: answer.totalTokens)
///         …
///     }
///
/// A request over a limit per minute or day is answered 429 with `Retry-After`; over any other quota 402, since waiting
/// does not help. A request without a valid key goes on, as ``APIKeyMiddleware`` has it: the handler decides.
public struct QuotaMiddleware<Context: QuotaRequestContext>: RouterMiddleware {
    private let quotas: Quotas
    private let tokens: Int64
    private let limits: @Sendable (TogoBilling.APIKey) -> [Quota]

    /// - Parameters:
    ///   - quotas: Counts.
    ///   - tokens: The most tokens that a request may use.
    ///   - limits: The quotas of a key; unless given, the one that it was made with.
    public init(
        _ quotas: Quotas, tokens: Int64 = 1,
        limits: @escaping @Sendable (TogoBilling.APIKey) -> [Quota] = { $0.quotas }
    ) {
        self.quotas = quotas
        self.tokens = tokens
        self.limits = limits
    }

    /// - Throws: `HTTPError` with status 429 or 402; what the store and the handler throw.
    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.quotaUse = nil
        guard let key = context.apiKey else { return try await next(request, context) }
        let use: QuotaUse
        do {
            use = try await quotas.reserve(for: key.id, within: limits(key), tokens: tokens)
        } catch let error as QuotaExceeded {
            throw HTTPError(error)
        }
        context.quotaUse = use
        do {
            var response = try await next(request, context)
            if response.body.contentLength == nil {
                response.body = settling(use, after: response.body)
            } else {
                await quotas.settle(use)
            }
            return response
        } catch {
            await quotas.settle(use, hasFailed: true)
            throw error
        }
    }

    private func settling(_ use: QuotaUse, after body: ResponseBody) -> ResponseBody {
        ResponseBody(contentLength: body.contentLength) { [quotas] writer in
            do {
                try await body.write(writer)
            } catch {
                await quotas.settle(use, hasFailed: true)
                throw error
            }
            await quotas.settle(use)
        }
    }
}

extension HTTPError {
    /// 429 with `Retry-After` for a limit that comes back by itself before long, else 402.
    public init(_ exceeded: QuotaExceeded) {
        guard exceeded.isRate, let wait = exceeded.retryAfter else {
            self.init(.paymentRequired, message: exceeded.description)
            return
        }
        let seconds = Int((wait / .seconds(1)).rounded(.up))
        self.init(.tooManyRequests, headers: [.retryAfter: "\(max(1, seconds))"], message: exceeded.description)
    }
}
