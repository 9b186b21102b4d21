import Foundation
import HTTPTypes
import TollgateCore

/// A request that has a route, on its way to the service behind it. It is checked when it is made, so that no service has
/// to hold its state still meanwhile.
package struct MockCall: Sendable {
    package let request: MockRequest
    package let route: MockRoute
    /// By name, with percent escapes resolved.
    package let pathParameters: [String: String]
    /// By name, as sent.
    let sentPathParameters: [String: Substring]
    package let schemas: MockSchemas
    /// When the request arrived, by the mock's clock. A service where something begins at a time sets it once more when
    /// it has its state to itself, so that calls take effect in the order of their times.
    package var now: Date
    /// What the request carries, or what is wrong with it.
    private(set) var checked = Result<MockContent, MockProblem>.success(MockContent())

    package init(
        request: MockRequest, route: MockRoute, pathParameters: [String: Substring], schemas: MockSchemas,
        now: Date
    ) {
        self.request = request
        self.route = route
        self.pathParameters = pathParameters.mapValues { PercentEncoding.decode($0) }
        sentPathParameters = pathParameters
        self.schemas = schemas
        self.now = now
        checked = Result { () throws(MockProblem) in try check() }
    }

    package var operation: MockOperation { route.operation }

    package func header(_ name: HTTPField.Name) -> String? {
        request.header(name)
    }

    /// The values of a query parameter, in their order.
    package func query(_ name: String) -> [String] {
        request.queryItems.filter { $0.name == name }.map(\.value)
    }
}
