import GeneratorDiagnostics
import GeneratorEmit
import GeneratorOpenAPI
import GeneratorPipeline
import GeneratorPlan
import Testing

/// What `generate --input` makes of a document: the calls, the client and the package.
@Suite struct CommandTests {
    private func generate(
        _ document: String, package: Bool = false, others: [String: String] = [:],
        options: SpecificationReader.Options = .init(strictness: .outside)
    ) throws -> (files: [String: String], diagnostics: String) {
        let diagnostics = Diagnostics()
        var pipeline = DocumentPipeline(
            files: MemoryFolder(files: others.merging(["api.yaml": document]) { $1 }, displayedAs: "docs"),
            document: "api.yaml", module: "Shop", diagnostics: diagnostics)
        pipeline.options = options
        if package { pipeline.package = PackagePlan(module: "Shop", tollgate: .path("../tollgate")) }
        guard let plan = pipeline.plan() else { return ([:], diagnostics.text) }
        var files: [String: String] = [:]
        for file in pipeline.emit(plan) {
            let folder = try #require(pipeline.folders.first { $0.module == file.module }).path
            files[folder.isEmpty ? file.path : "\(folder)/\(file.path)"] = file.text
        }
        return (files, diagnostics.text)
    }

    private func document(_ paths: String, _ rest: String = "") -> String {
        """
        openapi: 3.1.0
        info: { title: Shop, version: '1' }
        \(rest)
        paths:
        \(paths)
        """
    }

    /// The text of the operations' files.
    private func calls(_ paths: String, _ rest: String = "") throws -> String {
        let (files, diagnostics) = try generate(document(paths, rest))
        #expect(!diagnostics.contains(": error:"), "\(diagnostics)")
        return files.filter { $0.key.hasPrefix("Operations/") }.sorted { $0.key < $1.key }.map(\.value).joined()
    }

    // MARK: Names

    @Test(
        arguments: [
            ("get", "/users/{id}", "Users_GetById", "users", "getByID"),
            ("get", "/users/{id}", "get-user", "users", "get"),
            ("get", "/users/{id}/posts", "getUsersUserIdPosts", "users", "getUsersUserIDPosts"),
            ("get", "/users/{userId}/posts", "getUsersUserIdPosts", "users", "listPosts"),
            ("get", "/users/{id}", "get_users__id_", "users", "get"),
            ("get", "/items/{item_id}", "read_items_items__item_id__get", "items", "read"),
            ("get", "/users", "users.list", "users", "list"),
            ("post", "/search", "searchPoints", "search", "searchPoints"),
            ("put", "/pets/{id}/photo", "uploadPhotoForPet", "pets", "uploadPhotoForPet"),
            ("get", "/clients", "client", "clients", "client2"),
        ])
    func methodsAreNamedAsAPersonWould(
        method: String, path: String, id: String, tag: String, expected: String
    ) throws {
        let operation = "{ operationId: \(id), tags: [\(tag)], responses: { '204': { description: x } } }"
        let text = try calls("  \(path): { \(method): \(operation) }")
        #expect(text.contains("public func \(expected)("), "\(text)")
    }

