import Foundation
import TollgateMockServer
import TollgateVluna

// Invoices, subscriptions and payments: an account is named in the query, also where a token says whose it is.

extension VlunaState {
    /// The account that a query names.
    private func account(_ call: MockCall, _ caller: VlunaAccess.Caller, _ own: Account?) throws(VlunaFailure) -> String
    {
        let id = call.text("billing_account_id")?.lowercased() ?? ""
        guard UUID(uuidString: id) != nil else { throw .invalid("billing_account_id must be a UUID") }
        guard caller.isService || own?.id == id else {
            throw .forbidden("AUTH.INSUFFICIENT_SCOPE", "billing_account_id does not match the token")
        }
        return id
    }

    // MARK: - Invoices

    func listInvoices(
        _ call: MockCall, _ caller: VlunaAccess.Caller, _ own: Account?
    ) throws(VlunaFailure) -> MockReply {
        let account = try account(call, caller, own)
        let found = store.invoices.reversed().filter { invoice in
            invoice.account == account && call.accepts("status", invoice.status.rawValue)
                && call.accepts("subscription_id", invoice.subscription)
                && call.finds(in: invoice.number, invoice.id, invoice.subscription)
        }
        let page = try call.page(of: found) { $0.id }
        return MockReply(envelopeOf: page.items.map(\.view), meta: page.meta)
    }

    func getInvoice(
        _ call: MockCall, _ caller: VlunaAccess.Caller, _ own: Account?
    ) throws(VlunaFailure) -> MockReply {
        let account = try account(call, caller, own), id = call.pathParameters["invoice_id"]
        guard let invoice = store.invoices.first(where: { $0.account == account && $0.id == id }) else {
            throw .missing("invoice")
        }
        return MockReply(envelopeOf: invoice.detail { view($0) })
    }

    // MARK: - Subscriptions

    func listSubscriptions(
        _ call: MockCall, _ caller: VlunaAccess.Caller, _ own: Account?
    ) throws(VlunaFailure) -> MockReply {
        let account = try account(call, caller, own)
        let found = store.subscriptions.reversed().filter { subscription in
            subscription.account == account && call.accepts("status", subscription.status.rawValue)
                && call.finds(in: subscription.id, subscription.externalID)
        }
        let page = try call.page(of: found) { $0.id }
        return MockReply(envelopeOf: page.items.map { view($0, call) }, meta: page.meta)
    }

    func getSubscription(
        _ call: MockCall, _ caller: VlunaAccess.Caller, _ own: Account?
    ) throws(VlunaFailure) -> MockReply {
        let account = try account(call, caller, own), id = call.pathParameters["subscription_id"]
        guard let subscription = store.subscriptions.first(where: { $0.account == account && $0.id == id }) else {
            throw .missing("subscription")
        }
        return MockReply(envelopeOf: view(subscription, call))
    }

    private func view(_ subscription: Store.Subscription, _ call: MockCall) -> Vluna.Subscription {
        let showsPrices = call.list("expand").contains("items.catalog_price")
        return Vluna.Subscription(
            subscriptionID: subscription.id, billingAccountID: subscription.account,
            externalSubscriptionID: subscription.externalID, status: subscription.status,
            displayCurrencyCode: subscription.displayCurrency, settlementCurrencyCode: subscription.currency,
            currentPeriodStart: subscription.period.lowerBound, currentPeriodEnd: subscription.period.upperBound,
            createdAt: subscription.createdAt, updatedAt: subscription.updatedAt,
            items: subscription.items.map { item in
                Vluna.SubscriptionItem(
                    subscriptionItemID: item.id, priceID: item.price.providerPriceID, quantity: item.quantity,
                    catalogPriceID: item.price.id, catalogPrice: showsPrices ? view(item.price) : nil)
            },
            subscriptionGroupID: subscription.group.flatMap { store.groups[$0] }.flatMap { UUID(uuidString: $0) },
            quantity: subscription.items.first?.quantity)
    }

    // MARK: - Payments

    func listPayments(
        _ call: MockCall, _ caller: VlunaAccess.Caller, _ own: Account?
    ) throws(VlunaFailure) -> MockReply {
        let account = try account(call, caller, own)
        let found = store.payments.reversed().filter { payment in
            payment.account == account && call.accepts("status", payment.status.rawValue)
                && call.accepts("invoice_id", payment.invoice) && call.finds(in: payment.id, payment.invoice)
        }
        let page = try call.page(of: found) { $0.id }
        return MockReply(envelopeOf: page.items.map(\.view), meta: page.meta)
    }

    func getPayment(
        _ call: MockCall, _ caller: VlunaAccess.Caller, _ own: Account?
    ) throws(VlunaFailure) -> MockReply {
        let account = try account(call, caller, own), id = call.pathParameters["payment_id"]
        guard let payment = store.payments.first(where: { $0.account == account && $0.id == id }) else {
            throw .missing("payment")
        }
        return MockReply(envelopeOf: payment.view)
    }
}

extension VlunaState.Store.Invoice {
    fileprivate var view: Vluna.Invoice {
        Vluna.Invoice(
            invoiceID: id, billingAccountID: account, status: status, amountDue: total, amountPaid: paid,
            amountRemaining: total - paid, currency: currency, hostedInvoiceURL: page, createdAt: createdAt,
            updatedAt: updatedAt)
    }

    fileprivate func detail(_ price: (MockProductPrice) -> Vluna.CatalogPrice) -> Vluna.InvoiceDetail {
        Vluna.InvoiceDetail(
            invoiceID: id, billingAccountID: account, status: status, amountDue: total, amountPaid: paid,
            amountRemaining: total - paid, currency: currency, hostedInvoiceURL: page, createdAt: createdAt,
            updatedAt: updatedAt, invoiceNumber: number, subtotal: total, tax: 0, total: total,
            periodStart: period.lowerBound, periodEnd: period.upperBound, dueAt: createdAt, finalizedAt: createdAt,
            paidAt: paidAt,
            lineItems: items.map { item in
                Vluna.InvoiceLineItem(
                    lineKind: item.price.interval == nil ? .oneTime : .recurring, quantity: item.quantity,
                    unitAmount: item.price.amount, totalAmount: item.total, catalogPriceID: item.price.id,
                    catalogPrice: price(item.price))
            })
    }
}

extension VlunaState.Store.Payment {
    fileprivate var view: Vluna.Payment {
        Vluna.Payment(
            paymentID: id, invoiceID: invoice, billingAccountID: account, status: status, amount: amount,
            currency: currency, createdAt: createdAt, updatedAt: createdAt)
    }
}
