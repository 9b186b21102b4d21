import Foundation
import TollgateCore

/// How stores on disk keep it: one text a subject.
extension QuotaLedger: JSONModel {
    package init(json: inout JSONObject) throws(JSONError) {
        let counters: [String: Counter] = try json.value("counters")
        let open: [String: Open] = try json.value("open")
        self.init(
            counters: Dictionary(
                uniqueKeysWithValues: counters.compactMap { name, counter in
                    Quota.Period(rawValue: name).map { ($0, counter) }
                }),
            open: Dictionary(
                open.compactMap { id, reserved in UUID(uuidString: id).map { ($0, reserved) } }
            ) { $1 })
    }

    package func write(to json: inout JSONWriter) {
        json.write("counters", Dictionary(uniqueKeysWithValues: counters.map { ($0.key.rawValue, $0.value) }))
        json.write("open", Dictionary(uniqueKeysWithValues: open.map { ($0.key.uuidString, $0.value) }))
    }
}

extension QuotaLedger.Counter: JSONModel {
    package init(json: inout JSONObject) throws(JSONError) {
        start = Date(timeIntervalSince1970: try json.double("start"))
        amount = QuotaAmount(requests: try json.int64("requests"), tokens: try json.int64("tokens"))
    }

    package func write(to json: inout JSONWriter) {
        json.write("start", start.timeIntervalSince1970)
        json.write("requests", amount.requests)
        json.write("tokens", amount.tokens)
    }
}

extension QuotaLedger.Open: JSONModel {
    package init(json: inout JSONObject) throws(JSONError) {
        tokens = try json.int64("tokens")
        let starts: [String: Double] = try json.value("starts")
        self.starts = Dictionary(
            uniqueKeysWithValues: starts.compactMap { name, start in
                Quota.Period(rawValue: name).map { ($0, Date(timeIntervalSince1970: start)) }
            })
        expiry = Date(timeIntervalSince1970: try json.double("expiry"))
        hasLapsed = try json.bool("lapsed")
    }

    package func write(to json: inout JSONWriter) {
        json.write("tokens", tokens)
        json.write(
            "starts", Dictionary(uniqueKeysWithValues: starts.map { ($0.key.rawValue, $0.value.timeIntervalSince1970) })
        )
        json.write("expiry", expiry.timeIntervalSince1970)
        json.write("lapsed", hasLapsed)
    }
}
