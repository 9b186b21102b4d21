/// What documents from outside say, and what nobody should say.
enum OddValues {
    static let strings = [
        "", " ", "a", "A", "-", "_", "$", "1", "1a", "*/", "/* ", "//", "\"\"\"", "\"\"\"#", "\\(exit(1))", "\\",
        "\\u{0}",
        "\n", "\r\n", "a\nb", "\u{0}", "\u{1B}[31m", "\u{2028}", "\u{85}", "\u{FEFF}", "\u{202E}", "é", "e\u{301}",
        "日本語", "🙂",
        "👩‍👩‍👧", "../../x", "/", "//x", "..", ".", "a/b", "a\\b", "CON", "x.swift", "Type", "Self", "self", "Error",
        "Optional",
        "String", "Int", "Any", "Protocol", "init", "deinit", "class", "func", "default", "nil", "true", "in", "is",
        "as",
        "async", "await", "throws", "some", "any", "client", "json", "Foundation", "Swift", "TollgateCore", "JSONModel",
        "additionalProperties", "unrecognized", "rawValue", "hashValue", "description", "0", "-1", "1.5", "null", "NaN",
        "int32", "int64", "date-time", "date", "uuid", "uri", "byte", "binary", "double", "decimal", "password",
        "email",
        "string", "number", "integer", "boolean", "array", "object", "form", "simple", "deepObject", "pipeDelimited",
        "spaceDelimited", "label", "matrix", "query", "path", "header", "cookie", "querystring", "bearer", "basic",
        "application/json", "text/event-stream", "application/x-ndjson", "multipart/form-data", "multipart/mixed",
        "application/x-www-form-urlencoded", "application/octet-stream", "text/plain", "*/*", "image/*",
        "application/xml",
        "application/vnd.x+json; version=1", "2XX", "default", "99", "600", "{x}", "{x", "x}", "{x}{y}", "{}",
        "/{a}/{a}",
        "http://x/{y}", "https://", "^[a-z]+$", "^(", "(?<!a)b", "[", "\\d{2,}", "a{9999999}", "3.0.3", "3.1.0",
        "3.2.0",
    ]

    static let names =
        strings + ["x-internal", "x-tollgate-name", "x-extensible-enum", String(repeating: "n", count: 3000)]

    static let scalars: [Value] =
        strings.map(Value.string)
        + [
            "null", "true", "false", "0", "-0", "1", "-1", "0.1", "1e400", "-1e400", "1e-400", "9223372036854775807",
            "9223372036854775808", "-9223372036854775809", "18446744073709551616", "2147483648", "1.0", "12.50", "1E2",
            "123456789012345678901234567890.123456789",
        ].map(Value.scalar)
        + [.list([]), .object([]), .string(String(repeating: "long ", count: 2000))]

    static let references = [
        "", "#", "#/", "#//", "#/components", "#/components/schemas", "#/components/schemas/",
        "#/components/schemas/Nobody",
        "#/paths", "#/paths/~1", "#/info", "#/%", "#/%00", "#/~2", "#anchor", "#/components/schemas/%2F..%2F",
        "other.yaml",
        "other.yaml#/x", "../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "http://example.com/x.yaml",
        "./", ".", "..", "a b.yaml", "\u{0}", "#/components/schemas/0", "#/components/responses/x/headers",
        "#/servers/0", "#/servers/-1", "#/servers/99999999999999999999",
    ]

