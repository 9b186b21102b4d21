import Foundation
import TollgateCore

/// Texts on disk by kind and key, each changed in one step: what quotas and webhook logs need of a database.
package protocol BackendStorage: QuotaStore, WebhookLog {
    /// Changes a text while nobody else can.
    ///
    /// - Parameters:
    ///   - kind: What the text is.
    ///   - key: Whose it is.
    ///   - now: The present time.
    ///   - change: Gets the text, nil if there is none, and returns what becomes of it, and a result.
    /// - Returns: The result.
    /// - Throws: What the database throws; the text is as it was then.
    func update<Result: Sendable>(
        _ kind: BackendText, _ key: String, at now: Date,
        _ change: @escaping @Sendable ([UInt8]?) throws -> (text: [UInt8], result: Result)
    ) async throws -> Result
}

/// What a text is.
package enum BackendText: String, Sendable {
    case quota, webhook
}

extension BackendStorage {
    private func change<Model: JSONModel, Result: Sendable>(
        _ kind: BackendText, _ key: String, at now: Date, _ empty: Model,
        _ change: @escaping @Sendable (inout Model) -> Result
    ) async throws -> Result {
        try await update(kind, key, at: now) { text in
            var model = try text.map { try Model(jsonBytes: $0) } ?? empty
            let result = change(&model)
            return (model.jsonBytes(), result)
        }
    }

    public func reserve(_ reservation: QuotaReservation, within quotas: [Quota]) async throws -> QuotaExceeded? {
        try await change(.quota, reservation.subject, at: reservation.time, QuotaLedger()) {
            $0.reserve(reservation, within: quotas)
        }
    }

    public func settle(_ reservation: QuotaReservation, tokens: Int64) async throws {
        try await change(.quota, reservation.subject, at: reservation.time, QuotaLedger()) {
            $0.settle(reservation.id, tokens: tokens)
        }
    }

    public func used(by subject: String, at time: Date) async throws -> [Quota.Period: QuotaAmount] {
        try await change(.quota, subject, at: time, QuotaLedger()) { $0.used(at: time) }
    }

    public func restart(_ period: Quota.Period, of subject: String, at time: Date) async throws {
        try await change(.quota, subject, at: time, QuotaLedger()) { $0.restart(period, at: time) }
    }

    public func begin(_ delivery: WebhookDelivery, lease: Duration, at now: Date) async throws -> WebhookDecision {
        try await change(.webhook, delivery.key, at: now, WebhookLedger()) {
            $0.begin(delivery, lease: lease, at: now)
        }
    }

    public func end(_ delivery: WebhookDelivery, isHandled: Bool, at now: Date) async throws {
        try await change(.webhook, delivery.key, at: now, WebhookLedger()) {
            $0.end(delivery, isHandled: isHandled, at: now)
        }
    }
}

// MARK: - How it is kept

extension WebhookLedger: JSONModel {
    package init(json: inout JSONObject) throws(JSONError) {
        self.init()
        entries = try json.value("events")
        touched = Date(timeIntervalSince1970: try json.double("touched"))
        if let time = json.double(ifPresent: "latest") {
            latest = (Date(timeIntervalSince1970: time), json.int(ifPresent: "rank") ?? 0)
        }
    }

    package func write(to json: inout JSONWriter) {
        json.write("events", entries)
        json.write("touched", touched.timeIntervalSince1970)
        json.write("latest", latest?.time.timeIntervalSince1970)
        json.write("rank", latest?.rank)
    }
}

extension WebhookLedger.Entry: JSONModel {
    package init(json: inout JSONObject) throws(JSONError) {
        claim = json.string(ifPresent: "claim").flatMap { UUID(uuidString: $0) }
        until = Date(timeIntervalSince1970: try json.double("until"))
    }

    package func write(to json: inout JSONWriter) {
        json.write("claim", claim?.uuidString)
        json.write("until", until.timeIntervalSince1970)
    }
}
