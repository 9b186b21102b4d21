import Foundation
import TollgateCore

// Unions and other special forms, as the generator prints them.

extension Golden {
    /// A union told apart by a member of its variants.
    enum Provenance: JSONConvertible, Hashable {
        case live(LiveProvenance)
        case aggregate(AggregateProvenance)
        /// A variant that this version does not know; it is kept as it came.
        case unrecognized(JSONValue)
    }

    struct LiveProvenance: JSONModel, Hashable {
        var requestID: String

        init(requestID: String) {
            self.requestID = requestID
        }
    }

    struct AggregateProvenance: JSONModel, Hashable {
        var count: Int

        init(count: Int) {
            self.count = count
        }
    }

    /// A model that holds a union chosen by another of its members.
    struct Event: JSONModel, Hashable {
        var eventID: String
        var payload: Payload

        init(eventID: String, payload: Payload) {
            self.eventID = eventID
            self.payload = payload
        }

        /// What happened.
        enum Payload: JSONSiblingUnion, Hashable {
            case live(LiveProvenance)
            case aggregate(AggregateProvenance)
            /// A variant that this version does not know; it is kept as it came.
            case unrecognized(String, JSONValue)
        }
    }

    /// A union without discriminator: first by kind, then by what its objects require.
    enum Input: JSONConvertible, Hashable {
        case text(String)
        case texts([String])
        case live(LiveProvenance)
        case aggregate(AggregateProvenance)
        /// A variant that this version does not know; it is kept as it came.
        case unrecognized(JSONValue)
    }

    /// A model for which absent and null differ.
    struct Update: JSONModel, Hashable {
        var name: Patch<String>
        var limit: Patch<Int>

        init(name: Patch<String> = .absent, limit: Patch<Int> = .absent) {
            self.name = name
            self.limit = limit
        }
    }

    /// A model with additional properties of a type.
    struct Counters: JSONModel, Hashable {
        var total: Int
        /// The members without a property of their own.
        var additionalProperties: [String: Int]

        init(total: Int, additionalProperties: [String: Int] = [:]) {
            self.total = total
            self.additionalProperties = additionalProperties
        }
    }

    /// A model that holds itself.
    struct Comment: JSONModel, Hashable {
        var text: String
        @Indirect var parent: Comment?
        var replies: [Comment]

        init(text: String, parent: Comment? = nil, replies: [Comment] = []) {
            self.text = text
            self.parent = parent
            self.replies = replies
        }
    }
}

// MARK: - Wire format

extension Golden.Provenance {
    init(json: JSONElement) throws(JSONError) {
        switch try json.discriminator("kind") {
        case "live": self = .live(try json.value())
        case "aggregate": self = .aggregate(try json.value())
        default: self = .unrecognized(try json.value())
        }
    }

    func writeValue(to json: inout JSONWriter) {
        switch self {
        case .live(let value): json.writeValue(value, adding: "kind", "live")
        case .aggregate(let value): json.writeValue(value, adding: "kind", "aggregate")
        case .unrecognized(let value): json.writeValue(value)
        }
    }
}

extension Golden.LiveProvenance {
    init(json: inout JSONObject) throws(JSONError) {
        requestID = try json.string("request_id")
    }

    func write(to json: inout JSONWriter) {
        json.write("request_id", requestID)
    }
}

extension Golden.AggregateProvenance {
    init(json: inout JSONObject) throws(JSONError) {
        count = try json.int("count")
    }

    func write(to json: inout JSONWriter) {
        json.write("count", count)
    }
}

extension Golden.Event {
    init(json: inout JSONObject) throws(JSONError) {
        eventID = try json.string("event_id")
        payload = try json.union("payload", discriminator: "event_type")
    }

    func write(to json: inout JSONWriter) {
        json.write("event_id", eventID)
        json.write("event_type", payload.discriminator)
        json.write("payload", payload)
    }
}

extension Golden.Event.Payload {
    init(discriminator: String, json: JSONElement) throws(JSONError) {
        switch discriminator {
        case "app.live": self = .live(try json.value())
        case "app.aggregate": self = .aggregate(try json.value())
        default: self = .unrecognized(discriminator, try json.value())
        }
    }

    var discriminator: String {
        switch self {
        case .live: "app.live"
        case .aggregate: "app.aggregate"
        case .unrecognized(let discriminator, _): discriminator
        }
    }

    func writeValue(to json: inout JSONWriter) {
        switch self {
        case .live(let value): json.writeValue(value)
        case .aggregate(let value): json.writeValue(value)
        case .unrecognized(_, let value): json.writeValue(value)
        }
    }
}

extension Golden.Input {
    init(json: JSONElement) throws(JSONError) {
        switch json.kind {
        case .string: self = .text(try json.value())
        case .array: self = .texts(try json.value())
        case .object where json.contains("request_id"): self = .live(try json.value())
        case .object where json.contains("count"): self = .aggregate(try json.value())
        default: self = .unrecognized(try json.value())
        }
    }

    func writeValue(to json: inout JSONWriter) {
        switch self {
        case .text(let value): json.writeValue(value)
        case .texts(let value): json.writeValue(value)
        case .live(let value): json.writeValue(value)
        case .aggregate(let value): json.writeValue(value)
        case .unrecognized(let value): json.writeValue(value)
        }
    }
}

extension Golden.Update {
    init(json: inout JSONObject) throws(JSONError) {
        name = json.patch("name")
        limit = json.patch("limit")
    }

    func write(to json: inout JSONWriter) {
        json.write("name", patch: name)
        json.write("limit", patch: limit)
    }
}

extension Golden.Counters {
    init(json: inout JSONObject) throws(JSONError) {
        total = try json.int("total")
        additionalProperties = json.remaining(excluding: ["total"])
    }

    func write(to json: inout JSONWriter) {
        json.write("total", total)
        json.write(remaining: additionalProperties, excluding: ["total"])
    }
}

extension Golden.Comment {
    init(json: inout JSONObject) throws(JSONError) {
        text = try json.string("text")
        parent = json.value(ifPresent: "parent")
        replies = json.value(ifPresent: "replies") ?? []
    }

    func write(to json: inout JSONWriter) {
        json.write("text", text)
        json.write("parent", parent)
        json.write("replies", replies)
    }
}
