import Foundation
import HTTPTypes

/// One exchange that the mock server has seen.
public struct MockExchange: Sendable {
    /// 1 for the first request that the server got.
    public internal(set) var number = 0
    /// When the request arrived, by the mock's clock.
    public let time: Date
    /// Nil if no operation has this method and path.
    public let operation: MockOperation?
    public let method: String
    /// Path and query, as sent.
    public let target: String
    /// What was answered; nil if the connection was broken off instead.
    public let status: Int?
    /// What went wrong on purpose.
    public let fault: MockFault?
    /// What takes that fault back.
    public let injection: MockInjection?
    /// The length of the request's body, in bytes.
    public let bodyLength: Int
    /// The length of the answer's body, in bytes.
    public let responseBodyLength: Int

    /// Head and body of the request, then head and body of the answer, without more room than they need: a journal keeps
    /// thousands.
    private let bytes: [UInt8]
    /// Where the first three of them end.
    private let ends: (head: Int, body: Int, responseHead: Int)

    init(
        _ request: MockRequest, operation: MockOperation?, at time: Date, reply: MockReply?, fault: MockFault? = nil,
        injection: MockInjection? = nil
    ) {
        self.time = time
        self.operation = operation
        method = request.method
        target = request.target
        status = reply?.status
        self.fault = fault
        self.injection = injection
        let answer = reply?.bytes ?? []
        bodyLength = request.body.count
        responseBodyLength = answer.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512 + min(request.body.count + answer.count, 2 * MockJournal.bodyLimit))
        Self.write(request.headers, to: &bytes)
        let head = bytes.count
        bytes += request.body.prefix(MockJournal.bodyLimit)
        let body = bytes.count
        Self.write(reply?.headers ?? [:], to: &bytes)
        ends = (head, body, bytes.count)
        bytes += answer.prefix(MockJournal.bodyLimit)
        self.bytes = Array(bytes[...])
    }

    /// The request's header fields, credentials included.
    public var headers: HTTPFields { Self.fields(bytes[..<ends.head]) }

    /// The request's body, up to 64 KiB of it.
    public var body: [UInt8] { Array(bytes[ends.head..<ends.body]) }

    /// The answer's header fields.
    public var responseHeaders: HTTPFields { Self.fields(bytes[ends.body..<ends.responseHead]) }

    /// The answer's body, up to 64 KiB of it. What was sent: a fault may have changed it.
    public var responseBody: [UInt8] { Array(bytes[ends.responseHead...]) }

    /// How much room it takes, about, in bytes.
    var size: Int { MemoryLayout<Self?>.stride + 64 + target.utf8.count + bytes.count }

    private static func write(_ fields: HTTPFields, to bytes: inout [UInt8]) {
        for field in fields {
            bytes += field.name.rawName.utf8
            bytes.append(UInt8(ascii: ":"))
            bytes += field.value.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
    }

    private static func fields(_ bytes: ArraySlice<UInt8>) -> HTTPFields {
        var fields = HTTPFields()
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let name = HTTPField.Name(String(decoding: parts[0], as: UTF8.self)) else {
                continue
            }
            fields.append(HTTPField(name: name, value: String(decoding: parts[1], as: UTF8.self)))
        }
        return fields
    }
}

extension MockExchange: CustomStringConvertible {
    /// Method, target and outcome; never header fields or contents.
    public var description: String {
        "\(number). \(method) \(target) -> \(status.map(String.init) ?? "no answer")"
    }
}

extension MockExchange {
    /// Whether the path, without the query, is like a pattern; `*` stands for any text.
    package func hasPath(like pattern: String) -> Bool {
        PathPattern.matches(pattern, target.prefix { $0 != "?" })
    }
}
