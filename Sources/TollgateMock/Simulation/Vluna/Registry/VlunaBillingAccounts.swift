import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaRegistry {
    /// What invoices of an account need to know.
    struct BillingDetails: Sendable {
        var email: String?
        var legalName: String?
        var entityType: Vluna.BillingEntityType?
        var address: Vluna.BillingAddress?
        var taxIDs: [Vluna.TaxID]?
        var metadata: [String: JSONValue] = [:]
        let createdAt: Date
        var updatedAt: Date

        /// As it is shown: tax ids are masked.
        func view(of account: UUID) -> Vluna.BillingDetails {
            Vluna.BillingDetails(
                billingAccountID: account, billingEmail: email, legalName: legalName, entityType: entityType,
                defaultAddress: address, taxIDs: taxIDs?.map(\.masked), metadata: metadata, lastUpdatedBy: .user,
                createdAt: createdAt, updatedAt: updatedAt)
        }
    }
}

extension Vluna.TaxID {
    fileprivate var masked: Vluna.MaskedTaxID {
        Vluna.MaskedTaxID(kind: kind, maskedValue: maskedValue, countryCode: countryCode, status: status)
    }

    /// Chosen to show the first two and the last four characters of a long one, and none of a short one.
    private var maskedValue: String {
        guard value.count > 8 else { return String(repeating: "*", count: value.count) }
        return value.prefix(2) + String(repeating: "*", count: value.count - 6) + value.suffix(4)
    }
}

// MARK: - Operations

extension VlunaState {
    func listBillingAccounts(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let ids = Set(call.list("billing_account_id").map { $0.lowercased() })
        let (start, end) = (call.date("created_after"), call.date("created_before"))
        let accounts = accounts.values.filter { account in
            let details = registry.billingDetails[account.id]
            return (ids.isEmpty || ids.contains(account.id))
                && call.finds(in: account.id, account.principalID, details?.email, details?.legalName)
                && (call.text("billing_principal_id").map { $0 == account.principalID } ?? true)
                && (call.text("current_bundle_id").map { $0 == bundle(of: account, at: call.now) } ?? true)
                && (start.map { account.createdAt > $0 } ?? true) && (end.map { account.createdAt < $0 } ?? true)
        }
        let isByID = call.text("sort_by") == "billing_account_id"
        let rising = accounts.sorted { first, second in
            isByID ? first.id < second.id : (first.createdAt, first.id) < (second.createdAt, second.id)
        }
        let sorted = call.text("sort_order") == "asc" ? rising : rising.reversed()
        let page = try call.page(of: sorted) { $0.id }
        let showsDetails = call.list("expand").contains("billing_details")
        let items = page.items.map { view(of: $0, withDetails: showsDetails, at: call.now) }
        return MockReply(envelopeOf: Vluna.BillingAccountList(items: items, nextCursor: page.nextCursor))
    }

    private func view(of account: Account, withDetails: Bool, at now: Date) -> Vluna.BillingAccount {
        Vluna.BillingAccount(
            billingAccountID: account.uuid, principalID: account.principalID,
            currentBundleID: bundle(of: account, at: now),
            billingDetails: withDetails ? registry.billingDetails[account.id]?.view(of: account.uuid) : nil,
            metadata: [:], createdAt: account.createdAt)
    }

    mutating func updateBillingDetails(_ call: MockCall) throws(VlunaFailure) -> MockReply {
        let id = call.pathParameters["billing_account_id"]?.lowercased() ?? ""
        guard let account = accounts[id] else { throw .missing("billing account") }
        let request = try call.read(Vluna.BillingDetailsUpdate.self)
        var details =
            registry.billingDetails[id] ?? VlunaRegistry.BillingDetails(createdAt: call.now, updatedAt: call.now)
        details.email = request.billingEmail.applied(to: details.email)
        details.legalName = request.legalName.applied(to: details.legalName)
        details.entityType = request.entityType.applied(to: details.entityType)
        details.address = request.defaultAddress.applied(to: details.address)
        details.taxIDs = request.taxIDs.applied(to: details.taxIDs)
        details.metadata = request.metadata ?? details.metadata
        details.updatedAt = call.now
        registry.billingDetails[id] = details
        return MockReply(envelopeOf: details.view(of: account.uuid))
    }
}
