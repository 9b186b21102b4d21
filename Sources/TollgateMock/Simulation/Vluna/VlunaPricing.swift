import Crypto
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    /// The price of a block of a meter.
    struct Rate: Sendable, Hashable {
        /// XUSD for a block.
        var unitPrice: Int64
        /// Size of a block in the meter's smallest unit.
        var unitQuantity: Int64
        var rounding: Vluna.PriceRounding
    }

    /// Whose rest of a block, and of which rate.
    struct Remainder: Hashable, Sendable {
        let account: String
        let meter: String
        let fingerprint: String
    }

    /// What a quantity costs at one rate.
    struct Rated: Sendable {
        let amount: Int64
        let key: Remainder
        /// What is carried over to the next commit; negative if more was charged than was used.
        let remainder: Int128

        var fingerprint: String { key.fingerprint }
    }
}

extension VlunaState.Rate {
    /// Splits what was used, and what was `carried` over from before, into whole blocks and what is carried over.
    func blocks(of quantity: Int64, carried: Int128) -> (blocks: Int128, remainder: Int128) {
        let size = Int128(max(unitQuantity, 1))
        let total = Int128(quantity) + carried
        let blocks =
            switch rounding {
            case .ceil: floorDivision(total + size - 1, size)
            case .nearest: floorDivision(2 * total + size, 2 * size)
            case .floor, .unrecognized: floorDivision(total, size)
            }
        return (blocks, total - blocks * size)
    }

    /// The most that a balance covers in whole blocks.
    func quantity(coveredBy balance: Int64) -> Int64 {
        guard unitPrice > 0 else { return .max }
        return Int64(clamping: Int128(max(balance, 0) / unitPrice) * Int128(unitQuantity))
    }

    /// The most that rounding may let a balance cover.
    func optimisticQuantity(coveredBy balance: Int64) -> Int64 {
        guard unitPrice > 0 else { return .max }
        let slack: Int128 =
            switch rounding {
            case .ceil: 0
            case .nearest: Int128((unitQuantity - 1) / 2)
            case .floor, .unrecognized: Int128(unitQuantity - 1)
            }
        return Int64(clamping: Int128(quantity(coveredBy: balance)) + slack)
    }

    /// Names the rate; it changes whenever anything about the rate does.
    func fingerprint(_ prefix: String) -> String {
        let text = "\(unitPrice)/\(unitQuantity)/\(rounding.rawValue)"
        return "\(prefix)_\(Hexadecimal.text(SHA256.hash(data: Array(text.utf8)).prefix(8)))"
    }

    private func floorDivision(_ dividend: Int128, _ divisor: Int128) -> Int128 {
        let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

extension VlunaState.Rate {
    /// Prices a quantity; nothing is charged or carried over by it.
    /// - Throws: ``VlunaFailure`` if the amount is beyond 64 bits.
    func rate(_ quantity: Int64, carried: Int128, as key: VlunaState.Remainder) throws(VlunaFailure) -> VlunaState.Rated
    {
        let (blocks, remainder) = blocks(of: quantity, carried: carried)
        let (product, overflow) = blocks.multipliedReportingOverflow(by: Int128(unitPrice))
        guard !overflow, let amount = Int64(exactly: product) else { throw .invalid("the amount is out of range") }
        return VlunaState.Rated(amount: amount, key: key, remainder: remainder)
    }
}

extension VlunaState {
    /// What a quantity would cost now.
    func price(_ quantity: Int64, of meter: String, at rate: Rate, for account: String) throws(VlunaFailure) -> Int64 {
        let key = Remainder(account: account, meter: meter, fingerprint: rate.fingerprint("pf"))
        return try rate.rate(quantity, carried: remainders[key] ?? 0, as: key).amount
    }
}
