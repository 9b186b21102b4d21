import HTTPTypes

extension HTTPFields {
    /// The fields as they may stand in a log: only the values of fields that are known to be harmless.
    public var redacted: HTTPFields {
        HTTPFields(
            map { field in
                field.name.isHarmless ? field : HTTPField(name: field.name, value: "redacted")
            })
    }
}

extension HTTPField.Name {
    private static let harmless: Set<String> = [
        "accept", "accept-encoding", "allow", "cache-control", "connection", "content-encoding", "content-length",
        "content-type", "date", "dg-request-id", "idempotency-key", "request-id", "retry-after", "retry-after-ms",
        "server",
        "traceparent", "transfer-encoding", "user-agent", "vary", "via", "x-request-id",
    ]

    /// Whether the value may stand in a log. A list of what may, so that an unknown field is a secret.
    var isHarmless: Bool {
        Self.harmless.contains(canonicalName) || canonicalName.hasPrefix("x-ratelimit-")
    }
}
