import Foundation

/// The twins of ``Shapes``.
extension Foundations {
    struct Payment: Codable, Equatable {
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

        enum CodingKeys: String, CodingKey {
            case id, object, currency, created, completed, customer, description, lines, metadata
            case amountMinor = "amount_minor"
            case isLive = "is_live"
            case statementDescriptor = "statement_descriptor"
            case failureCode = "failure_code"
        }
    }

    struct Customer: Codable, Equatable {
        var id: String
        var email: String
        var name: String?
        var country: String?
        var balanceMinor: Int64

        enum CodingKeys: String, CodingKey {
            case id, email, name, country
            case balanceMinor = "balance_minor"
        }
    }

    struct Line: Codable, Equatable {
        var feature: String
        var quantity: Int
        var unitPrice: Double

        enum CodingKeys: String, CodingKey {
            case feature, quantity
            case unitPrice = "unit_price"
        }
    }

    struct Transcript: Codable, Equatable {
        var messages: [Message]
    }

    struct Message: Codable, Equatable {
        var role: String
        var content: String
    }

    struct Series: Codable, Equatable {
        var points: [Point]
        var weights: [Double]
    }

    struct Point: Codable, Equatable {
        var x: Double
        var y: Double
        var count: Int64
    }

    struct Comment: Codable, Equatable {
        var id: Int
        var text: String
        var replies: [Comment]
    }
}
