import HTTPTypes
import Synchronization
import TollgateCore

/// What a route asks of requests, made ready once for all requests.
final class RouteChecks: Sendable {
    struct Body: Sendable {
        let body: MockRoute.Body
        let matcher: Matcher
    }

    let parameters: [ParameterCheck]
    let bodies: [Body]
    let isBodyRequired: Bool
    /// The body that most requests have.
    let json: Body?

    fileprivate init(_ route: MockRoute, _ schemas: MockSchemas) {
        parameters = route.parameters.map { ParameterCheck($0, schemas) }
        bodies = route.bodies.map { Body(body: $0, matcher: Matcher($0.schema.schema, schemas)) }
        isBodyRequired = route.bodies.contains(where: \.isRequired)
        json = bodies.first { $0.body.contentType == "application/json" }
    }

    /// The description of a body: that of its own media type rather than that of a range.
    func body(of mediaType: MediaType) -> Body? {
        bodies.first { $0.body.contentType == mediaType.name }
            ?? bodies.filter { mediaType.fits($0.body.contentType) }
            .max { $0.body.contentType.count < $1.body.contentType.count }
    }

    /// The checks of one route, which are made when the first request needs them.
    final class Store: Sendable {
        private let checks = AtomicLazyReference<RouteChecks>()

        func checks(of route: MockRoute, _ schemas: MockSchemas) -> RouteChecks {
            checks.load() ?? checks.storeIfNil(RouteChecks(route, schemas))
        }
    }
}

/// What a route asks of one parameter.
struct ParameterCheck: Sendable {
    let parameter: MockRoute.Parameter
    private let matcher: Matcher
    /// Nil for a list, an object, or a whole query.
    private let scalar: ScalarReader?
    private let field: HTTPField.Name?

    fileprivate init(_ parameter: MockRoute.Parameter, _ schemas: MockSchemas) {
        self.parameter = parameter
        let schema = parameter.schema.schema
        matcher = Matcher(schema, schemas)
        let reader = TextReader(schemas: schemas)
        let isScalar =
            !parameter.isJSON && parameter.place != .querystring && reader.elements(of: schema) == nil
            && !reader.isObject(schema)
        scalar = isScalar ? reader.scalars(of: schema) : nil
        field = parameter.place == .header ? HTTPField.Name(parameter.name) : nil
    }

    /// Whether the parameter is there if it has to be, and is as it should be.
    func isFine(in call: MockCall) -> Bool {
        guard let scalar else {
            let value = ParameterReader(call: call, parameter: parameter).value
            return value.map(matcher.fits) ?? !parameter.isRequired
        }
        let text: String?
        if let field {
            text = call.request.headers.last { $0.name == field }?.value
        } else {
            text = ParameterReader(call: call, parameter: parameter).text
        }
        guard let text else { return !parameter.isRequired }
        return (matcher.takesAnyText && scalar.isText) || matcher.fits(scalar.value(of: text))
    }
}
