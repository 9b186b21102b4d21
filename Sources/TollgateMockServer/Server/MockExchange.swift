import Foundation
import HTTPTypes

/// One exchange that the mock server has seen.
public struct MockExchange: Sendable {
    /// 1 for the first request that the server got.
    public internal(set) var number = 0
    private let record: Record

    /// All that does not change, in little room: a journal keeps thousands.
    private final class Record: Sendable {
        let time: Date
        let operation: MockOperation?
        let status: Int?
        let trouble: Trouble?
        let bodyLength: Int
        let responseBodyLength: Int
        /// The parts one behind the other.
        let bytes: [UInt8]
        let ends: Ends

        init(
            _ request: MockRequest, _ operation: MockOperation?, at time: Date, _ reply: MockReply?, _ trouble: Trouble?
        ) {
            self.time = time
            self.operation = operation
            self.trouble = trouble
            status = reply?.status
            let answer = reply?.bytes ?? []
            bodyLength = request.body.count
            responseBodyLength = answer.count
            var bytes: [UInt8] = []
            bytes.reserveCapacity(768 + min(request.body.count + answer.count, 2 * MockJournal.bodyLimit))
            var ends = Ends()
            bytes += request.method.utf8
            ends.method = UInt32(bytes.count)
            bytes += request.target.utf8
            ends.target = UInt32(bytes.count)
            MockExchange.write(request.headers, to: &bytes)
            ends.head = UInt32(bytes.count)
            bytes += request.body.prefix(MockJournal.bodyLimit)
            ends.body = UInt32(bytes.count)
            MockExchange.write(reply?.headers ?? [:], to: &bytes)
            ends.responseHead = UInt32(bytes.count)
            bytes += answer.prefix(MockJournal.bodyLimit)
            self.ends = ends
            // A copy of just this length; that of a whole slice would be the same buffer, with all its room.
            self.bytes = bytes.withUnsafeBufferPointer { Array($0) }
        }

        func bytes(from start: UInt32, to end: UInt32) -> ArraySlice<UInt8> {
            bytes[Int(start)..<Int(end)]
        }
    }

    /// Where the parts of an exchange end, but for the last one.
    private struct Ends: Sendable {
        var method: UInt32 = 0
        var target: UInt32 = 0
        var head: UInt32 = 0
        var body: UInt32 = 0
        var responseHead: UInt32 = 0
    }

    /// What few exchanges meet.
    private final class Trouble: Sendable {
        let fault: MockFault
        let injection: MockInjection?

        init(_ fault: MockFault, _ injection: MockInjection?) {
            self.fault = fault
            self.injection = injection
        }
    }

    init(
        _ request: MockRequest, operation: MockOperation?, at time: Date, reply: MockReply?, fault: MockFault? = nil,
        injection: MockInjection? = nil
    ) {
        record = Record(request, operation, at: time, reply, fault.map { Trouble($0, injection) })
    }

    /// When the request arrived, by the mock's clock.
    public var time: Date { record.time }

    /// Nil if no operation has this method and path.
    public var operation: MockOperation? { record.operation }

    public var method: String { String(decoding: record.bytes(from: 0, to: record.ends.method), as: UTF8.self) }

    /// Path and query, as sent.
    public var target: String {
        String(decoding: record.bytes(from: record.ends.method, to: record.ends.target), as: UTF8.self)
    }

    /// What was answered; nil if the connection was broken off instead.
    public var status: Int? { record.status }

    /// What went wrong on purpose.
    public var fault: MockFault? { record.trouble?.fault }

    /// What takes that fault back.
    public var injection: MockInjection? { record.trouble?.injection }

    /// The length of the request's body, in bytes.
    public var bodyLength: Int { record.bodyLength }

    /// The length of the answer's body, in bytes.
    public var responseBodyLength: Int { record.responseBodyLength }

    /// The request's header fields, credentials included.
    public var headers: HTTPFields { Self.fields(record.bytes(from: record.ends.target, to: record.ends.head)) }

    /// The request's body, up to 64 KiB of it.
    public var body: [UInt8] { Array(record.bytes(from: record.ends.head, to: record.ends.body)) }

    /// The answer's header fields.
    public var responseHeaders: HTTPFields {
        Self.fields(record.bytes(from: record.ends.body, to: record.ends.responseHead))
    }

    /// The answer's body, up to 64 KiB of it. What was sent: a fault may have changed it.
    public var responseBody: [UInt8] { Array(record.bytes[Int(record.ends.responseHead)...]) }

    /// How much room it takes, about, in bytes.
    var size: Int { 256 + record.bytes.count }

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