    /// Keywords of schemas, parameters and operations with values that they could have.
    static let keywords: [(name: String, values: [Value])] = [
        (
            "type",
            words("string", "number", "integer", "boolean", "array", "object", "null") + [lists("string", "null")]
        ),
        ("type", [lists("string", "integer"), lists("object", "array", "null"), lists("null"), .list([])]),
        ("format", words("int32", "int64", "date-time", "date", "uuid", "byte", "binary", "decimal", "float", "x")),
        ("enum", [.list(scalars), lists("a", "A", "a ", "-", "+", ""), .list([.scalar("1"), .scalar("2")])]),
        ("enum", [.list([.scalar("null")]), .list([.object([]), .list([])]), lists("a", "a")]),
        ("const", scalars), ("default", scalars), ("example", scalars), ("examples", [.list(scalars), .object([])]),
        ("nullable", [.scalar("true"), .scalar("false"), .string("true")]),
        ("allOf", [.list([.object([]), .object([])]), .list([]), .list([recursive])]),
        ("anyOf", [.list([text, number]), .list([text, null]), .list([recursive, recursive])]),
        ("oneOf", [.list([text, .object([("type", .string("object"))])]), .list([null])]),
        ("not", [text, .object([])]),
        (
            "discriminator",
            [.object([("propertyName", .string("kind")), ("mapping", .object([("a", .string("#/x"))]))])]
        ),
        ("discriminator", [.string("kind"), .object([("propertyName", .string(""))])]),
        ("properties", [.object(strings.prefix(60).map { ($0, text) }), .object([("a", recursive)]), .list([])]),
        ("additionalProperties", [.scalar("true"), .scalar("false"), text, recursive]),
        ("patternProperties", [.object([("^x-", text), ("(", number)])]),
        ("unevaluatedProperties", [.scalar("false"), text]),
        ("propertyNames", [text, .object([("enum", lists("a", "b"))])]),
        ("prefixItems", [.list([text, number]), .list([])]),
        ("items", [text, .scalar("false"), .list([text]), recursive]),
        ("required", [lists("a", "b"), .list([]), .scalar("true"), lists("a", "a")]),
        ("minimum", scalars), ("maximum", scalars), ("multipleOf", scalars), ("minLength", scalars),
        ("maxItems", scalars), ("exclusiveMinimum", scalars), ("pattern", strings.map(Value.string)),
        ("readOnly", [.scalar("true")]), ("writeOnly", [.scalar("true")]), ("title", strings.map(Value.string)),
        ("$defs", [.object([("a", recursive)])]), ("$anchor", words("a", "b")), ("$dynamicRef", words("#a", "#")),
        ("$dynamicAnchor", words("a")), ("$id", words("https://x/y", "a", "#")),
        ("style", words("form", "simple", "deepObject", "matrix", "label", "pipeDelimited", "cookie")),
        ("explode", [.scalar("true"), .scalar("false")]), ("allowReserved", [.scalar("true")]),
        ("in", words("query", "path", "header", "cookie", "querystring", "body")),
        (
            "content",
            [.object([("application/json", .object([("schema", text)]))]), .object([]), .object([("", text)])]
        ),
        ("schema", [text, number, recursive, .scalar("true")]),
        ("itemSchema", [text, recursive]),
        ("operationId", strings.map(Value.string)), ("tags", [.list(strings.map(Value.string)), lists("a")]),
        ("security", [.list([.object([])]), .list([.object([("nobody", .list([]))])]), .list([])]),
        ("servers", [.list([.object([("url", .string("https://{a}/{b}"))])]), .list([])]),
        ("callbacks", [.object([("a", .object([("{$request.body#/x}", .object([]))]))])]),
        ("additionalOperations", [.object([("COPY", .object([])), ("get", .object([]))])]),
        ("responses", [.object([("200", .object([("description", .string(""))]))]), .object([])]),
        ("summary", strings.map(Value.string)), ("description", strings.map(Value.string)),
        ("deprecated", [.scalar("true")]), ("encoding", [.object([("a", .object([("style", .string("form"))]))])]),
    ]

    private static let text = Value.object([("type", .string("string"))])
    private static let number = Value.object([("type", .string("number"))])
    private static let null = Value.object([("type", .string("null"))])
    private static let recursive = Value.object([("$ref", .string("#"))])

    private static func words(_ words: String...) -> [Value] { words.map(Value.string) }

    private static func lists(_ words: String...) -> Value { .list(words.map(Value.string)) }
}
