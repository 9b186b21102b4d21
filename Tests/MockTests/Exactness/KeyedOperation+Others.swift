@testable import TollgateMock

// MARK: - Stoa and Stripe

extension KeyedOperation {
    static let others = [
        KeyedOperation(
            name: "stoa.createEvent", path: "/v1/events", tells: ["status", "charged"],
            conflict: (409, "event_id_conflict")
        ) { mock in
            try mock.stoa.setBalance("5", of: "u")
            return Sample(body: event(350), other: event(351))
        },
        KeyedOperation(
            name: "stoa.batchCreateEvents", path: "/v1/events:batchCreate",
            tells: ["status", "charged", "accepted", "duplicates"], conflict: (200, "event_id_conflict")
        ) { mock in
            try mock.stoa.setBalance("5", of: "u")
            return Sample(body: #"{"events":[\#(event(350))]}"#, other: #"{"events":[\#(event(351))]}"#)
        },
        KeyedOperation(
            name: "stripe.createMeterEvent", path: "/v1/billing/meter_events", conflict: (400, "idempotency_error")
        ) { _ in
            let body = { (tokens: Int) in
                "event_name=tokens&payload[stripe_customer_id]=cus_1&payload[value]=\(tokens)"
            }
            return Sample(body: body(25), other: body(26))
        },
    ]

    private static func event(_ output: Int) -> String {
        #"{"event_id":"018f0000-0000-7000-8000-000000000001","user_id":"u","timestamp":"2026-01-02T03:04:05Z","#
            + #""event_type":"openai.chat_completion","schema_version":"1.0","#
            + #""payload":{"model":"gpt-4o","input_tokens":1200,"output_tokens":\#(output)}}"#
    }
}
