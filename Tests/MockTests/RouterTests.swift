import Testing

@testable import TollgateMock
@testable import TollgateMockServer

@Suite struct RouterTests {
    private let router: Router = {
        var router = Router()
        for (key, path) in [
            ("literal", "/v1/items/mine"), ("parameter", "/v1/items/{id}"), ("deep", "/v1/items/{id}/parts/{part}"),
            ("colon", "/v1/items:batch"), ("deepLiteral", "/v1/items/mine/all"),
            ("file", "/v1/files/{owner}.{format}"), ("export", "/v1/files/{name}:export"), ("any", "/v1/files/{name}"),
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
        return (match.target.route.operation.key, match.parameters.mapValues { PercentEncoding.decode($0) })
    }

    @Test(arguments: [
        ("/v1/items/mine", "literal"), ("/v1/items/other", "parameter"), ("/v1/items/mine/parts/2", "deep"),
        ("/v1/items:batch", "colon"), ("/v1/items/mine/all", "deepLiteral"), ("/v1/items/mine/", "literal"),
        ("/v1/x/new", "alias"), ("/v1/old/x", "alias"), ("/v1/files/a.b.json", "file"),
        ("/v1/files/a:export", "export"),
        ("/v1/files/a", "any"),
    ])
    func findsARoute(_ path: String, _ key: String) {
        #expect(find(path)?.key == key)
    }

    @Test func anAliasHasItsParametersElsewhere() {
        #expect(find("/v1/x/new")?.parameters == ["id": "x"])
        #expect(find("/v1/old/x")?.parameters == ["id": "x"])
    }

    @Test func aSegmentHasSeveralParameters() {
        #expect(find("/v1/files/ada.json")?.parameters == ["owner": "ada", "format": "json"])
        #expect(find("/v1/files/a.b.json")?.parameters == ["owner": "a.b", "format": "json"])
        #expect(find("/v1/files/a%3Ab:export")?.parameters == ["name": "a:b"])
    }

    @Test func anotherPathWithTheMethodIsFoundBehindOneWithout() {
        var router = router
        router.add(
            MockRoute(operation: MockOperation("put"), method: "PUT", path: "/v1/items/{id}", surface: ""), service: 0)
        guard case .match(let match) = router.find(method: "PUT", path: "/v1/items/mine") else {
            Issue.record("the path exists for PUT")
            return
        }
        #expect(match.target.route.operation.key == "put")
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
