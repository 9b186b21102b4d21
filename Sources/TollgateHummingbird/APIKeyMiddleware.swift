import Hummingbird
import TollgateBackend
import TollgateTogo

/// A request context that knows which API key a request came with.
public protocol APIKeyRequestContext: RequestContext {
    /// The key; nil when the request came without a valid one.
    var apiKey: TogoBilling.APIKey? { get set }
}

/// A request context with an API key and its quotas, for servers that need nothing else of their own.
public struct BasicAPIKeyRequestContext: QuotaRequestContext {
    public var coreContext: CoreRequestContextStorage
    public var apiKey: TogoBilling.APIKey?
    public var quotaUse: QuotaUse?

    public init(source: Source) {
        coreContext = .init(source: source)
    }
}

/// Finds out which API key a request came with: `Authorization: Bearer <key>`.
///
/// A valid key is put into the request's context, and marked as used. Without a key, or with one that is unknown or
/// revoked, the request goes on all the same: the handler decides.
///
///     let router = Router(context: BasicAPIKeyRequestContext.self)
///     router.add(middleware: APIKeyMiddleware(store: keys))
///     router.get("answer") { request, context in
///         guard let key = context.apiKey else { throw HTTPError(.unauthorized) }
///         …
///     }
///
/// ``QuotaMiddleware`` holds it to its quotas.
public struct APIKeyMiddleware<Context: APIKeyRequestContext>: RouterMiddleware {
    private let store: any TogoBilling.KeyStore

    /// - Parameter store: Where the keys are.
    public init(store: any TogoBilling.KeyStore) {
        self.store = store
    }

    /// - Throws: What the store throws, because nothing is known of the key then; and what the handler throws.
    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.apiKey = nil
        if let secret = request.bearerToken {
            context.apiKey = try await store.authenticate(secret)
        }
        return try await next(request, context)
    }
}

extension HTTPResponse.Status {
    /// 402, for a key that has used up its quota.
    public static var paymentRequired: Self { Self(code: 402, reasonPhrase: "Payment Required") }
}

extension Request {
    /// The token of `Authorization: Bearer <token>`. The scheme may be written in any case.
    fileprivate var bearerToken: String? {
        guard let field = headers[.authorization] else { return nil }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let token = parts[1].drop { $0 == " " }
        return token.isEmpty ? nil : String(token)
    }
}
