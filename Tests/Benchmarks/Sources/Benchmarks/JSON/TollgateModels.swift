import Foundation
import TollgateCore

/// Models in the form in which the generator prints them.
enum Ours {}

extension Ours {
    struct EventList: JSONModel {
        var items: [Event]
        var nextCursor: String?
        var total: Int
    }

    struct Event: JSONModel {
        var id: String
        var userID: String
        var model: String
        var status: Status
        var isTest: Bool
        var inputTokens: Int
        var outputTokens: Int
        var latencyMilliseconds: Double
        var labels: [String]
        var price: Price
        var note: String?
    }

    struct Price: JSONModel {
        var currency: String
        var amountXUSD: String
        var block: Int
    }

    enum Status: OpenEnum {
        case accepted
        case duplicate
        case charged
        /// A value that this version does not know; it is kept as it came.
        case unrecognized(String)
    }

    struct Membership: JSONModel {
        var field0: String
        var field1: String
        var field2: String
        var field3: String
        var field4: String
        var field5: String
        var field6: String
        var field7: String
        var id: String
        var count: Int
        var isActive: Bool
        var ratio: Double
        var tags: [String]
    }

    struct Transcript: JSONModel {
        var lines: [String]
    }

    struct ReadingList: JSONModel {
        var readings: [Reading]
    }

    struct Reading: JSONModel {
        var small: Int
        var large: Int64
        var short: Double
        var long: Double
    }

    struct ChargeList: JSONModel {
        var charges: [Charge]
    }

    struct Charge: JSONModel {
        var amount: Decimal
        var at: Date
    }

    struct Level: JSONModel {
        var name: String
        var children: [Level]
    }
}

// MARK: - Wire format

extension Ours.EventList {
    init(json: inout JSONObject) throws(JSONError) {
        items = try json.value("items")
        nextCursor = try json.string(ifPresent: "next_cursor")
        total = try json.int("total")
    }

    func write(to json: inout JSONWriter) {
        json.write("items", items)
        json.write("next_cursor", nextCursor)
        json.write("total", total)
    }
}

extension Ours.Event {
    init(json: inout JSONObject) throws(JSONError) {
        id = try json.string("id")
        userID = try json.string("user_id")
        model = try json.string("model")
        status = try json.value("status")
        isTest = try json.bool("is_test")
        inputTokens = try json.int("input_tokens")
        outputTokens = try json.int("output_tokens")
        latencyMilliseconds = try json.double("latency_ms")
        labels = try json.value("labels")
        price = try json.value("price")
        note = try json.string(ifPresent: "note")
    }

    func write(to json: inout JSONWriter) {
        json.write("id", id)
        json.write("user_id", userID)
        json.write("model", model)
        json.write("status", status)
        json.write("is_test", isTest)
        json.write("input_tokens", inputTokens)
        json.write("output_tokens", outputTokens)
        json.write("latency_ms", latencyMilliseconds)
        json.write("labels", labels)
        json.write("price", price)
        json.write("note", note)
    }
}

extension Ours.Price {
    init(json: inout JSONObject) throws(JSONError) {
        currency = try json.string("currency")
        amountXUSD = try json.string("amount_xusd")
        block = try json.int("block")
    }

    func write(to json: inout JSONWriter) {
        json.write("currency", currency)
        json.write("amount_xusd", amountXUSD)
        json.write("block", block)
    }
}

extension Ours.Status {
    init(rawValue: String) {
        switch rawValue {
        case "accepted": self = .accepted
        case "duplicate": self = .duplicate
        case "charged": self = .charged
        default: self = .unrecognized(rawValue)
        }
    }

    var rawValue: String {
        switch self {
        case .accepted: "accepted"
        case .duplicate: "duplicate"
        case .charged: "charged"
        case .unrecognized(let value): value
        }
    }
}

extension Ours.Membership {
    init(json: inout JSONObject) throws(JSONError) {
        field0 = try json.string("field_0")
        field1 = try json.string("field_1")
        field2 = try json.string("field_2")
        field3 = try json.string("field_3")
        field4 = try json.string("field_4")
        field5 = try json.string("field_5")
        field6 = try json.string("field_6")
        field7 = try json.string("field_7")
        id = try json.string("id")
        count = try json.int("count")
        isActive = try json.bool("is_active")
        ratio = try json.double("ratio")
        tags = try json.value("tags")
    }

    func write(to json: inout JSONWriter) {
        json.write("field_0", field0)
        json.write("field_1", field1)
        json.write("field_2", field2)
        json.write("field_3", field3)
        json.write("field_4", field4)
        json.write("field_5", field5)
        json.write("field_6", field6)
        json.write("field_7", field7)
        json.write("id", id)
        json.write("count", count)
        json.write("is_active", isActive)
        json.write("ratio", ratio)
        json.write("tags", tags)
    }
}

extension Ours.Transcript {
    init(json: inout JSONObject) throws(JSONError) {
        lines = try json.value("lines")
    }

    func write(to json: inout JSONWriter) {
        json.write("lines", lines)
    }
}

extension Ours.ReadingList {
    init(json: inout JSONObject) throws(JSONError) {
        readings = try json.value("readings")
    }

    func write(to json: inout JSONWriter) {
        json.write("readings", readings)
    }
}

extension Ours.Reading {
    init(json: inout JSONObject) throws(JSONError) {
        small = try json.int("small")
        large = try json.int64("large")
        short = try json.double("short")
        long = try json.double("long")
    }

    func write(to json: inout JSONWriter) {
        json.write("small", small)
        json.write("large", large)
        json.write("short", short)
        json.write("long", long)
    }
}

extension Ours.ChargeList {
    init(json: inout JSONObject) throws(JSONError) {
        charges = try json.value("charges")
    }

    func write(to json: inout JSONWriter) {
        json.write("charges", charges)
    }
}

extension Ours.Charge {
    init(json: inout JSONObject) throws(JSONError) {
        amount = try json.decimal("amount")
        at = try json.date("at")
    }

    func write(to json: inout JSONWriter) {
        json.write("amount", amount)
        json.write("at", at)
    }
}

extension Ours.Level {
    init(json: inout JSONObject) throws(JSONError) {
        name = try json.string("name")
        children = try json.value("children")
    }

    func write(to json: inout JSONWriter) {
        json.write("name", name)
        json.write("children", children)
    }
}
