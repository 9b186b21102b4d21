import Foundation
import Synchronization
import TollgateMockClient
import TollgateMockServer
import TollgateVluna

extension ControlService {
    /// The levers of Vluna for accounts, and for who may call.
    static let vlunaAccountLevers: [MockClientOperation: Lever] = [
        .getVlunaAccount: { control, call in control.changeAccount(call) { _, _ in } },
        .setVlunaBillingMode: { control, call throws(ControlFailure) in
            let request: MockClient.SetVlunaBillingModeRequest = try call.request()
            return control.changeAccount(call) { state, principal in
                state.changeAccount(of: principal, at: call.now) { $0.mode = MockBillingMode(request.billingMode) }
            }
        },
        .setVlunaBalance: { control, call throws(ControlFailure) in
            let request: MockClient.SetVlunaBalanceRequest = try call.request()
            return control.changeAccount(call) { state, principal in
                state.setBalance(request.balanceXUSD, of: principal, at: call.now)
            }
        },
        .addVlunaEntitlement: { control, call throws(ControlFailure) in try control.entitle(call) },
        .grantVlunaCredit: { control, call throws(ControlFailure) in
            let request: MockClient.GrantVlunaCreditRequest = try call.request()
            let id = control.vluna.world.withLock { world in
                world.state.grant(
                    request.amountXUSD, to: request.principalID, kind: Vluna.GrantKind(rawValue: request.kind.rawValue),
                    priority: request.priority, from: request.startAt, until: request.endAt, label: request.label,
                    at: call.now)
            }
            return MockReply(status: 201, json: MockClient.VlunaGrantReceipt(grantID: id))
        },
        .cancelVlunaGrant: { control, call throws(ControlFailure) in
            let id = call.pathParameters["grant_id"]?.lowercased() ?? ""
            let isKnown = control.vluna.world.withLock { world in
                world.state.cancelGrant(id, at: call.now)
                return world.state.grants[id] != nil
            }
            guard isKnown else { throw .notFound("There is no grant \(id).") }
            return MockReply(status: 204)
        },
        .addVlunaBudget: { control, call throws(ControlFailure) in
            let request: MockClient.AddVlunaBudgetRequest = try call.request()
            let id = control.vluna.world.withLock { world in
                world.state.addBudget(
                    request.limitXUSD, of: request.principalID, id: request.budgetID?.uuidString, at: call.now)
            }
            return MockReply(json: MockClient.VlunaBudgetReceipt(budgetID: id))
        },
        .closeVlunaBudget: { control, call throws(ControlFailure) in
            let id = call.pathParameters["budget_id"]?.lowercased() ?? ""
            let isKnown = control.vluna.world.withLock { world in
                world.state.closeBudget(id, at: call.now)
                return world.state.budgets[id] != nil
            }
            guard isKnown else { throw .notFound("There is no budget \(id).") }
            return MockReply(status: 204)
        },
        .issueVlunaPlatformToken: { control, call throws(ControlFailure) in
            let request: MockClient.IssueVlunaPlatformTokenRequest = try call.request()
            let (token, account) = control.vluna.world.withLock { world in
                let token = world.issueToken(
                    principalID: request.principalID, userID: request.userID, lifetime: .seconds(request.expiresIn),
                    at: call.now)
                return (token, world.state.account(of: request.principalID, at: call.now).id)
            }
            return MockReply(json: MockClient.VlunaPlatformToken(accessToken: token, billingAccountID: account))
        },
        .setVlunaServiceKey: { control, call throws(ControlFailure) in try control.setServiceKey(call) },
        .setVlunaRealm: { control, call throws(ControlFailure) in
            let request: MockClient.SetVlunaRealmRequest = try call.request()
            control.vluna.world.withLock { $0.access.isRealmActive = request.isActive }
            return MockReply(status: 204)
        },
    ]

    /// Changes the account that a request names, and answers with it.
    private func changeAccount(_ call: MockCall, _ change: (inout VlunaState, String) -> Void) -> MockReply {
        let principal = call.pathParameters["principal_id"] ?? ""
        return vluna.world.withLock { world in
            change(&world.state, principal)
            let account = world.state.account(of: principal, at: call.now)
            return MockReply(json: world.state.snapshot(of: account, at: call.now))
        }
    }

    private func entitle(_ call: MockCall) throws(ControlFailure) -> MockReply {
        let request: MockClient.AddVlunaEntitlementRequest = try call.request()
        let target: MockEntitlementTarget
        switch (request.featureCode, request.featureFamilyCode) {
        case (let feature?, nil): target = .feature(feature)
        case (nil, let family?): target = .family(family)
        default: throw .invalid("", "must name either feature_code or feature_family_code")
        }
        vluna.world.withLock { world in
            world.state.changeAccount(of: call.pathParameters["principal_id"] ?? "", at: call.now) { account in
                account.entitlements.append(
                    VlunaState.Entitlement(target: target, allows: request.allows, priority: request.priority))
            }
        }
        return MockReply(status: 204)
    }

    private func setServiceKey(_ call: MockCall) throws(ControlFailure) -> MockReply {
        let request: MockClient.SetVlunaServiceKeyRequest = try call.request()
        let id = call.pathParameters["key_id"] ?? ""
        let isKnown = vluna.world.withLock { world in
            let known = world.access.keys[id]
            guard let secret = request.secret.map({ Array($0) }) ?? known?.secret else { return false }
            var key = MockServiceKey(id: id, secret: secret)
            key.isEnabled = request.isEnabled ?? known?.isEnabled ?? true
            key.expiresAt = request.expiresAt.applied(to: known?.expiresAt)
            key.allowedRealms = request.allowedRealms.map { Set($0) }.applied(to: known?.allowedRealms)
            key.allowedAccounts = request.allowedAccounts.map { Set($0) }.applied(to: known?.allowedAccounts)
            world.access.keys[id] = key
            return true
        }
        guard isKnown else { throw .notFound("There is no service key \(id). A new one needs a secret.") }
        return MockReply(status: 204)
    }
}

extension MockBillingMode {
    fileprivate init(_ mode: MockClient.VlunaBillingMode) {
        switch mode {
        case .postpaid: self = .postpaid
        case .hybrid: self = .hybrid
        case .prepaid, .unrecognized: self = .prepaid
        }
    }
}
