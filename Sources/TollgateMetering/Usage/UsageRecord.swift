import Foundation
import TollgateCore
import TollgateStoa

/// One use, to be billed to one user, once.
public struct UsageRecord: Sendable, Hashable {
    /// The event's id, minted once. Whatever is repeated on the way is recognised by it.
    public var id: UUID
    /// The application's own id of the user who is billed; of Stripe, the customer.
    public var userID: String
    /// The id of the API key that the use was called with, if there is one.
    public var keyID: String?
    /// When the use took place.
    public var time: Date
    public var usage: Usage
    /// The application's own notes.
    public var metadata: [String: JSONScalar]
    /// The permission that the use was done under; Vluna's sink commits it.
    public var lease: Lease?

    /// - Parameters:
    ///   - id: The event's id, a new one unless given.
    ///   - userID: The application's own id of the user who is billed.
    ///   - usage: What was used.
    ///   - keyID: The id of the API key that the use was called with, if there is one.
    ///   - time: When the use took place.
    ///   - metadata: The application's own notes.
    ///   - lease: The permission of Vluna's gate that the use was done under.
    public init(
        id: UUID? = nil, userID: String, usage: Usage, keyID: String? = nil, time: Date = Date(),
        metadata: [String: JSONScalar] = [:], lease: Lease? = nil
    ) {
        self.id = id ?? .timeOrdered(at: time)
        self.userID = userID
        self.usage = usage
        self.keyID = keyID
        // To the millisecond, as it is kept.
        self.time = Date(millisecondsSince1970: time.millisecondsSince1970)
        self.metadata = metadata
        self.lease = lease
    }

    /// A permission of Vluna's gate.
    public struct Lease: Sendable, Hashable {
        public var token: String
        public var featureCode: String
        /// How much is committed, in the feature's smallest unit.
        public var quantityMinor: Int64
        /// When the lease was given.
        public var grantedAt: Date
        /// Whether a commit was sent before, by itself and under the record's id, so that Vluna may know it.
        public var wasSent: Bool

        public init(
            token: String, featureCode: String, quantityMinor: Int64, grantedAt: Date, wasSent: Bool = false
        ) {
            self.token = token
            self.featureCode = featureCode
            self.quantityMinor = quantityMinor
            self.grantedAt = grantedAt
            self.wasSent = wasSent
        }
    }
}

// MARK: - How a record is kept

/// A record without its id, which outboxes keep in a place of its own.
struct RecordBody: JSONModel {
    var record: UsageRecord

    init(_ record: UsageRecord) {
        self.record = record
    }

    init(json: inout JSONObject) throws(JSONError) {
        let userID = try json.string("user_id")
        let milliseconds = try json.int64("time_ms")
        record = UsageRecord(
            id: .unset, userID: userID, usage: try Usage(json: &json), keyID: json.string(ifPresent: "key_id"),
            time: Date(millisecondsSince1970: milliseconds), metadata: json.value(ifPresent: "metadata") ?? [:],
            lease: json.value(ifPresent: "lease"))
    }

    func write(to json: inout JSONWriter) {
        record.writeBody(to: &json)
    }
}

extension UsageRecord {
    fileprivate func writeBody(to json: inout JSONWriter) {
        json.write("user_id", userID)
        json.write("key_id", keyID)
        json.write("time_ms", time.millisecondsSince1970)
        usage.write(to: &json)
        if !metadata.isEmpty { json.write("metadata", metadata) }
        json.write("lease", lease)
    }
}

extension OutboxItem {
    /// An item that keeps a record.
    public init(_ record: UsageRecord, kind: Kind = .event) {
        var json = JSONWriter()
        json.writeObject { record.writeBody(to: &$0) }
        self.init(id: record.id, kind: kind, body: json.finish())
    }

    /// The record that the item keeps.
    /// - Throws: ``JSONError`` if the body is not one: it was written by another version, or damaged.
    public func record() throws(JSONError) -> UsageRecord {
        var record = try RecordBody(jsonBytes: body).record
        record.id = id
        return record
    }
}

