import Foundation
import TollgateCore

/// Models as the generator writes them, of shapes that the services' own models do not have. Each has a twin in
/// ``Foundations``, and a document.
enum Shapes {}

extension Shapes {
    /// One object of about 1 KB.
    struct Payment: JSONModel {
        var id: String
        var object: String
        var amountMinor: Int64
        var currency: String
        var isLive: Bool
        var created: Date
        var completed: Date?
        var customer: Customer
        var description: String?
        var statementDescriptor: String?
        var failureCode: String?
        var lines: [Line]
        var metadata: [String: String]

        @inline(never)
        init(json: inout JSONObject) throws(JSONError) {
            id = try json.string("id")
            object = try json.string("object")
            amountMinor = try json.int64("amount_minor")
            currency = try json.string("currency")
            isLive = try json.bool("is_live")
            created = try json.date("created")
            completed = json.date(ifPresent: "completed")
            customer = try json.value("customer")
            description = json.string(ifPresent: "description")
            statementDescriptor = json.string(ifPresent: "statement_descriptor")
            failureCode = json.string(ifPresent: "failure_code")
            lines = try json.value("lines")
            metadata = try json.value("metadata")
        }

        @inline(never)
        func write(to json: inout JSONWriter) {
            json.write("id", id)
            json.write("object", object)
            json.write("amount_minor", amountMinor)
            json.write("currency", currency)
            json.write("is_live", isLive)
            json.write("created", created)
            json.write("completed", completed)
            json.write("customer", customer)
            json.write("description", description)
            json.write("statement_descriptor", statementDescriptor)
            json.write("failure_code", failureCode)
            json.write("lines", lines)
            json.write("metadata", metadata)
        }
    }

    struct Customer: JSONModel {
        var id: String
        var email: String
        var name: String?
        var country: String?
        var balanceMinor: Int64

        @inline(never)
        init(json: inout JSONObject) throws(JSONError) {
            id = try json.string("id")
            email = try json.string("email")
            name = json.string(ifPresent: "name")
            country = json.string(ifPresent: "country")
            balanceMinor = try json.int64("balance_minor")
        }

        @inline(never)
        func write(to json: inout JSONWriter) {
            json.write("id", id)
            json.write("email", email)
            json.write("name", name)
            json.write("country", country)
            json.write("balance_minor", balanceMinor)
        }
    }

    struct Line: JSONModel {
        var feature: String
        var quantity: Int
        var unitPrice: Double

        @inline(never)
        init(json: inout JSONObject) throws(JSONError) {
            feature = try json.string("feature")
            quantity = try json.int("quantity")
            unitPrice = try json.double("unit_price")
        }

        @inline(never)
        func write(to json: inout JSONWriter) {
            json.write("feature", feature)
            json.write("quantity", quantity)
            json.write("unit_price", unitPrice)
        }
    }
}

extension Shapes {
    /// Texts with quotes, line ends, backslashes and control characters.
    struct Transcript: JSONModel {
        var messages: [Message]

        @inline(never)
        init(json: inout JSONObject) throws(JSONError) {
            messages = try json.value("messages")
        }

        @inline(never)
        func write(to json: inout JSONWriter) {
            json.write("messages", messages)
        }
    }

    struct Message: JSONModel {
        var role: String
        var content: String

        @inline(never)
        init(json: inout JSONObject) throws(JSONError) {
            role = try json.string("role")
            content = try json.string("content")
        }

        @inline(never)
        func write(to json: inout JSONWriter) {
            json.write("role", role)
            json.write("content", content)
        }
    }

    /// Numbers, with and without a fraction.
    struct Series: JSONModel {
        var points: [Point]
        var weights: [Double]

        @inline(never)
        init(json: inout JSONObject) throws(JSONError) {
            points = try json.value("points")
            weights = try json.value("weights")
        }

        @inline(never)
        func write(to json: inout JSONWriter) {
            json.write("points", points)
            json.write("weights", weights)
        }
    }

    struct Point: JSONModel {
        var x: Double
        var y: Double
        var count: Int64

        @inline(never)
        init(json: inout JSONObject) throws(JSONError) {
            x = try json.double("x")
            y = try json.double("y")
            count = try json.int64("count")
        }

        @inline(never)
        func write(to json: inout JSONWriter) {
            json.write("x", x)
            json.write("y", y)
            json.write("count", count)
        }
    }

    /// An object in an array in an object in an array…
    struct Comment: JSONModel {
        var id: Int
        var text: String
        var replies: [Comment]

        @inline(never)
        init(json: inout JSONObject) throws(JSONError) {
            id = try json.int("id")
            text = try json.string("text")
            replies = try json.value("replies")
        }

        @inline(never)
        func write(to json: inout JSONWriter) {
            json.write("id", id)
            json.write("text", text)
            json.write("replies", replies)
        }
    }
}
