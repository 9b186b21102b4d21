import GeneratorOpenAPI
import Testing

/// Some operations of a document, with what they reach.
struct FilterTests {
    private static let document = """
        tags: [{ name: pets }, { name: people }]
        paths:
          /pets:
            parameters: [{ name: limit, in: query, schema: { $ref: '#/components/schemas/Limit' } }]
            get:
              operationId: listPets
              tags: [pets]
              responses: { '200': { $ref: '#/components/responses/Pets' } }
            post:
              operationId: addPet
              tags: [pets, admin]
              requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
              responses: { '201': { description: Made } }
          /pets/{id}:
            get:
              tags: [pets]
              parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
              responses: { '200': { description: Fine } }
          /people:
            get:
              operationId: listPeople
              tags: [people]
              responses:
                '200': { description: Fine, content: { application/json: { schema: { $ref: '#/components/schemas/Person' } } } }
        webhooks:
          petAdded: { post: { tags: [pets], responses: { '200': { description: Fine } } } }
          personAdded: { post: { tags: [people], responses: { '200': { description: Fine } } } }
        components:
          responses:
            Pets: { description: Pets, content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
          schemas:
            Limit: { type: integer }
            Pet: { type: object, discriminator: { propertyName: kind }, properties: { kind: { type: string } } }
            Cat: { allOf: [{ $ref: '#/components/schemas/Pet' }, { properties: { toy: { $ref: '#/components/schemas/Toy' } } }] }
            Toy: { type: string }
            Person: { type: object }
            Unused: { type: string }
        """

    private func read(_ filters: String...) -> Reading {
        Reading(Self.document, strictness: .outside) { $0.filters = filters.compactMap(OperationFilter.init) }
    }

    private func components(of reading: Reading) -> [String] {
        reading.specification.schemas.compactMap { $0.pointer.count == 3 ? $0.pointer[2] : nil }.sorted()
    }

    @Test(arguments: [
        (["tag:people"], ["listPeople"]), (["tag:admin"], ["addPet"]), (["path:/pets"], ["listPets", "addPet"]),
        (["path:/pets*"], ["listPets", "addPet", "getPetsById"]), (["path:*{id}"], ["getPetsById"]),
        (["operation:listPets"], ["listPets"]), (["operation:list*"], ["listPets", "listPeople"]),
        (["operation:getPetsById", "tag:people"], ["getPetsById", "listPeople"]), (["path:*"], ["all"]),
    ])
    func chooses(filters: [String], expected: [String]) {
        let all = ["listPets", "addPet", "getPetsById", "listPeople"]
        let reading = Reading(Self.document, strictness: .outside) {
            $0.filters = filters.compactMap(OperationFilter.init)
        }
        #expect(reading.complaints == [])
        #expect(reading.document?.operations.map(\.id) == (expected == ["all"] ? all : expected))
    }

    @Test func whatIsNotReachedIsNotThere() {
        #expect(components(of: read("tag:people")) == ["Person"])
        #expect(components(of: read("operation:addPet")) == ["Cat", "Limit", "Pet", "Toy"])
        #expect(components(of: read()).contains("Unused"))
    }

    @Test func webhooksAreChosenByTagAndName() {
        #expect(read("tag:people").document?.webhooks.map(\.id) == ["personAdded"])
        #expect(read("operation:petAdded").document?.webhooks.map(\.id) == ["petAdded"])
        #expect(read("path:*").document?.webhooks.isEmpty == true)
    }

    @Test func aFilterThatChoosesNothingIsAnError() {
        #expect(
            read("tag:pet", "tag:people").complaints == [
                "error: no operation fits the filter \"tag:pet\" [did you mean \"pets\"?]"
            ])
        #expect(
            read("path:/animals").complaints == [
                "error: no operation fits the filter \"path:/animals\" [the paths are /people, /pets, /pets/{id}]"
            ])
        #expect(read("operation:zzz").complaints.count == 1)
    }

    @Test func otherFaultsAreNotReported() {
        let reading = Reading(
            """
            paths:
              /a: { get: { operationId: a, responses: { '200': { description: Fine } } } }
              /b: { get: { operationId: b, parametrs: [], responses: {} } }
            """, strictness: .outside
        ) { $0.filters = [.operation("a")] }
        #expect(reading.complaints == [])
    }

    @Test(arguments: ["", "tag", "tag:", "path", "method:get", ":x", "Tag:x"])
    func isNoFilter(text: String) {
        #expect(OperationFilter(text) == nil)
    }

    @Test(arguments: ["tag:a:b", "path:/a/*", "operation:get*"])
    func isWrittenAsItIsRead(text: String) {
        #expect(OperationFilter(text)?.description == text)
    }
}
