import Foundation

/// Models of the same shape whose `Codable` the compiler writes.
enum Foundations {}

extension Foundations {
    struct EventList: Codable, Equatable {
        var items: [Event]
        var nextCursor: String?
        var total: Int

        enum CodingKeys: String, CodingKey {
            case items, total
            case nextCursor = "next_cursor"
        }
    }

    struct Event: Codable, Equatable {
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

        enum CodingKeys: String, CodingKey {
            case id, model, status, labels, price, note
            case userID = "user_id"
            case isTest = "is_test"
            case inputTokens = "input_tokens"
            case outputTokens = "output_tokens"
            case latencyMilliseconds = "latency_ms"
        }
    }

    struct Price: Codable, Equatable {
        var currency: String
        var amountXUSD: String
        var block: Int

        enum CodingKeys: String, CodingKey {
            case currency, block
            case amountXUSD = "amount_xusd"
        }
    }

    enum Status: String, Codable, Equatable {
        case accepted, duplicate, charged
    }

    struct Membership: Codable, Equatable {
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

        enum CodingKeys: String, CodingKey {
            case id, count, ratio, tags
            case field0 = "field_0"
            case field1 = "field_1"
            case field2 = "field_2"
            case field3 = "field_3"
            case field4 = "field_4"
            case field5 = "field_5"
            case field6 = "field_6"
            case field7 = "field_7"
            case isActive = "is_active"
        }
    }

    struct Transcript: Codable, Equatable {
        var lines: [String]
    }

    struct ReadingList: Codable, Equatable {
        var readings: [Reading]
    }

    struct Reading: Codable, Equatable {
        var small: Int
        var large: Int64
        var short: Double
        var long: Double
    }

    struct ChargeList: Codable, Equatable {
        var charges: [Charge]
    }

    struct Charge: Codable, Equatable {
        var amount: Decimal
        var at: Date
    }

    struct Level: Codable, Equatable {
        var name: String
        var children: [Level]
    }
}
