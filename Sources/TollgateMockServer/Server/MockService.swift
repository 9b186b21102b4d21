/// One simulated service: its routes, and what stands behind them.
package protocol MockService: Sendable {
    var routes: MockRoutes { get }
    var schemas: MockSchemas { get }

    /// Where its paths begin: `["/v1/"]`.
    var prefixes: [String] { get }

    /// Answers a request that has a route: identifies the caller, checks the request, and does what it asks.
    func answer(_ call: MockCall) -> MockReply

    /// Refuses a request in the service's own form.
    func refuse(_ request: MockRequest, because problem: MockProblem) -> MockReply

    /// Makes the service as at the start.
    /// - Parameter seed: What ids and tokens are made from now on.
    func reset(seed: UInt64)
}

extension MockService {
    /// A service that keeps nothing is as at the start.
    package func reset(seed: UInt64) {}
}

/// The levers of a server: its requests are in no journal, and no fault meets them.
package protocol MockControl: MockService {
    /// Does what scripts say is due by now.
    func runDueScripts()
}
