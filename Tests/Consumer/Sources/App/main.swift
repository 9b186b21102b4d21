import Tollgate

// The shortest useful program: who is charged what, against whatever server the environment names.
let stoa = try Stoa()
let profile = try await stoa.identify(userID: "consumer_1", email: "consumer@example.com")
let receipt = try await stoa.record(.chat("gpt-4o", input: 812, output: 94), userID: "consumer_1")

let vluna = try Vluna.ServiceClient().with(principalID: "org_consumer")
let lease = try await vluna.gate.authorize(featureCode: "openai.gpt5.2")
let commit = try await vluna.gate.commit(
    leaseToken: lease.leaseToken, featureCode: lease.featureCode, quantityMinor: 12_345)

do {
    _ = try await vluna.gate.commit(leaseToken: "forged", featureCode: "openai.gpt5.2", quantityMinor: 1)
    print("a forged lease was accepted")
} catch let error as any APIError {
    print(
        "user \(profile.userID ?? "?"), status \(receipt.status?.rawValue ?? "?"), \(commit.outcome), \(error.status)")
}
