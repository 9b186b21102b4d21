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
}
