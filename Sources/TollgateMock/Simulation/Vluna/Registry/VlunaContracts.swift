import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

extension VlunaState {
    /// The contracts that a call may see: those of the account that it names, or all.
    private func contracts(
        _ caller: VlunaAccess.Caller, _ account: Account?
    ) throws(VlunaFailure) -> [Vluna.Contract] {
        if caller.isRealmAdmin { return registry.contracts }
        guard let account else { throw .missingAccount }
        return registry.contracts.filter { $0.billingAccountID.text == account.id }
    }

    private func namedContract(
        _ call: MockCall, _ caller: VlunaAccess.Caller, _ account: Account?
    ) throws(VlunaFailure) -> Vluna.Contract {
        let id = UUID(uuidString: call.pathParameters["contract_id"] ?? "")
        guard let contract = try contracts(caller, account).first(where: { $0.contractID == id }) else {
            throw .missing("contract")
        }
        return contract
    }

    private mutating func store(_ contract: Vluna.Contract) {
        if let place = registry.contracts.firstIndex(where: { $0.contractID == contract.contractID }) {
            registry.contracts[place] = contract
        } else {
            registry.contracts.append(contract)
        }
    }

    func listContracts(
        _ call: MockCall, _ caller: VlunaAccess.Caller, _ account: Account?
    ) throws(VlunaFailure) -> MockReply {
        let contracts = try contracts(caller, account)
            .filter { call.accepts("status", $0.status.rawValue) }
            .sorted { ($0.effectiveAt, $0.contractID.text) > ($1.effectiveAt, $1.contractID.text) }
        let page = try call.page(of: contracts) { $0.contractID.text }
        return MockReply(envelopeOf: Vluna.ContractList(items: page.items, nextCursor: page.nextCursor))
    }

    func getContract(
        _ call: MockCall, _ caller: VlunaAccess.Caller, _ account: Account?
    ) throws(VlunaFailure) -> MockReply {
        MockReply(envelopeOf: try namedContract(call, caller, account))
    }

    mutating func upsertContract(_ call: MockCall, _ account: Account?) throws(VlunaFailure) -> MockReply {
        guard let account else { throw .missingAccount }
        let request = try call.read(Vluna.ContractRequest.self)
        let known = registry.contracts.first {
            $0.billingAccountID == account.uuid && $0.effectiveAt == request.effectiveAt
        }
        let contract = Vluna.Contract(
            contractID: known?.contractID ?? UUID(made: random.uuid()), billingAccountID: account.uuid,
            status: request.status, effectiveAt: request.effectiveAt, name: request.name,
            metadata: request.metadata ?? known?.metadata ?? [:],
            createdAt: known?.createdAt ?? call.now, updatedAt: call.now)
        store(contract)
        return MockReply(envelopeOf: contract, status: known == nil ? 201 : 200)
    }

    mutating func updateContract(
        _ call: MockCall, _ caller: VlunaAccess.Caller, _ account: Account?
    ) throws(VlunaFailure) -> MockReply {
        var contract = try namedContract(call, caller, account)
        let request = try call.read(Vluna.ContractUpdate.self)
        contract.status = request.status ?? contract.status
        contract.name = request.name.applied(to: contract.name)
        contract.metadata = request.metadata ?? contract.metadata
        contract.updatedAt = call.now
        store(contract)
        return MockReply(envelopeOf: contract)
    }
}

// MARK: - Terms

extension VlunaState {
    func listContractTerms(
        _ call: MockCall, _ caller: VlunaAccess.Caller, _ account: Account?
    ) throws(VlunaFailure) -> MockReply {
        let contract = try namedContract(call, caller, account)
        let time = call.date("as_of")
        let terms =
            call.flag("latest") == true || time != nil
            ? self.terms(of: contract.contractID, at: time ?? call.now)
            : registry.terms.filter { $0.contractID == contract.contractID }.sorted { $0.order < $1.order }
        let keys = call.codes("term_key")
        let items = terms.filter { term in
            (keys.isEmpty || keys.contains(term.termKey)) && call.accepts("kind", term.kind.rawValue)
        }
        return MockReply(envelopeOf: Vluna.ContractTermList(items: items))
    }

    mutating func upsertContractTerm(
        _ call: MockCall, _ caller: VlunaAccess.Caller, _ account: Account?
    ) throws(VlunaFailure) -> MockReply {
        let contract = try namedContract(call, caller, account)
        let request = try call.read(Vluna.ContractTermRequest.self)
        let term = Vluna.ContractTerm(
            contractID: contract.contractID, kind: request.kind, termKey: Self.normalized(request.termKey),
            effectiveAt: request.effectiveAt, value: request.value)
        let known = registry.terms.first { $0.contractID == term.contractID && $0.order == term.order }
        if let known {
            guard known.value == term.value else {
                throw .conflict("contract term already exists with a different value")
            }
            return MockReply(envelopeOf: known)
        }
        registry.terms.append(term)
        return MockReply(envelopeOf: term, status: 201)
    }
}

extension Vluna.ContractTerm {
    /// What it is known by, and sorted by, within its contract.
    fileprivate var order: (String, String, Date) { (kind.rawValue, termKey, effectiveAt) }
}
