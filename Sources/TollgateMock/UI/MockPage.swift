import Crypto
import Foundation
import HTTPTypes
import TollgateCore
import TollgateMockServer

/// The page at `/_tollgate/ui`: one document that holds its own style and script, and asks for nothing from elsewhere.
enum MockPage {
    /// The document, put together once.
    static let bytes = Array(document.utf8)

    /// Allows the script and the style of the document, calls to the server that it came from, and nothing else.
    /// Trusted types refuse whatever would read a text as markup: what a request held can be shown only as text.
    static let contentSecurityPolicy = [
        "default-src 'none'", "script-src '\(hash(script))'", "style-src '\(hash(style))'", "connect-src 'self'",
        "img-src data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
        "require-trusted-types-for 'script'", "trusted-types 'none'",
    ].joined(separator: "; ")

    static var reply: MockReply {
        MockReply(
            status: 200,
            headers: [
                .contentType: "text/html; charset=utf-8",
                .contentSecurityPolicy: contentSecurityPolicy,
                .cacheControl: "no-store",
                .xContentTypeOptions: "nosniff",
                .named("Referrer-Policy"): "no-referrer",
            ], body: bytes)
    }

    static let style = "\n" + [PageStyle.base, PageStyle.parts, PageStyle.views].joined(separator: "\n") + "\n"

    static let script =
        "\n"
        + [
            PageScript.core, PageScript.format, PageScript.json, PageScript.journal, PageScript.list, PageScript.detail,
            PageScript.state, PageScript.charts, PageScript.clock, PageScript.faults, PageScript.scenarios,
            PageScript.webhooks, PageScript.keys,
        ].joined(separator: "\n") + "\n"

    private static let document = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Tollgate mock</title>
        <link rel="icon" href="\(PageMarkup.icon)">
        <style>\(style)</style>
        </head>
        <body>
        \(PageMarkup.frame)
        \(PageMarkup.views)
        \(PageMarkup.dialogs)
        <script type="module">\(script)</script>
        </body>
        </html>

        """

    /// The source expression for an inline element with this text.
    private static func hash(_ text: String) -> String {
        "sha256-" + Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString()
    }
}

/// The elements of the page.
enum PageMarkup {}

/// The style of the page.
enum PageStyle {}

/// The script of the page, in the order of its parts: one module without anything to load.
enum PageScript {}
