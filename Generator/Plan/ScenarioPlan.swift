/// States of the mocked services that have names.
public struct ScenarioPlan: Sendable {
    public struct Scenario: Sendable {
        /// `low-balance`
        public var name: String
        /// `lowBalance`
        public var swiftName: String
        public var summary: String
        public var description: String
        /// The scenario as it was written.
        public var json: String
        /// `spec/mock/scenarios/low-balance.yaml`
        public var origin: String
    }

    /// The module that gets them: `TollgateMock`.
    public var module: String
    /// In the order of their names.
    public var scenarios: [Scenario]
}
