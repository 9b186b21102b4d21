import Foundation

/// Models of the same shape as generated ones, whose `Codable` the compiler writes.
enum Foundations {}

extension Foundations {
    /// As `Stoa.OpenAIChatCompletion`.
    struct TokenCounts: Codable, Equatable {
        var model: String
        var inputTokens: Int
        var outputTokens: Int
        var cachedTokens: Int
        var reasoningTokens: Int
        var requestID: String?
        var streaming: Bool
        var latencyMilliseconds: Int?

        enum CodingKeys: String, CodingKey {
            case model, streaming
            case inputTokens = "input_tokens"
            case outputTokens = "output_tokens"
            case cachedTokens = "cached_tokens"
            case reasoningTokens = "reasoning_tokens"
            case requestID = "request_id"
            case latencyMilliseconds = "latency_ms"
        }
    }

    /// As `Vluna.FeatureLimitListEnvelope`.
    struct FeatureLimitList: Codable, Equatable {
        var ok: Bool?
        var code: String?
        var message: String?
        var data: [FeatureLimit]
    }

    struct FeatureLimit: Codable, Equatable {
        var featureCode: String
        var featureFamilyCode: String?
        var unit: String?
        var quotas: [Window]?
        var rates: [Window]?
        var meters: [String]?

        enum CodingKeys: String, CodingKey {
            case unit, quotas, rates, meters
            case featureCode = "feature_code"
            case featureFamilyCode = "feature_family_code"
        }
    }

    /// The numbers stay strings here; our models read and write them as integers.
    struct Window: Codable, Equatable {
        var windowStart: Date
        var windowEnd: Date
        var limitMinor: String
        var usedMinor: String

        enum CodingKeys: String, CodingKey {
            case windowStart = "window_start"
            case windowEnd = "window_end"
            case limitMinor = "limit_minor"
            case usedMinor = "used_minor"
        }
    }
}
