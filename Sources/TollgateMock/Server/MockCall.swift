import Foundation
import HTTPTypes
import TollgateCore

/// A request that has a route, on its way to the service behind it.
struct MockCall: Sendable {
    let request: MockRequest
    let route: MockRoute
    let pathParameters: [String: String]
    let schemas: MockSchemas
    /// When the request arrived, by the mock's clock.
    let now: Date

    var operation: MockOperation { route.operation }

    func header(_ name: HTTPField.Name) -> String? {
        request.headers[name]
    }

    /// The values of a query parameter, in their order.
    func query(_ name: String) -> [String] {
        request.queryItems.filter { $0.name == name }.map(\.value)
    }
}
