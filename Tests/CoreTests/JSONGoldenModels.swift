import Foundation
import TollgateCore

// Models in the form in which the generator prints them.

enum Golden {}

extension Golden {
    /// A plain model: scalars, a nested model, arrays, dictionaries, open enums, nullable and optional members.
    struct Order: JSONModel, Hashable {
        var orderID: String
        var lines: [Line]
        var labels: [String: String]
        var status: Status
        var priority: Priority
        var placedAt: Date
        var dueOn: CalendarDate?
        var total: Decimal
        var quantityMinor: Int64
        var discount: Decimal?
        var note: String?
        var approvedBy: String?
        var attempts: Int
        var receipt: Data?
        var callback: URL?
        var traceID: UUID?
        var extra: JSONValue?

        init(
            orderID: String, lines: [Line], labels: [String: String] = [:], status: Status,
            priority: Priority = .normal,
            placedAt: Date, dueOn: CalendarDate? = nil, total: Decimal, quantityMinor: Int64, discount: Decimal? = nil,
            note: String? = nil, approvedBy: String? = nil, attempts: Int = 1, receipt: Data? = nil,
            callback: URL? = nil, traceID: UUID? = nil, extra: JSONValue? = nil
        ) {
            self.orderID = orderID
            self.lines = lines
            self.labels = labels
            self.status = status
            self.priority = priority
            self.placedAt = placedAt
            self.dueOn = dueOn
            self.total = total
            self.quantityMinor = quantityMinor
            self.discount = discount
            self.note = note
            self.approvedBy = approvedBy
            self.attempts = attempts
            self.receipt = receipt
            self.callback = callback
            self.traceID = traceID
            self.extra = extra
        }
    }

    struct Line: JSONModel, Hashable {
        var sku: String
        var count: Int
        var ratio: Double

        init(sku: String, count: Int, ratio: Double) {
            self.sku = sku
            self.count = count
            self.ratio = ratio
        }
    }

    enum Status: OpenEnum {
        case open
        case settled
        /// A value that this version does not know; it is kept as it came.
        case unrecognized(String)
    }

    enum Priority: OpenEnum {
        case low
        case normal
        /// A value that this version does not know; it is kept as it came.
        case unrecognized(Int)
    }
}

// MARK: - Wire format

extension Golden.Order {
    init(json: inout JSONObject) throws(JSONError) {
        orderID = try json.string("order_id")
        lines = try json.value("lines")
        labels = json.value(ifPresent: "labels") ?? [:]
        status = try json.value("status")
        priority = json.value(ifPresent: "priority") ?? .normal
        placedAt = try json.date("placed_at")
        dueOn = json.calendarDate(ifPresent: "due_on")
        total = try json.decimal("total")
        quantityMinor = try json.int64InString("quantity_minor")
        discount = json.decimalInString(ifPresent: "discount")
        note = json.string(ifPresent: "note")
        approvedBy = json.string(ifPresent: "approved_by")
        attempts = json.int(ifPresent: "attempts") ?? 1
        receipt = json.base64(ifPresent: "receipt")
        callback = json.url(ifPresent: "callback")
        traceID = json.uuid(ifPresent: "trace_id")
        extra = json.value(ifPresent: "extra")
    }

    func write(to json: inout JSONWriter) {
        json.write("order_id", orderID)
        json.write("lines", lines)
        json.write("labels", labels)
        json.write("status", status)
        json.write("priority", priority)
        json.write("placed_at", placedAt)
        json.write("due_on", dueOn)
        json.write("total", total)
        json.write("quantity_minor", inString: quantityMinor)
        json.write("discount", inString: discount)
        json.write("note", note)
        json.write("approved_by", nullable: approvedBy)
        json.write("attempts", attempts)
        json.write("receipt", receipt)
        json.write("callback", callback)
        json.write("trace_id", traceID)
        json.write("extra", extra)
    }
}

extension Golden.Line {
    init(json: inout JSONObject) throws(JSONError) {
        sku = try json.string("sku")
        count = try json.int("n")
        ratio = try json.double("ratio")
    }

    func write(to json: inout JSONWriter) {
        json.write("sku", sku)
        json.write("n", count)
        json.write("ratio", ratio)
    }
}

extension Golden.Status {
    init(rawValue: String) {
        switch rawValue {
        case "open": self = .open
        case "settled": self = .settled
        default: self = .unrecognized(rawValue)
        }
    }

    var rawValue: String {
        switch self {
        case .open: "open"
        case .settled: "settled"
        case .unrecognized(let value): value
        }
    }
}

extension Golden.Priority {
    init(rawValue: Int) {
        switch rawValue {
        case 0: self = .low
        case 1: self = .normal
        default: self = .unrecognized(rawValue)
        }
    }

    var rawValue: Int {
        switch self {
        case .low: 0
        case .normal: 1
        case .unrecognized(let value): value
        }
    }
}
