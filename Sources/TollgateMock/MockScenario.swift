import Foundation
import TollgateCore
import TollgateMockClient

/// A state of the services that has a name, and what happens later.
public struct MockScenario: Sendable {
    /// Words with hyphens between them.
    public let name: String
    /// The state, in one sentence.
    public let summary: String
    /// What a client meets in that state.
    public let description: String
    /// The scenarios that come first.
    public let includes: [String]
    let content: MockClient.RunStepsRequest

    /// Reads a scenario in JSON: an object with `state` and `script` as those that come with the mock have them, and
    /// perhaps with `summary`, `description` and `includes`.
    /// - Parameters:
    ///   - json: The scenario.
    ///   - name: What it is called.
    /// - Throws: ``JSONError``, which says what is wrong where.
    public init(json: String, name: String = "scenario") throws(JSONError) {
        let value = try JSONValue(jsonText: json)
        content = try MockClient.RunStepsRequest(json: JSONElement(parsing: Array(json.utf8)))
        self.name = name
        summary = value["summary"]?.string ?? name
        description = value["description"]?.string ?? ""
        includes =
            value["includes"].map { list in
                if case .array(let names) = list { names.compactMap(\.string) } else { [] }
            } ?? []
    }

    /// A scenario that the generator has checked.
    static func baked(_ name: String, _ json: String) -> MockScenario {
        do {
            return try MockScenario(json: json, name: name)
        } catch {
            preconditionFailure("The scenario \(name) is \(error).")
        }
    }

    /// One of the scenarios that come with the mock; nil if there is none of this name.
    public init?(named name: String) {
        guard let scenario = Self.all.first(where: { $0.name == name }) else { return nil }
        self = scenario
    }
}

extension MockServer {
    /// Brings the services into the state of a scenario, and lets its script wait for its time and its calls: it is
    /// looked at before each request. Several scenarios add up.
    /// - Throws: ``MockScenarioError`` if a step cannot be done; those before it have been done.
    public func run(_ scenario: MockScenario) throws(MockScenarioError) {
        do {
            _ = try control.run(scenario)
        } catch {
            throw MockScenarioError(scenario: scenario.name, failure: error)
        }
    }
}

/// A step of a scenario cannot be done.
public struct MockScenarioError: Error, Sendable, CustomStringConvertible {
    /// The scenario's name, and what is wrong.
    public let description: String

    init(scenario: String, failure: ControlFailure) {
        description = "\(scenario): \(failure.title)"
    }
}
