import Synchronization
import TollgateCore

/// What a document says about one route, as JSON, which is read when it is first needed:
///
/// ```
/// {"security":[["apiKey"]],
/// "parameters":[{"name":"id","in":"path","required":true,"style":"simple","schema":{"type":"integer"}}],
/// "body":{"required":true,"content":[{"type":"application/json","schema":{"$ref":"#/Pet"}}]},
/// "replies":[{"status":200,"type":"application/json","example":{"id":1}},{"$ref":"#/replies/NotFound"}]}
/// ```
///
/// What several routes have in common stands in a table, which `$ref` names.
final class RouteText: Sendable {
    private let text: String
    private let parts: [String: String]
    private let parsed = Mutex<MockRoute.Details?>(nil)

    init(_ text: String, parts: [String: String]) {
        self.text = text
        self.parts = parts
    }

    /// What the text says. One that is no JSON, which the generator does not write, says nothing.
    var details: MockRoute.Details {
        parsed.withLock { parsed in
            if let parsed { return parsed }
            let details = read()
            parsed = details
            return details
        }
    }

    private func read() -> MockRoute.Details {
        var details = MockRoute.Details()
        guard let json = try? JSONElement(parsing: Array(text.utf8)) else { return details }
        details.security = json["security"].list.map { $0.list.compactMap { try? $0.string() } }
        details.parameters = json["parameters"].list.compactMap { parameter(resolved($0)) }
        if let body = json["body"] {
            details.bodies = body["content"].list.map { content in
                MockRoute.Body(
                    contentType: content["type"].text ?? "", isRequired: body["required"].bool,
                    schema: schema(content["schema"]))
            }
        }
        details.replies = json["replies"].list.flatMap { replies(resolved($0)) }
        if let member = json["streaming"]?["member"].text, let value = json["streaming"]?["value"] {
            details.streaming = (try? value.value()).map { MockRoute.Streaming(member: member, value: $0) }
        }
        details.eventName = json["eventName"].text
        return details
    }

    private func resolved(_ json: JSONElement) -> JSONElement {
        guard let reference = json["$ref"].text, let part = parts[String(reference.dropFirst(2))] else { return json }
        return (try? JSONElement(parsing: Array(part.utf8))) ?? json
    }

    private func parameter(_ json: JSONElement) -> MockRoute.Parameter? {
        guard let name = json["name"].text, let place = json["in"].text.flatMap(MockRoute.Place.init) else {
            return nil
        }
        let style = json["style"].text ?? (place == .query || place == .cookie ? "form" : "simple")
        return MockRoute.Parameter(
            name, in: place, isRequired: json["required"].bool, style: style,
            explode: json["explode"].map { (try? $0.bool()) ?? false } ?? (style == "form"), isJSON: json["json"].bool,
            schema: schema(json["schema"]))
    }

    /// The answers of one status, one for each media type.
    private func replies(_ json: JSONElement) -> [MockRoute.Reply] {
        let status = (try? json["status"]?.int()) ?? 0
        guard let contents = json["content"] else { return [MockRoute.Reply(status)] }
        return contents.list.map { content in
            let example = content["example"].map { String(decoding: $0.bytes, as: UTF8.self) }
            var reply = MockRoute.Reply(status, content["type"].text, example: example)
            if let events = content["events"] {
                reply.isStream = true
                reply.events = events.list.map { String(decoding: $0.bytes, as: UTF8.self) }
                reply.end = content["end"].text
            }
            return reply
        }
    }

    private func schema(_ json: JSONElement?) -> SchemaText {
        SchemaText(Schema((try? json?.value()) ?? .bool(true)))
    }
}

extension JSONElement? {
    /// The elements of an array; none if it is something else.
    fileprivate var list: [JSONElement] { self.flatMap { try? $0.elements() }.map { Array($0) } ?? [] }

    fileprivate var text: String? { flatMap { try? $0.string() } }

    fileprivate var bool: Bool { flatMap { try? $0.bool() } ?? false }
}

extension JSONElement {
    fileprivate var list: [JSONElement] { Optional(self).list }

    /// The value as JSON, its members in their order.
    fileprivate var bytes: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.finish()
    }

    private func write(to json: inout JSONWriter) {
        switch kind {
        case .object:
            let members = (try? object().members).map { Array($0) } ?? []
            json.writeObject { json in
                for member in members {
                    json.writeName(member.name)
                    member.element.write(to: &json)
                }
            }
        case .array:
            json.writeArray { json in
                for element in list { element.write(to: &json) }
            }
        default:
            json.writeValue((try? value() as JSONValue) ?? .null)
        }
    }
}
