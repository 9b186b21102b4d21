import HTTPTypes
import TollgateCore

/// What the description of one service says.
package struct MockContract: Sendable {
    /// The first half of its operations' keys: `stoa`.
    package let service: String
    let routes: MockRoutes
    let schemas: MockSchemas
    let places: MockPlaces

    package init(_ service: String, _ routes: MockRoutes, _ schemas: MockSchemas, _ places: MockPlaces) {
        self.service = service
        self.routes = routes
        self.schemas = schemas
        self.places = places
    }
}

/// The descriptions of services on one host.
struct ContractBook: Sendable {
    let contracts: [MockContract]
    private let router: Router

    /// A call that some description describes.
    struct Entry {
        let contract: MockContract
        let route: MockRoute
        let parameters: [String: Substring]
    }

    init(_ contracts: [MockContract]) {
        self.contracts = contracts
        var router = Router()
        for (index, contract) in contracts.enumerated() {
            for route in contract.routes.routes { router.add(route, service: index) }
        }
        self.router = router
    }

    func entry(method: String, path: Substring) -> Entry? {
        guard case .match(let match) = router.find(method: method, path: path) else { return nil }
        return Entry(
            contract: contracts[match.target.service], route: match.target.route, parameters: match.parameters)
    }
}

extension MockRoute {
    /// What is described for a status: by its number, by its range, or by what holds for all others.
    func described(_ status: Int) -> [Reply] {
        for name in [status, status / 100, 0] {
            let found = replies.filter { $0.status == name }
            if !found.isEmpty { return found }
        }
        return []
    }
}

extension [MockRoute.Reply] {
    /// The answer of a media type: that of its own rather than that of a range.
    func best(for mediaType: MediaType) -> MockRoute.Reply? {
        first { $0.contentType == mediaType.name }
            ?? filter { $0.contentType.map(mediaType.fits) ?? false }
            .max { ($0.contentType ?? "").count < ($1.contentType ?? "").count }
    }
}
