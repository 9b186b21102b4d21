import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

// What is not sold, or not yet, is shown to services and not to users (chosen).

extension VlunaState {
    func listCatalogProducts(
        _ call: MockCall, _ caller: VlunaAccess.Caller, _ account: Account?
    ) throws(VlunaFailure) -> MockReply {
        let kind = call.text("kind") ?? "all"
        let products = store.products.values
            .filter { caller.isService || $0.details.status == .active }
            .filter { kind == "all" || $0.details.kind.rawValue == kind }
            .sorted { ($0.details.displayPriority, $0.details.id) < ($1.details.displayPriority, $1.details.id) }
        let page = try call.page(of: products, isPlain: true) { $0.cursor }
        let expansions = Set(call.list("expand"))
        let items = page.items.map { view($0.details, in: call.text("currency"), expansions, account) }
        return MockReply(envelopeOf: items, meta: page.meta)
    }

    func listCatalogPrices(
        _ call: MockCall, _ caller: VlunaAccess.Caller, _ account: Account?
    ) throws(VlunaFailure) -> MockReply {
        let count = call.text("recurring_count").flatMap { Int($0) }
        let prices = store.prices.values.filter { price in
            let price = price.details
            return call.accepts("product_id", price.productID) && isShown(price, to: caller)
                && call.accepts("currency", price.currency)
                && call.accepts("recurring_interval", price.interval?.rawValue)
                && (count == nil || (price.interval != nil && price.intervalCount == count))
        }
        .sorted { ($0.details.displayPriority, $0.details.id) < ($1.details.displayPriority, $1.details.id) }
        let page = try call.page(of: prices, isPlain: true) { $0.cursor }
        let expansions = Set(call.list("expand"))
        let items = page.items.map { view($0.details, expansions, account) }
        return MockReply(envelopeOf: items, meta: page.meta)
    }

    private func isShown(_ price: MockProductPrice, to caller: VlunaAccess.Caller) -> Bool {
        guard let product = store.products[price.productID]?.details else { return false }
        return caller.isService || product.status == .active
    }

    private func view(
        _ product: MockProduct, in currency: String?, _ expansions: Set<String>, _ account: Account?
    ) -> Vluna.CatalogProduct {
        let price = store.prices.values.map(\.details)
            .filter { $0.productID == product.id && $0.currency == currency ?? product.currency }
            .min { ($0.displayPriority, $0.id) < ($1.displayPriority, $1.id) }
        return Vluna.CatalogProduct(
            catalogProductID: product.id, provider: "stripe", kind: product.kind, status: product.status,
            displayPriority: product.displayPriority, name: product.name, defaultCurrency: product.currency,
            presentationConfig: product.presentation,
            defaultPrice: expansions.contains("prices") ? price.map { view($0) } : nil,
            featureFamilies: expansions.contains("feature_families") ? product.families.map(familyReference) : nil,
            subscriptionState: expansions.contains("subscription_state") ? state(of: product, for: account) : nil)
    }

    /// A price, with what `expand` asks for.
    func view(
        _ price: MockProductPrice, _ expansions: Set<String> = [], _ account: Account? = nil
    ) -> Vluna.CatalogPrice {
        let product = store.products[price.productID]?.details
        return Vluna.CatalogPrice(
            catalogPriceID: price.id, catalogProductID: price.productID, providerPriceID: price.providerPriceID,
            currency: price.currency, unitAmount: price.amount, recurringInterval: price.interval,
            recurringCount: price.interval.map { _ in price.intervalCount }, displayPriority: price.displayPriority,
            metadata: price.metadata,
            featureFamilies: expansions.contains("feature_families") ? product?.families.map(familyReference) : nil,
            subscriptionState: expansions.contains("subscription_state")
                ? product.flatMap { state(of: $0, for: account) } : nil)
    }

    private func familyReference(_ code: String) -> Vluna.FeatureFamilyRef {
        let family = registry.families[code]
        return Vluna.FeatureFamilyRef(
            featureFamilyCode: code, name: family?.name ?? code, description: family?.description)
    }

    /// What the customer may do about a product; nil if it is no subscription, or nobody is named.
    private func state(of product: MockProduct, for account: Account?) -> Vluna.SubscriptionState? {
        guard product.kind == .subscription, let account else { return nil }
        let held = store.subscription(of: account.id, group: product.group)
        let action: Vluna.SubscriptionAction =
            held == nil ? .checkout : product.isStackable ? .addSeats : .manageInPortal
        return Vluna.SubscriptionState(
            subscriptionGroupID: product.group.flatMap { store.groups[$0] }.flatMap { UUID(uuidString: $0) },
            groupKey: product.group, isStackable: product.isStackable, hasActiveSubscription: held != nil,
            eligibleForCheckout: product.status == .active && (held == nil || product.isStackable), action: action,
            subscriptionID: held?.id)
    }
}

extension MockProductPrice {
    /// Nil if buying it brings nothing.
    fileprivate var metadata: Vluna.CatalogPriceMetadata? {
        guard credit != nil || planCode != nil || !programCodes.isEmpty else { return nil }
        return Vluna.CatalogPriceMetadata(
            billingPlanCode: planCode,
            grants: programCodes.isEmpty ? nil : programCodes.map { Vluna.GrantBinding(programCode: $0) },
            additionalProperties: credit.map { ["credit_xusd": .string(String($0.millionths))] } ?? [:])
    }
}
