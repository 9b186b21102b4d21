import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    /// What an account pays for a meter.
    struct Quote: Sendable {
        /// Nil if the meter has no price.
        var rates: Rates?
        /// What is wrong with a price that a contract names.
        var hint: Vluna.Hint?
    }

    /// The price of a meter for an account that has used it at a time: its own, or what a contract says. Use from before
    /// the first price costs what that says, if it holds now.
    func quote(for meter: Meter, account: String, at time: Date, now: Date) -> Quote {
        let common = meter.price(at: time) ?? meter.prices.first { $0.begins <= now }
        guard let term = pricingTerm(of: meter.code, account: account, at: time) else {
            return Quote(rates: meter.rates(common), hint: nil)
        }
        func hint(_ kind: Vluna.HintKind) -> Vluna.Hint {
            Vluna.Hint(
                kind: kind, meterCode: meter.code, contractID: term.contractID.text, termKey: term.termKey)
        }
        guard let special = term.price else {
            return Quote(rates: meter.rates(common), hint: hint(.pricingContractTermInvalid))
        }
        let price = special.completed(by: common)
        guard price.rates != nil else { return Quote(rates: nil, hint: hint(.pricingMeterPriceMissing)) }
        return Quote(rates: meter.rates(price), hint: nil)
    }

    /// The term that an account's contracts have for a meter at a time. Of several contracts that have one, the one
    /// counts that took effect last.
    private func pricingTerm(of meter: String, account: String, at time: Date) -> Vluna.ContractTerm? {
        let contracts = registry.contracts
            .filter { $0.billingAccountID.text == account && $0.status == .active && $0.effectiveAt <= time }
            .sorted { $0.effectiveAt > $1.effectiveAt }
        return contracts.lazy.compactMap { contract in
            self.terms(of: contract.contractID, at: time).first { $0.kind == .pricing && $0.termKey == meter }
        }.first
    }

    /// The terms of a contract that hold at a time: the last one for each kind and key, by kind and key.
    func terms(of contract: UUID, at time: Date) -> [Vluna.ContractTerm] {
        var latest: [[String]: Vluna.ContractTerm] = [:]
        for term in registry.terms where term.contractID == contract && term.effectiveAt <= time {
            let key = [term.kind.rawValue, term.termKey]
            if let other = latest[key], other.effectiveAt > term.effectiveAt { continue }
            latest[key] = term
        }
        return latest.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    }
}

extension VlunaState.Meter {
    /// What the gate charges by a price of this meter.
    fileprivate func rates(_ price: Vluna.MeterPrice?) -> VlunaState.Rates? {
        var rates = price?.rates
        // Rounded up, what was charged and not used is carried over as credit.
        if metadata.residualMode == "prepaid" { rates?.price.rounding = .ceil }
        return rates
    }
}

extension Vluna.ContractTerm {
    /// The price that the term is; nil if it cannot be read as one.
    fileprivate var price: Vluna.MeterPrice? {
        guard case .object = value, var price = try? Vluna.MeterPrice(jsonBytes: value.jsonBytes()),
            (try? price.check()) != nil
        else { return nil }
        price.effectiveAt = effectiveAt
        return price
    }
}

extension Vluna.MeterPrice {
    /// This price, with what it does not say taken from another.
    fileprivate func completed(by other: Vluna.MeterPrice?) -> Vluna.MeterPrice {
        var price = self
        if unitPriceXUSD == nil, unitPriceBaseXUSD == nil {
            price.unitPriceXUSD = other?.unitPriceXUSD
            price.unitPriceBaseXUSD = other?.unitPriceBaseXUSD
            price.unitPriceDynamicXUSD = unitPriceDynamicXUSD ?? other?.unitPriceDynamicXUSD
        }
        price.unitQuantityMinor = unitQuantityMinor ?? other?.unitQuantityMinor
        price.rounding = rounding ?? other?.rounding
        price.unitCostXUSD = unitCostXUSD ?? other?.unitCostXUSD
        price.costUnitQuantityMinor = costUnitQuantityMinor ?? other?.costUnitQuantityMinor
        price.costRounding = costRounding ?? other?.costRounding
        return price
    }
}

extension UUID {
    /// - Parameter text: One that was made as a UUID.
    init(made text: String) {
        self = UUID(uuidString: text) ?? UUID()
    }

    /// In small letters, as the service writes it.
    var text: String { uuidString.lowercased() }
}

extension VlunaState.Account {
    /// Its id.
    var uuid: UUID { UUID(made: id) }
}
