import Foundation
import Testing
import TollgateVluna

@testable import TollgateMock

// MARK: - Wallet

extension KeyedOperation {
    static let wallet = [
        fixed(
            "vluna.consumeWallet", "/mgt/v1/wallet/consume", tells: ["replay"],
            #"{"amount":"500000","source_ref":"report-42","subject":"report","unit":"xusd"}"#,
            #"{"amount":"1","source_ref":"report-42","subject":"report","unit":"xusd"}"#),
        fixed(
            "vluna.adjustWallet", "/mgt/v1/wallet/adjustments",
            #"{"delta":"10000000","kind":"grant","reason_code":"welcome","request_id":"t-1","unit":"xusd"}"#,
            #"{"delta":"2","kind":"grant","reason_code":"welcome","request_id":"t-1","unit":"xusd"}"#),
        // An event is known by its content, so its key may be left out and is not kept: another body is another event.
        KeyedOperation(name: "vluna.recordBillingEvent", path: "/mgt/v1/events", tellsByStatus: true) { _ in
            Sample(body: event, other: nil)
        },
        fixed(
            "vluna.recordBillingEventBatch", "/mgt/v1/events/batch", tells: ["status"], #"{"events":[\#(event)]}"#, nil),
    ]

    private static let event =
        #"{"event_type":"outcome.done","occurred_at":"2026-01-02T03:04:05Z","semantic_kind":"outcome"}"#
}

// MARK: - Budgets

extension KeyedOperation {
    static let budgets = ["/mgt/v1", "/api/v1"].flatMap { surface in
        [
            fixed(
                "vluna.createBudget", "\(surface)/budgets", #"{"limit_xusd":"30000","name":"January"}"#,
                #"{"limit_xusd":"30000","name":"May"}"#),
            KeyedOperation(name: "vluna.closeBudget", path: "\(surface)/budgets/{budget_id}/close") { mock in
                let budget = try await mock.vluna().billing.budgets.create(limitXUSD: 30_000)
                return Sample(
                    body: #"{"reason":"over"}"#, other: #"{"reason":"too much"}"#,
                    path: "\(surface)/budgets/\(budget.budgetID)/close")
            },
        ]
    }
}

// MARK: - Store

extension KeyedOperation {
    static let store = ["/mgt/v1", "/api/v1"].flatMap { surface in
        [
            fixed("vluna.createCheckoutSession", "\(surface)/checkout/sessions", checkout("10"), checkout("40")),
            KeyedOperation(name: "vluna.createPortalSession", path: "\(surface)/portal/sessions") { mock in
                let page = try #require(URL(string: "https://app.example.com/billing"))
                // Only who has paid before is a customer there.
                let session = try await mock.vluna().billing.createCheckoutSession(
                    items: [Vluna.CheckoutItem(catalogPriceID: "40")], successURL: page, cancelURL: page)
                try mock.vluna.completeCheckout(session.checkoutURL)
                return Sample(
                    body: #"{"return_url":"https://app.example.com/billing"}"#,
                    other: #"{"return_url":"https://app.example.com/"}"#)
            },
        ]
    }

    private static func checkout(_ price: String) -> String {
        #"{"items":[{"catalog_price_id":"\#(price)"}],"success_url":"https://app.example.com/done","#
            + #""cancel_url":"https://app.example.com/billing"}"#
    }
}
