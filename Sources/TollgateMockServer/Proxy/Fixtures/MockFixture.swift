import Foundation
import TollgateCore

/// One recorded exchange, as it stands in a file: `FOLDER/SERVICE/OPERATION/CASE.json`.
package struct MockFixture: Sendable {
    /// Within the folder of all of them: `stoa/createEvent/0001.json`.
    package var path: String
    package var operation: MockOperation
    /// Who asked, for example `onstoa 0.2.1`.
    package var client: String
    /// Who answered.
    package var server: String
    /// What tells it from others of the operation.
    package var name: String
    package var request: Request
    package var response: Response
    /// JSON pointers to what stands for a secret or for personal data: `/request/body/email`.
    package var redacted: [String] = []

    package struct Request: Sendable {
        package var method: String
        package var path: String
        /// All values under each name.
        package var query: [String: [String]]
        /// By names in small letters.
        package var headers: [String: String]
        /// JSON as it is; another text as a string; null for none.
        package var body: JSONValue
        /// A body that is no text.
        package var bytes: [UInt8]?
    }

    package struct Response: Sendable {
        package var status: Int
        package var headers: [String: String]
        package var body: JSONValue
        package var bytes: [UInt8]?
    }
}

extension MockFixture {
    /// A folder of fixtures that cannot be read.
    package struct Malformed: Error, CustomStringConvertible {
        package let description: String
    }

    /// The fixtures of a folder and of those in it, in the order of their paths. Files that are not JSON of their form
    /// are an error, those that do not end in `.json` and hidden ones are none of them.
    /// - Throws: ``Malformed`` with the first file that cannot be read.
    package static func all(in folder: URL) throws -> [MockFixture] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder), isFolder.boolValue else {
            throw Malformed(description: "\(folder.path) is no folder")
        }
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
        return try paths.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") && !$0.contains("/.") }.map { path in
            do {
                let value = try JSONValue(jsonBytes: Array(Data(contentsOf: folder.appending(path: path))))
                return try MockFixture(path, value)
            } catch let error as Malformed {
                throw error
            } catch {
                throw Malformed(description: "\(path): \(error)")
            }
        }
    }

    /// - Throws: ``Malformed`` if a member is missing.
    package init(_ path: String, _ json: JSONValue) throws(Malformed) {
        func text(_ value: JSONValue?, _ name: String) throws(Malformed) -> String {
            guard let text = value?[name]?.text else {
                throw Malformed(description: "\(path) has no text \"\(name)\"")
            }
            return text
        }
        let recorded = json["recorded"]
        guard let request = json["request"], let response = json["response"],
            let status = response["status"]?.number?.int, 100..<600 ~= status
        else { throw Malformed(description: "\(path) has no request and response with a status") }
        self.path = path
        operation = MockOperation(try text(recorded, "operation"))
        client = try text(recorded, "client")
        server = try text(recorded, "server")
        name = try text(recorded, "case")
        redacted = recorded?["redacted"]?.texts ?? []
        self.request = Request(
            method: try text(request, "method"), path: try text(request, "path"),
            query: (request["query"]?.members ?? [:]).mapValues { $0.texts ?? [] },
            headers: (request["headers"]?.members ?? [:]).compactMapValues(\.text), body: request["body"] ?? .null,
            bytes: Self.bytes(of: request))
        self.response = Response(
            status: status, headers: (response["headers"]?.members ?? [:]).compactMapValues(\.text),
            body: response["body"] ?? .null, bytes: Self.bytes(of: response))
    }

    private static func bytes(of message: JSONValue) -> [UInt8]? {
        message["base64"]?.text.flatMap { Data(base64Encoded: $0) }.map { Array($0) }
    }

    /// What stands in the file.
    package var json: JSONValue {
        var recorded: [String: JSONValue] = [
            "client": .string(client), "server": .string(server), "operation": .string(operation.key),
            "case": .string(name),
        ]
        if !redacted.isEmpty { recorded["redacted"] = .array(redacted.map { .string($0) }) }
        var request: [String: JSONValue] = [
            "method": .string(self.request.method), "path": .string(self.request.path),
            "query": .object(self.request.query.mapValues { .array($0.map { .string($0) }) }),
            "headers": .object(self.request.headers.mapValues { .string($0) }), "body": self.request.body,
        ]
        request["base64"] = self.request.bytes.map { .string(Data($0).base64EncodedString()) }
        var response: [String: JSONValue] = [
            "status": .number(JSONNumber(self.response.status)),
            "headers": .object(self.response.headers.mapValues { .string($0) }), "body": self.response.body,
        ]
        response["base64"] = self.response.bytes.map { .string(Data($0).base64EncodedString()) }
        return ["recorded": .object(recorded), "request": .object(request), "response": .object(response)]
    }

    /// Writes the file, with the folders that it needs.
    package func write(to folder: URL) throws {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data((PrettyJSON.text(json) + "\n").utf8).write(to: file, options: .atomic)
    }
}

extension MockFixture.Response {
    /// The body as it goes over the wire.
    var wireBody: [UInt8] {
        if let bytes { return bytes }
        return switch body {
        case .null: MediaType(headers["content-type"] ?? "").form == .json ? Array("null".utf8) : []
        case .string(let text) where MediaType(headers["content-type"] ?? "").form != .json: Array(text.utf8)
        default: body.jsonBytes()
        }
    }
}

/// JSON for people: members by name, one a line.
package enum PrettyJSON {
    package static func text(_ value: JSONValue, indent: String = "") -> String {
        let inner = indent + "  "
        switch value {
        case .object(let members) where !members.isEmpty:
            let lines = members.sorted { $0.key < $1.key }.map { name, member in
                "\(inner)\(JSONValue.string(name).jsonText()): \(text(member, indent: inner))"
            }
            return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
        case .array(let elements) where !elements.isEmpty:
            let lines = elements.map { inner + text($0, indent: inner) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(indent)]"
        default:
            return value.jsonText()
        }
    }
}
