import HTTPTypes

extension HTTPField.Name {
    /// `Idempotency-Key`.
    public static let idempotencyKey = Self.named("Idempotency-Key")
    /// `X-Request-Id`.
    public static let requestID = Self.named("X-Request-Id")

    static let requestIDWithoutPrefix = Self.named("Request-Id")
    static let deepgramRequestID = Self.named("dg-request-id")
    static let retryAfterMilliseconds = Self.named("Retry-After-Ms")

    /// A field name that is written out in source code.
    ///
    /// Stops the program if the literal cannot be the name of a header field.
    public static func named(_ literal: StaticString) -> Self {
        guard let name = Self("\(literal)") else { preconditionFailure("\(literal) is no name for a header field") }
        return name
    }
}
