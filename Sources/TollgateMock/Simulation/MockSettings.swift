import Foundation

/// How the services of a mock server are configured.
public struct MockSettings: Sendable {
    /// What a new user of Stoa can spend, in US dollars.
    public var stoaBalance: Decimal = 5
    /// What is granted to a new Vluna account, in XUSD (millionths of a US dollar).
    public var vlunaBalance: Int64 = 100_000_000
    /// How long a Vluna lease is good.
    public var vlunaLeaseLifetime = Duration.seconds(12 * 3_600)
    /// For how long after its end a Vluna lease is still charged.
    public var vlunaCommitGrace = Duration.seconds(60)
    /// Whether Vluna registers unknown features when they are first named.
    public var registersFeatures = true

    public init() {}
}

extension MockSettings {
    /// The settings that environment variables ask for: `VLUNA_GATE_LEASE_TTL_SECONDS` and
    /// `VLUNA_GATE_LATE_COMMIT_GRACE_MS`, as the real server reads them. A grace that is no number means 12 hours there.
    public init(environment: [String: String]) {
        self.init()
        if let seconds = environment["VLUNA_GATE_LEASE_TTL_SECONDS"].flatMap(Int64.init), seconds >= 0 {
            vlunaLeaseLifetime = .seconds(seconds)
        }
        if let grace = environment["VLUNA_GATE_LATE_COMMIT_GRACE_MS"] {
            let milliseconds = Int64(grace).flatMap { $0 >= 0 ? $0 : nil }
            vlunaCommitGrace = milliseconds.map { .milliseconds($0) } ?? .seconds(12 * 3_600)
        }
    }
}
