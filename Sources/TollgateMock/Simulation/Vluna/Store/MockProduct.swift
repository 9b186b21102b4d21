import TollgateCore
import TollgateVluna

/// Something that the realm of a mock sells.
public struct MockProduct: Sendable {
    /// Its id in the catalog.
    public var id: String
    public var name: String
    public var kind: Vluna.CatalogProductKind
    public var status: Vluna.CatalogProductStatus
    /// Codes of the families of features that come with it.
    public var families: [String]
    /// The group of products of which a customer has one at a time, unless they stack; nil for none.
    public var group: String?
    /// Whether a customer may have several of its group.
    public var isStackable: Bool
    /// The lowest number comes first.
    public var displayPriority: Int
    /// The currency of its price where none is asked for.
    public var currency: String
    /// How to show it to people.
    public var presentation: [String: JSONValue]

    public init(
        id: String, name: String, kind: Vluna.CatalogProductKind, status: Vluna.CatalogProductStatus = .active,
        families: [String] = [], group: String? = nil, isStackable: Bool = false, displayPriority: Int = 100,
        currency: String = "USD", presentation: [String: JSONValue] = [:]
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.status = status
        self.families = families
        self.group = group
        self.isStackable = isStackable
        self.displayPriority = displayPriority
        self.currency = currency
        self.presentation = presentation
    }
}

/// What a product of a mock costs, and what buying it brings.
public struct MockProductPrice: Sendable {
    /// Its id in the catalog.
    public var id: String
    /// Its product's id in the catalog.
    public var productID: String
    /// Its id at the payment provider.
    public var providerPriceID: String
    /// The price of one, in the currency's smallest unit.
    public var amount: Int
    public var currency: String
    /// After what it is due again; nil if it is paid once.
    public var interval: Vluna.RecurringInterval?
    /// After how many intervals it is due again.
    public var intervalCount: Int
    /// Credit for each one bought; of a subscription in each of its periods.
    public var credit: Vluna.XUSD?
    /// The code of the plan that the customer gets.
    public var planCode: String?
    /// The codes of the grant programs that the customer gets.
    public var programCodes: [String]
    /// The lowest number comes first.
    public var displayPriority: Int

    /// A price; its id at the payment provider is `price_` and its id here, if it is to be no other.
    public init(
        id: String, productID: String, providerPriceID: String? = nil, amount: Int, currency: String = "USD",
        interval: Vluna.RecurringInterval? = nil, intervalCount: Int = 1, credit: Vluna.XUSD? = nil,
        planCode: String? = nil, programCodes: [String] = [], displayPriority: Int = 100
    ) {
        precondition(amount >= 0 && intervalCount > 0, "a price is not negative, and is due after at least 1 interval")
        self.id = id
        self.productID = productID
        self.providerPriceID = providerPriceID ?? "price_\(id)"
        self.amount = amount
        self.currency = currency
        self.interval = interval
        self.intervalCount = intervalCount
        self.credit = credit
        self.planCode = planCode
        self.programCodes = programCodes
        self.displayPriority = displayPriority
    }
}
