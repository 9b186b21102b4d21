import Foundation
import Testing
import Tollgate
import TollgateMock

/// Vluna's billing, as its quickstart has it: what an account has, a token for one of its users, and what it can buy.
@Suite struct BillingQuickstarts {
    @Test(arguments: Front.allCases)
    func showsTheBalanceAndSells(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let acme = try mock.vlunaClient(transport).with(principalID: "org_acme")

            let balance = try await acme.billing.wallet.balance()
            #expect(balance.available.xusd == 100_000_000)

            let token = try await acme.billing.issuePlatformToken(
                principalID: "org_acme", userID: "u_1", scopes: [.checkout, .portal], sessionTTL: .seconds(900))
            let bearer = Vluna.BearerClient(
                accessToken: token.accessToken, realmID: mock.vluna.realmID, baseURL: mock.vluna.bearerBaseURL,
                transport: transport)

            var names: [String] = []
            for try await product in bearer.billing.catalog.products(limit: 1) { names.append(product.name) }
            #expect(names.count > 1, "the sequence goes through all pages")
            #expect(Set(names).count == names.count)

            let full = try await acme.response { try await $0.billing.wallet.balance() }
            #expect(full.status == 200)
            #expect(full.payload.available.xusd == balance.available.xusd)
        }
    }

    @Test(arguments: Front.allCases)
    func aTokenExpires(_ front: Front) async throws {
        try await front.withMock { mock, transport in
            let acme = try mock.vlunaClient(transport).with(principalID: "org_acme")
            let token = try await acme.billing.issuePlatformToken(
                principalID: "org_acme", userID: "u_1", sessionTTL: .seconds(60))
            let bearer = Vluna.BearerClient(
                accessToken: token.accessToken, realmID: mock.vluna.realmID, baseURL: mock.vluna.bearerBaseURL,
                transport: transport)
            #expect(try await bearer.billing.wallet.balance().available.xusd == 100_000_000)
            mock.clock.advance(by: .seconds(61))
            do {
                _ = try await bearer.billing.wallet.balance()
                Issue.record("an expired token was good for a call")
            } catch let error as any APIError {
                #expect(error.status == 401)
            }
        }
    }
}