    @Test func operationsWithoutIdentifiersGetAVerbAndANoun() throws {
        let text = try calls(
            """
              /v1/users: { get: { responses: {} }, post: { responses: {} } }
              /v1/users/{id}: { get: { responses: {} }, delete: { responses: {} }, patch: { responses: {} } }
              /v1/users/{id}/activate: { post: { responses: {} } }
            """)
        let names = ["list", "create", "get", "delete", "update", "activate"]
        for name in names { #expect(text.contains("public func \(name)("), "\(name)") }
        #expect(text.contains("public var users: Users"))
    }

    @Test func aGroupGivesWayToAModelAndToTheClientsOwnMembers() throws {
        let text = try calls(
            """
              /a: { get: { operationId: a, tags: [Pet], responses: { '200': { $ref: '#/components/responses/Pet' } } } }
              /b: { get: { operationId: b, tags: [client], responses: {} } }
              /c: { get: { operationId: c, tags: [Data], responses: {} } }
            """,
            """
            components:
              schemas: { Pet: { type: object, properties: { id: { type: string } } } }
              responses:
                Pet: { description: x, content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
            """)
        #expect(text.contains("public var pet: PetOperations"))
        #expect(text.contains("public var clientOperations: Client"))
        #expect(text.contains("public var data: DataOperations"))
    }

    // MARK: Parameters

    @Test(
        arguments: [
            (
                "in: path, name: p, required: true, style: matrix, schema: { type: array, items: { type: string } }",
                #"request.path("p", p, style: .matrix)"#
            ),
            (
                "in: path, name: p, required: true, style: label, explode: true, schema: { type: array, items: {} }",
                #"request.path("p", p, style: .labelExploded)"#
            ),
            (
                "in: path, name: p, required: true, explode: true, schema: { type: object }",
                #"request.path("p", p, style: .simpleExploded)"#
            ),
            ("in: query, name: 'a[b]', schema: { type: string }", #"request.query("a[b]", aB)"#),
            (
                "in: query, name: q, allowReserved: true, schema: { type: string }",
                #"request.query("q", q, allowReserved: true)"#
            ),
            (
                "in: query, name: q, content: { application/json: { schema: { type: object } } }",
                #"request.query("q", json: q)"#
            ),
            (
                "in: query, name: q, style: pipeDelimited, explode: false, schema: { type: array, items: {} }",
                #"request.query("q", q, style: .pipes)"#
            ),
            (
                "in: header, name: X-Things, explode: true, schema: { type: object, additionalProperties: true }",
                #"request.header(.named("X-Things"), things, isExploded: true)"#
            ),
            ("in: cookie, name: s, schema: { type: string }", #"request.cookie("s", s)"#),
        ])
    func parametersAreWrittenInTheirStyle(parameter: String, expected: String) throws {
        let text = try calls("  /x/{p}: { get: { operationId: x, parameters: [{ \(parameter) }], responses: {} } }")
        #expect(text.contains(expected), "\(text)")
    }

    @Test func aParameterThatIsInTwoPlacesTellsThePlace() throws {
        let text = try calls(
            """
              /x/{id}:
                get:
                  operationId: x
                  parameters:
                    - { in: path, name: id, required: true, schema: { type: string } }
                    - { in: query, name: id, schema: { type: string } }
                  responses: {}
            """)
        #expect(text.contains("id: String, queryID: String? = nil"))
    }

    // MARK: Bodies and answers

    @Test func bodiesOfOtherFormsHaveCallsOfTheirOwn() throws {
        let text = try calls(
            """
              /x:
                post:
                  operationId: send
                  requestBody:
                    required: true
                    content:
                      application/json: { schema: { type: object, properties: { a: { type: string } } } }
                      application/x-www-form-urlencoded:
                        schema: { type: object, properties: { b: { type: array, items: { type: string } } } }
                        encoding: { b: { style: form, explode: false } }
                  responses: {}
              /y:
                post:
                  operationId: patch
                  requestBody: { content: { application/merge-patch+json: { schema: { type: object } } } }
                  responses: {}
              /z:
                post:
                  operationId: text
                  requestBody: { required: true, content: { text/plain: { schema: { type: string } } } }
                  responses: {}
              /l:
                post:
                  operationId: lines
                  requestBody: { required: true, content: { application/jsonl: { schema: { type: string } } } }
                  responses: {}
            """)
        #expect(text.contains("public func send(a: String? = nil)"))
        #expect(text.contains("public func sendForm(b: [String]? = nil)"))
        #expect(text.contains(#"styles: ["b": .commas]"#))
        #expect(text.contains(#"contentType: "application/merge-patch+json""#))
        #expect(text.contains(#"request.text(body, contentType: "text/plain")"#))
        #expect(text.contains(#"request.jsonLines(body, contentType: "application/jsonl")"#))
    }

    @Test func answersOfSeveralStatuses() throws {
        let text = try calls(
            """
              /a:
                get:
                  operationId: one
                  responses: { '200': { $ref: '#/components/responses/A' }, '204': { description: none } }
              /b:
                get:
                  operationId: two
                  responses:
                    '200': { $ref: '#/components/responses/A' }
                    '202': { $ref: '#/components/responses/B' }
              /c: { get: { operationId: rest, responses: { default: { $ref: '#/components/responses/A' } } } }
              /d: { get: { operationId: away, responses: { '302': { description: elsewhere } } } }
              /e: { get: { operationId: text, responses: { '200': { description: x, content: { text/csv: {} } } } } }
              /f:
                get:
                  operationId: hal
                  responses:
                    '2XX': { description: x, content: { application/hal+json: { schema: { type: integer } } } }
            """,
            """
            components:
              responses:
                A: { description: x, content: { application/json: { schema: { type: string } } } }
                B: { description: x, content: { application/json: { schema: { type: integer } } } }
            """)
        #expect(text.contains(#"Endpoint<String?>(orNothing: "shop.one", .get, "/a")"#))
        #expect(text.contains("public enum TwoResult: StatusResult {"))
        #expect(text.contains("case accepted(Int)"))
        #expect(text.contains("public func rest() async throws -> String {"))
        #expect(text.contains(".allowingRedirects()"))
        #expect(text.contains(#"accept: "text/csv""#))
        #expect(text.contains(#"accept: "application/hal+json""#))
    }

    @Test func errorsThatAreNoObjectsAreCarried() throws {
        let text = try calls(
            """
              /a:
                get:
                  operationId: a
                  responses:
                    '204': { description: x }
                    '422':
                      description: x
                      content: { application/json: { schema: { type: array, items: { type: string } } } }
            """)
        #expect(text.contains(".init(422, content: [String].self)"))
    }

    // MARK: The client

    @Test func securitySchemesBecomeInitialisers() throws {
        let (files, _) = try generate(
            document(
                "  /a: { get: { operationId: a, security: [], responses: {} } }",
                """
                servers: [{ url: 'https://{region}.example.com/v1', variables: { region: { default: eu } } }]
                security: [{ apiKeyAuth: [] }, { login: [] }, { oauth: [] }, { apiKeyAuth: [], app: [] }]
                components:
                  securitySchemes:
                    apiKeyAuth: { type: apiKey, in: header, name: X-Key }
                    app: { type: apiKey, in: query, name: app_id }
                    login: { type: http, scheme: basic }
                    oauth:
                      type: oauth2
                      flows:
                        clientCredentials: { tokenUrl: 'https://example.com/token', scopes: { read: Reads. } }
                """))
        let client = try #require(files["Shop.swift"])
        #expect(client.contains(#"{ .literal("https://eu.example.com/v1") }"#))
        #expect(client.contains(#"func server(region: String = "eu")"#))
        #expect(client.contains(#"TollgateCore.APIKey(apiKey, in: .header(.named("X-Key")))"#))
        #expect(client.contains("username: String"))
        #expect(client.contains("accessToken: String"))
        #expect(client.contains("clientSecret: String"))
        #expect(client.contains("TollgateCore.CombinedCredential("))
        #expect(files["Operations/A.swift"]?.contains(".withoutCredential()") == true)
        let header = "// Generated by tollgate from api.yaml. Changes are lost when it is generated again.\n"
        #expect(client.hasPrefix(header))
    }

    // MARK: The package

    @Test func aPackageHasAClientAMockAndTests() throws {
        let (files, _) = try generate(
            document(
                """
                  /pets/{id}:
                    get:
                      operationId: getPet
                      tags: [pets]
                      deprecated: true
                      parameters: [{ in: path, name: id, required: true, schema: { type: integer } }]
                      responses:
                        '200':
                          description: x
                          content: { application/json: { schema: { type: string }, example: Rex } }
                """), package: true)
        let manifest = try #require(files["Package.swift"])
        #expect(manifest.hasPrefix("// swift-tools-version: 6.2\n// Generated by tollgate from api.yaml."))
        #expect(manifest.contains(#".package(name: "tollgate", path: "../tollgate")"#))
        #expect(files["Sources/Shop/Shop.swift"] != nil)
        #expect(files["Sources/ShopMock/ShopMock.swift"] != nil)
        let calls = try #require(files["Tests/ShopTests/PetsCalls.swift"])
        #expect(calls.contains("_ = try await api.pets.get(id: 1)"))
        #expect(calls.contains("@available(*, deprecated)"))
        let examples = try #require(files["Tests/ShopTests/Examples1.swift"])
        let place = "api.yaml#/paths/~1pets~1{id}/get/responses/200/content/application~1json/example"
        #expect(examples.contains("\(place) \"Rex\""))
    }

    @Test func aFilterLeavesOutWhatIsNotChosen() throws {
        var options = SpecificationReader.Options(strictness: .outside)
        options.filters = [.tag("pets")]
        let (files, _) = try generate(
            document(
                """
                  /pets: { get: { operationId: listPets, tags: [pets], responses: {} } }
                  /shops: { get: { operationId: listShops, tags: [shops], responses: {} } }
                """), options: options)
        #expect(files["Operations/Pets.swift"] != nil)
        #expect(files["Operations/Shops.swift"] == nil)
    }

    @Test func aDocumentThatIsNoneIsRefused() throws {
        for text in ["", "swagger: '2.0'", "[1, 2", "openapi: 4.0.0"] {
            let (files, diagnostics) = try generate(text)
            #expect(files.isEmpty)
            #expect(diagnostics.contains("error:"), "\(text)")
        }
    }

    @Test(arguments: ["shop", "9", "Any", "String", "TollgateCore", "Foo Bar", "", "Ünicode"])
    func namesThatNoModuleCanHave(name: String) {
        #expect(DocumentPipeline.problem(withModule: name) != nil)
    }

    @Test func addingAnOperationChangesItsOwnFilesOnly() throws {
        let pets = "  /pets: { get: { operationId: listPets, tags: [pets], responses: {} } }"
        let shops = "  /shops: { get: { operationId: listShops, tags: [shops], responses: {} } }"
        let before = try generate(document(pets)).files
        let after = try generate(document(pets + "\n" + shops)).files
        #expect(Set(after.keys).subtracting(before.keys) == ["Operations/Shops.swift"])
        for (path, text) in before { #expect(after[path] == text, "\(path)") }
    }
}
