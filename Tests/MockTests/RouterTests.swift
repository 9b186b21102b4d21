import Testing

@testable import TollgateMock

@Suite struct RouterTests {
    private let router: Router = {
        var router = Router()
        for (key, path) in [
            ("literal", "/v1/items/mine"), ("parameter", "/v1/items/{id}"), ("deep", "/v1/items/{id}/parts/{part}"),
            ("colon", "/v1/items:batch"), ("deepLiteral", "/v1/items/mine/all"),
        ] {
            router.add(
                MockRoute(operation: MockOperation(key), method: "GET", path: path, surface: ""), service: 0)
        }
        var route = MockRoute(operation: MockOperation("alias"), method: "GET", path: "/v1/{id}/new", surface: "")
        route.alias("/v1/old/{id}")
        router.add(route, service: 0)
        return router
    }()

    private func find(_ path: String, method: String = "GET") -> (key: String, parameters: [String: String])? {
        guard case .match(let match) = router.find(method: method, path: Substring(path)) else { return nil }
        return (match.target.route.operation.key, match.parameters)
    }

    @Test(arguments: [
        ("/v1/items/mine", "literal"), ("/v1/items/other", "parameter"), ("/v1/items/mine/parts/2", "deep"),
        ("/v1/items:batch", "colon"), ("/v1/items/mine/all", "deepLiteral"), ("/v1/items/mine/", "literal"),
        ("/v1/x/new", "alias"), ("/v1/old/x", "alias"),
    ])
    func findsARoute(_ path: String, _ key: String) {
        #expect(find(path)?.key == key)
    }

    @Test func anAliasHasItsParametersElsewhere() {
        #expect(find("/v1/x/new")?.parameters == ["id": "x"])
        #expect(find("/v1/old/x")?.parameters == ["id": "x"])
    }

    @Test func givesParametersWithoutEscapes() {
        #expect(find("/v1/items/a%2Fb%20c/parts/%zz")?.parameters == ["id": "a/b c", "part": "%zz"])
    }

    @Test func tellsOtherMethodsFromNothing() {
        guard case .otherMethods(let methods, _) = router.find(method: "POST", path: "/v1/items/x") else {
            Issue.record("the path exists for GET")
            return
        }
        #expect(methods == ["GET"])
        guard case .nothing = router.find(method: "GET", path: "/v1/other") else {
            Issue.record("the path does not exist")
            return
        }
    }

    @Test(arguments: [("a+b%2Bc", "a b+c"), ("%C3%A9", "é"), ("%+5%4", "% 5%4"), ("plain", "plain")])
    func decodesPercentEscapes(_ text: String, _ expected: String) {
        #expect(PercentEncoding.decode(Substring(text), plusIsSpace: true) == expected)
    }
}