extension UUID {
    fileprivate static let unset = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
}

extension Date {
    init(millisecondsSince1970 milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    /// Within the years that JSON can say; what is outside becomes the nearest of them.
    var millisecondsSince1970: Int64 {
        Int64(min(max(timeIntervalSince1970 * 1000, -62_135_596_800_000), 253_402_300_799_000).rounded(.down))
    }
}

extension UsageRecord.Lease: JSONModel {
    public init(json: inout JSONObject) throws(JSONError) {
        token = try json.string("token")
        featureCode = try json.string("feature_code")
        quantityMinor = try json.int64("quantity_minor")
        grantedAt = try json.date("granted_at")
        wasSent = json.bool(ifPresent: "was_sent") ?? false
    }

    public func write(to json: inout JSONWriter) {
        json.write("token", token)
        json.write("feature_code", featureCode)
        json.write("quantity_minor", quantityMinor)
        json.write("granted_at", grantedAt)
        if wasSent { json.write("was_sent", true) }
    }
}

extension Usage: JSONModel {
    public init(json: inout JSONObject) throws(JSONError) {
        self.init(try json.value("operation"), model: json.string(ifPresent: "model"))
        inputTokens = json.int(ifPresent: "input_tokens")
        outputTokens = json.int(ifPresent: "output_tokens")
        cachedTokens = json.int(ifPresent: "cached_tokens")
        cacheWriteTokens = json.int(ifPresent: "cache_write_tokens")
        cacheTTL = json.string(ifPresent: "cache_ttl")
        reasoningTokens = json.int(ifPresent: "reasoning_tokens")
        nativeInputTokens = json.int(ifPresent: "native_input_tokens")
        nativeOutputTokens = json.int(ifPresent: "native_output_tokens")
        characters = json.int(ifPresent: "characters")
        seconds = json.double(ifPresent: "seconds")
        count = json.int(ifPresent: "count")
        quantity = json.decimal(ifPresent: "quantity")
        name = json.string(ifPresent: "name")
        unit = json.string(ifPresent: "unit")
        cost = json.decimal(ifPresent: "cost")
        voice = json.string(ifPresent: "voice")
        size = json.string(ifPresent: "size")
        quality = json.string(ifPresent: "quality")
        tier = json.string(ifPresent: "tier")
        features = json.value(ifPresent: "features")
        dimensions = json.int(ifPresent: "dimensions")
        requestID = json.string(ifPresent: "request_id")
        providerRequestID = json.string(ifPresent: "provider_request_id")
        isStreamed = json.bool(ifPresent: "streamed") ?? false
        isPartial = json.bool(ifPresent: "partial") ?? false
        latencyMilliseconds = json.int(ifPresent: "latency_ms")
    }

    public func write(to json: inout JSONWriter) {
        json.write("operation", operation)
        json.write("model", model)
        json.write("input_tokens", inputTokens)
        json.write("output_tokens", outputTokens)
        json.write("cached_tokens", cachedTokens)
        json.write("cache_write_tokens", cacheWriteTokens)
        json.write("cache_ttl", cacheTTL)
        json.write("reasoning_tokens", reasoningTokens)
        json.write("native_input_tokens", nativeInputTokens)
        json.write("native_output_tokens", nativeOutputTokens)
        json.write("characters", characters)
        json.write("seconds", seconds)
        json.write("count", count)
        json.write("quantity", quantity)
        json.write("name", name)
        json.write("unit", unit)
        json.write("cost", cost)
        json.write("voice", voice)
        json.write("size", size)
        json.write("quality", quality)
        json.write("tier", tier)
        json.write("features", features)
        json.write("dimensions", dimensions)
        json.write("request_id", requestID)
        json.write("provider_request_id", providerRequestID)
        if isStreamed { json.write("streamed", true) }
        if isPartial { json.write("partial", true) }
        json.write("latency_ms", latencyMilliseconds)
    }
}
