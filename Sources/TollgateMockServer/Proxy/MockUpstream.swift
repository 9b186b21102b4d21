import Foundation
import HTTPTypes
import TollgateCore

/// A real service, and the way to it.
struct MockUpstream: Sendable {
    let url: URL
    let transport: any HTTPTransport

    /// Makes the request that goes to the service: the same path below its address, unless the path begins as the
    /// address does; without what concerns only the connection to the proxy.
    func request(for request: HTTPRequest) -> HTTPRequest {
        var base = url.path(percentEncoded: true)
        if base.hasSuffix("/") { base.removeLast() }
        let path = request.path ?? "/"
        if path.hasPrefix(base + "/") { base = "" }
        let port = url.port.map { ":\($0)" } ?? ""
        var fields = request.headerFields.endToEnd
        // What is compressed cannot be read on its way.
        fields[.acceptEncoding] = nil
        fields[.contentLength] = nil
        fields[.expect] = nil
        return HTTPRequest(
            method: request.method, scheme: url.scheme ?? "https", authority: "\(url.host() ?? "")\(port)",
            path: base + path, headerFields: fields)
    }
}

extension HTTPFields {
    /// Those that are meant for the other end, not for the next connection (RFC 9110, section 7.6.1).
    var endToEnd: HTTPFields {
        let named = self[values: .connection].flatMap { $0.split(separator: ",") }
            .map { $0.trimming(" \t").lowercased() }
        let dropped = Self.hopByHop.union(named)
        return HTTPFields(filter { !dropped.contains($0.name.canonicalName) })
    }

    private static let hopByHop: Set = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]
}
