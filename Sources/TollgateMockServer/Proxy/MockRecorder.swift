import Foundation
import HTTPTypes
import Synchronization
import TollgateCore

/// Writes exchanges as fixtures, without secrets and personal data.
final class MockRecorder: Sendable {
    private let folder: URL
    private let book: ContractBook
    private let server: String
    private let report: @Sendable (String) -> Void
    private let redaction = Redaction()
    private let numbers: Mutex<Int>

    /// The operation of exchanges that no description describes.
    static let unknown = MockOperation("unknown.unknown")

    /// - Parameters:
    ///   - folder: Where the fixtures go. What is there stays; numbers go on from the last.
    ///   - book: What is known of the services.
    ///   - server: Who answers.
    ///   - report: Gets a line for each exchange.
    /// - Throws: What the system says when the folder cannot be made or read.
    init(
        into folder: URL, _ book: ContractBook, server: String, report: @escaping @Sendable (String) -> Void
    ) throws {
        self.folder = folder
        self.book = book
        self.server = server
        self.report = report
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).compactMap { path in
            Int(URL(filePath: path).deletingPathExtension().lastPathComponent)
        }
        numbers = Mutex(names.max() ?? 0)
    }

    /// The number of the next exchange: they are counted as the requests come.
    func begin(_ request: MockRequest) -> Int {
        redaction.remember(request)
        return numbers.withLock { number in
            number += 1
            return number
        }
    }

    /// Writes an exchange.
    /// - Parameters:
    ///   - request: As it came.
    ///   - head: Status and header fields of the response.
    ///   - body: The whole body of the response.
    ///   - number: What ``begin(_:)`` gave for the request.
    func record(_ request: MockRequest, _ head: HTTPResponse, body: [UInt8], number: Int) {
        let entry = book.entry(method: request.method, path: request.path)
        let fixture = fixture(of: request, head, body, entry, number)
        do {
            try fixture.write(to: folder)
            report("recorded \(fixture.path)")
        } catch {
            report("cannot write \(fixture.path): \(error)")
        }
    }

    func skip(_ request: MockRequest, because reason: String) {
        report("not recorded: \(request.method) \(request.path): \(reason)")
    }

    private func fixture(
        of request: MockRequest, _ head: HTTPResponse, _ body: [UInt8], _ entry: ContractBook.Entry?, _ number: Int
    ) -> MockFixture {
        let operation = entry?.route.operation ?? Self.unknown
        let digits = String(number)
        let name = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        let parts = operation.key.split(separator: ".", maxSplits: 1)
        let query = redaction.query(request.queryItems)
        let parameters = entry?.route.parameters.filter { $0.place == .header }.map(\.name) ?? []
        let requestHeaders = redaction.requestHeaders(request.headers, parameters: Set(parameters))
        let responseHeaders = redaction.responseHeaders(head.headerFields)
        let target = redaction.text(String(request.path))
        let sent = self.body(request.body, request.headers[.contentType], entry) { type, route in
            route.bodies.first { type.fits($0.contentType) }?.schema
        }
        let answered = self.body(body, head.headerFields[.contentType], entry) { type, route in
            route.described(head.status.code).best(for: type)?.schema
        }
        var pointers = (query.pointers + requestHeaders.pointers + sent.pointers).map { "/request\($0)" }
        if target != request.path { pointers.append("/request/path") }
        pointers += (responseHeaders.pointers + answered.pointers).map { "/response\($0)" }
        return MockFixture(
            path: "\(parts[0])/\(parts.last ?? "")/\(name).json", operation: operation,
            client: redaction.text(request.headers[.userAgent] ?? "unknown"), server: server, name: name,
            request: MockFixture.Request(
                method: request.method, path: target, query: query.value,
                headers: requestHeaders.value.compactMapValues(\.text), body: sent.value.json, bytes: sent.value.bytes),
            response: MockFixture.Response(
                status: head.status.code, headers: responseHeaders.value.compactMapValues(\.text),
                body: answered.value.json, bytes: answered.value.bytes),
            redacted: pointers)
    }

    // MARK: - Bodies

    private struct Body {
        var json: JSONValue = .null
        var bytes: [UInt8]?
    }

    private func body(
        _ bytes: [UInt8], _ contentType: String?, _ entry: ContractBook.Entry?,
        _ schema: (MediaType, MockRoute) -> SchemaText?
    ) -> Redaction.Redacted<Body> {
        if bytes.isEmpty { return Redaction.Redacted(value: Body()) }
        let type = MediaType(contentType ?? "")
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return Redaction.Redacted(value: Body(json: .string("<\(bytes.count) bytes>"), bytes: bytes))
        }
        switch type.form {
        case .json:
            guard let value = try? JSONValue(jsonBytes: bytes) else { break }
            let fits = entry.flatMap { entry in
                schema(type, entry.route).map { Fits(value: value, schema: $0, contract: entry.contract) }
            }
            let redacted = redaction.json(value) { fits?.judge($0, $1) ?? .valid }
            return Redaction.Redacted(
                value: Body(json: redacted.value), pointers: redacted.pointers.map { "/body\($0)" })
        case .urlEncoded:
            return whole(text, redaction.form(text))
        case .multipart, .bytes:
            if type.name == "text/event-stream" || type.name.hasSuffix("ndjson") {
                return whole(text, redaction.stream(text))
            }
        }
        return whole(text, redaction.text(text))
    }

    private func whole(_ text: String, _ redacted: String) -> Redaction.Redacted<Body> {
        Redaction.Redacted(value: Body(json: .string(redacted)), pointers: redacted == text ? [] : ["/body"])
    }
}

/// Whether stand-ins are valid where they stand.
private struct Fits {
    let value: JSONValue
    let schema: SchemaText
    let contract: MockContract

    func judge(_ pointer: String, _ candidate: JSONValue) -> Redaction.Fitness {
        let found = SchemaWalk(contract.schemas, contract.places).find(pointer, in: value, schema)
        if found.schema["enum"] != nil || found.schema["const"] != nil { return .vocabulary }
        var checker = SchemaChecker(contract.schemas)
        checker.check(candidate, Schema(found.schema))
        return checker.violations.isEmpty ? .valid : .invalid
    }
}
