import Foundation

extension VlunaState {
    struct SeatName: Hashable, Sendable {
        let account: String
        /// The feature, or the wildcard if one policy is for all.
        let feature: String
        let seat: String
    }

    struct Seat: Sendable {
        var assignedAt: Date
        var lastSeenAt: Date
        var revokedAt: Date?
    }

    typealias NamedSeat = (name: SeatName, seat: Seat)

    /// Takes note that a seat is used. Without a seat policy there are no seats.
    /// - Throws: ``VlunaFailure`` if the seat was revoked, or is new and there is no place left.
    mutating func use(seat: String, of feature: String, account: String, at now: Date) throws(VlunaFailure) {
        guard let policy = policies(.seats, of: feature).first else { return }
        let name = SeatName(account: account, feature: policy.feature, seat: seat)
        if let known = seats[name] {
            guard known.revokedAt == nil else {
                throw VlunaFailure(status: 403, code: "SEAT.REVOKED", message: "the seat was revoked")
            }
            guard policy.limit != 0 else { throw Self.noPlaceLeft }
            seats[name]?.lastSeenAt = now
            return
        }
        try requirePlace(policy, account: account)
        seats[name] = Seat(assignedAt: now, lastSeenAt: now)
    }

    /// The active seats of a feature, or of all, in the order in which they were given.
    func activeSeats(of feature: String?, account: String) -> [NamedSeat] {
        let key = feature.map(seatFeature)
        return seats.filter { name, seat in
            name.account == account && (key == nil || name.feature == key) && seat.revokedAt == nil
        }
        .sorted { ($0.value.assignedAt, $0.key.seat) < ($1.value.assignedAt, $1.key.seat) }
        .map { ($0.key, $0.value) }
    }

    mutating func revoke(
        seat: String, of feature: String, account: String, at now: Date
    ) throws(VlunaFailure) -> NamedSeat {
        var (name, known) = try find(seat: seat, of: feature, account: account)
        known.revokedAt = known.revokedAt ?? now
        seats[name] = known
        return (name, known)
    }

    mutating func restore(
        seat: String, of feature: String, account: String, at now: Date
    ) throws(VlunaFailure) -> NamedSeat {
        var (name, known) = try find(seat: seat, of: feature, account: account)
        guard let policy = policies(.seats, of: feature).first else {
            throw .unprocessable("SEAT.POLICY_MISSING", "seats policy not configured")
        }
        if known.revokedAt != nil {
            try requirePlace(policy, account: account)
            known = Seat(assignedAt: now, lastSeenAt: now)
            seats[name] = known
        }
        return (name, known)
    }

    private func find(
        seat: String, of feature: String, account: String
    ) throws(VlunaFailure) -> NamedSeat {
        let name = SeatName(account: account, feature: seatFeature(feature), seat: seat)
        guard let known = seats[name] else {
            throw VlunaFailure(status: 404, code: "RESOURCE.NOT_FOUND", message: "seat not found")
        }
        return (name, known)
    }

    /// The feature under which seats are kept.
    private func seatFeature(_ feature: String) -> String {
        policies(.seats, of: feature).first?.feature ?? feature
    }

    private func requirePlace(_ policy: Policy, account: String) throws(VlunaFailure) {
        guard policy.limit >= 0 else { return }
        let taken = seats.count {
            $0.key.account == account && $0.key.feature == policy.feature && $0.value.revokedAt == nil
        }
        guard taken < policy.limit else { throw Self.noPlaceLeft }
    }

    private static var noPlaceLeft: VlunaFailure {
        VlunaFailure(status: 403, code: "SEAT.LIMIT_EXCEEDED", message: "no seat is left")
    }
}
