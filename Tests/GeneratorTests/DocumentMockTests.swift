import GeneratorDiagnostics
import GeneratorEmit
import GeneratorOpenAPI
import GeneratorPlan
import Testing

@Suite struct DocumentMockTests {
    private let document = """
        openapi: 3.1.0
        info: { title: Pets, version: '1' }
        servers: [{ url: 'https://api.example.com/v1' }]
        security: [{ token: [] }]
        paths:
          /pets/{id}:
            parameters: [{ $ref: '#/components/parameters/ID' }]
            get:
              operationId: getPet
              summary: Gives one pet.
              responses:
                '200':
                  description: d
                  content: { application/json: { schema: { $ref: '#/components/schemas/Pet' }, example: { id: no } } }
                '404': { $ref: '#/components/responses/Missing' }
                default: { $ref: '#/components/responses/Missing' }
            put:
              operationId: setPet
              security: []
              requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
              responses: { '204': { description: d } }
          /pets:
            get:
              operationId: watch
              parameters: [{ name: tags, in: query, style: pipeDelimited, explode: false, schema: { type: array } }]
              responses:
                '200':
                  description: d
                  content: { text/event-stream: { schema: { $ref: '#/components/schemas/Pet' } } }
        components:
          securitySchemes: { token: { type: http, scheme: bearer }, key: { type: apiKey, in: header, name: X-Key } }
          parameters: { ID: { name: id, in: path, required: true, schema: { type: integer } } }
          responses:
            Missing: { description: d, content: { application/problem+json: { example: { title: "no \\"#(pet)" } } } }
          schemas:
            Pet:
              type: object
              required: [id, born]
              properties:
                id: { type: integer, readOnly: true }
                born: { type: string, nullable: true, enum: [a] }
                kind: { oneOf: [{ type: string }, { type: integer }] }
        """

    private func plan() throws -> Plan {
        let reader = SpecificationReader(
            files: MemoryFolder(files: ["pets.yaml": document]), diagnostics: Diagnostics(), strictness: .outside)
        let specification = reader.read(documents: ["pets.yaml"])
        var configuration = PlanConfiguration.outside(document: "pets.yaml", module: "Pets")
        configuration.mock = "PetsMock"
        return PlanBuilder(
            specification: specification, configuration: configuration, diagnostics: Diagnostics()
        ).build()
    }

    @Test func bakesWhatARequestMustLookLikeAndWhatIsAnswered() throws {
        let mock = try #require(try plan().documentMock)
        #expect(mock.basePaths == ["/v1", ""])
        #expect(
            mock.securitySchemes.map { [$0.name, $0.kind, $0.field] } == [
                ["token", "Bearer", ""], ["key", "header", "X-Key"],
            ])
        #expect(mock.routes.map(\.key) == ["pets.getPet", "pets.setPet", "pets.watch"])
        // The example is no pet, so a value that is one takes its place.
        #expect(
            mock.routes[0].json == ##"""
                {"security":[["token"]],
                "parameters":[{"$ref":"#/parameters/ID"}],
                "replies":[
                {"status":200,"content":[{"type":"application/json","example":{"id":1,"born":"a","kind":"text"}}]},
                {"$ref":"#/replies/Missing/404"},
                {"$ref":"#/replies/Missing/0"}]}
                """##)
        #expect(
            mock.routes[1].json == ##"""
                {"parameters":[{"$ref":"#/parameters/ID"}],
                "body":{"required":false,"content":[{"type":"application/json","schema":{"$ref":"#/Pet"}}]},
                "replies":[
                {"status":204}]}
                """##)
        #expect(
            mock.routes[2].json == ##"""
                {"security":[["token"]],
                "parameters":[{"name":"tags","in":"query","style":"pipeDelimited","schema":{"type":"array"}}],
                "replies":[
                {"status":200,"content":[{"type":"text/event-stream","events":[{"id":1,"born":"a","kind":"text"},{"id":1,"born":"a","kind":"text"}]}]}]}
                """##)
        #expect(mock.parts.map(\.key) == ["parameters/ID", "replies/Missing/0", "replies/Missing/404"])
    }

    @Test func whatOnlyComesBackIsNotDemanded() throws {
        let mock = try #require(try plan().documentMock)
        let pet = try #require(mock.schemas.first { $0.key == "Pet" })
        #expect(pet.json.contains(#""required":["born"]"#))
        #expect(pet.json.contains(#""kind":{"anyOf":[{"type":"string"},{"type":"integer"}]}"#))
    }

    @Test func printsTablesThatHoldTheTextAsItIs() throws {
        let files = Emitter.files(for: try plan()).filter { $0.module == "PetsMock" }
        #expect(
            files.map(\.path) == ["PetsMock.swift", "PetsOperations.swift", "PetsRoutes.swift", "PetsSchemas.swift"])
        #expect(files[0].text.contains(#"var document = MockDocument("pets", basePaths: ["/v1", ""])"#))
        #expect(files[0].text.contains(#"document.securityScheme("key", "header", "X-Key")"#))
        #expect(files[1].text.contains(#"public var getPet: MockOperation { MockOperation("pets.getPet") }"#))
        #expect(files[2].text.contains(#"document.add("pets.setPet", "PUT", "/pets/{id}", ##""""#))
        #expect(files[2].text.contains(##"{"title":"no \"#(pet)"}"##))
        #expect(Emitter.files(for: try plan()).map(\.text) == Emitter.files(for: try plan()).map(\.text))
    }
}
