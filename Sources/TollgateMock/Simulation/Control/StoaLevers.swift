import Foundation
import Synchronization
import TollgateMockClient
import TollgateMockServer

extension ControlService {
    static let stoaLevers: [MockClientOperation: Lever] = [
        .listStoaUsers: { control, _ in
            control.stoa.read { MockReply(json: MockClient.StoaUserList(users: $0.users(atMost: .max))) }
        },
        .getStoaUser: { control, call throws(ControlFailure) in
            let id = call.pathParameters["external_id"] ?? ""
            guard let user = control.stoa.read({ $0.users[id] }) else { throw .notFound("There is no user \(id).") }
            return MockReply(json: MockClient.StoaUser(user))
        },
        .setStoaBalance: { control, call throws(ControlFailure) in
            let request: MockClient.SetStoaBalanceRequest = try call.request()
            return control.changeUser(call) { state, id in
                state.ensureUser(id)
                state.users[id]?.balance = request.balance
            }
        },
        .setStoaMember: { control, call throws(ControlFailure) in
            let request: MockClient.SetStoaMemberRequest = try call.request()
            return control.changeUser(call) { state, id in
                _ = state.setMember(
                    id, email: request.email, name: request.name, avatarURL: request.avatarURL?.absoluteString)
            }
        },
        .listStoaEvents: { control, call in
            let limit = call.query("limit") ?? 200
            let user = call.query("external_id").last
            return control.stoa.read { MockReply(json: $0.eventList(of: user, atMost: limit)) }
        },
        .listStoaPayments: { control, call in
            control.stoa.read { state in
                MockReply(
                    json: MockClient.StoaPaymentList(
                        payments: state.payments.map { MockClient.StoaPayment($0, at: call.now) }))
            }
        },
        .completeStoaPayment: { control, call throws(ControlFailure) in
            let request: MockClient.CompleteStoaPaymentRequest = try call.request()
            return try control.changePayment(call) { state, id throws(MockError) in
                try state.complete(payment: id, amount: request.amount ?? 20, at: call.now)
            }
        },
        .failStoaPayment: { control, call throws(ControlFailure) in
            try control.changePayment(call) { state, id throws(MockError) in try state.fail(payment: id, at: call.now) }
        },
        .expireStoaPayment: { control, call throws(ControlFailure) in
            try control.changePayment(call) { state, id throws(MockError) in
                try state.expire(payment: id, at: call.now)
            }
        },
        .issueStoaInstallToken: { control, call throws(ControlFailure) in
            let request: MockClient.StoaInstallTokenRequest = try call.request()
            let token = control.stoa.world.withLock { world in
                world.state.installToken(
                    email: request.email, name: request.name, avatarURL: request.avatarURL?.absoluteString,
                    userID: request.userID, audience: request.appID, lifetime: .seconds(request.expiresIn),
                    at: call.now)
            }
            return MockReply(json: MockClient.StoaToken(token: token))
        },
        .issueStoaConnectToken: { control, call throws(ControlFailure) in
            let request: MockClient.StoaConnectTokenRequest = try call.request()
            let token = control.stoa.world.withLock { world in
                world.state.connectToken(
                    userID: request.userID, state: request.state, lifetime: .seconds(request.expiresIn), at: call.now)
            }
            return MockReply(json: MockClient.StoaToken(token: token))
        },
        .visitStoaConnectPage: { control, call throws(ControlFailure) in
            let request: MockClient.StoaConnectPageRequest = try call.request()
            do throws(MockError) {
                let url = try control.stoa.visit(connectURL: request.connectURL)
                return MockReply(json: MockClient.StoaConnectPageVisit(redirectURL: url))
            } catch {
                throw .invalid("/connect_url", "is refused by the connect page: \(error.description)")
            }
        },
        .rotateStoaKey: { control, _ in
            control.stoa.world.withLock { $0.state.rotateKey() }
            return MockReply(status: 204)
        },
    ]

    /// Changes the user whom a request names, and answers with them.
    private func changeUser(_ call: MockCall, _ change: (inout StoaState, String) -> Void) -> MockReply {
        let id = call.pathParameters["external_id"] ?? ""
        return stoa.world.withLock { world in
            change(&world.state, id)
            return MockReply(json: MockClient.StoaUser(world.state.ensureUser(id)))
        }
    }

    /// Lets something become of the payment that a request names, and answers with it.
    private func changePayment(
        _ call: MockCall, _ change: (inout StoaState, String) throws(MockError) -> StoaState.Payment
    ) throws(ControlFailure) -> MockReply {
        let id = call.pathParameters["payment_id"] ?? ""
        do {
            let payment = try stoa.world.withLock { world throws(MockError) in try change(&world.state, id) }
            return MockReply(json: MockClient.StoaPayment(payment, at: call.now))
        } catch {
            throw ControlFailure(error)
        }
    }
}

extension ControlFailure {
    init(_ error: MockError) {
        switch error.reason {
        case .unknown: self = .notFound(error.description)
        case .ended, .invalid: self = .conflict(error.description)
        }
    }
}
