import GeneratorPlan

/// The mock of a document from outside: what the mock server's engine reads, as tables of JSON.
struct DocumentMockPrinter {
    let plan: DocumentMockPlan

    static func files(for plan: DocumentMockPlan) -> [GeneratedFile] {
        let printer = DocumentMockPrinter(plan: plan)
        return [
            printer.file("Mock", [printer.document]), printer.file("Operations", [printer.operations]),
            printer.file("Routes", [printer.routes]), printer.file("Schemas", [printer.schemas]),
        ]
    }

    private func file(_ kind: String, _ parts: [Code]) -> GeneratedFile {
        GeneratedFile(
            module: plan.module, path: "\(plan.typeStem)\(kind).swift",
            text: FilePrinter.text(origins: [plan.origin], imports: ["TollgateMockServer"], parts))
    }

    /// ```
    /// extension MockDocument {
    ///     /// Petstore, for a mock of it: `MockServer.inProcess(.petstore)`.
    ///     public static let petstore: MockDocument = {
    ///         var document = MockDocument("petstore", basePaths: ["/v1", ""])
    ///         document.securityScheme("apiKey", "header", "X-API-Key")
    ///         addRoutes(to: &document)
    ///         addSchemas(to: &document)
    ///         return document
    ///     }()
    /// }
    /// ```
    private var document: Code {
        let name: Code = "\(name: plan.service)"
        let comment = Documentation.comment(
            "\(plan.title), for a mock of it: `MockServer.inProcess(.\(SwiftText.label(plan.service)))`.", at: 4)
        let paths = plan.basePaths.map { path -> Code in "\(string: path)" }
        let schemes = plan.securitySchemes.map { scheme -> Code in
            let field: Code = scheme.field.isEmpty ? "" : ", \(string: scheme.field)"
            return "document.securityScheme(\(string: scheme.name), \(string: scheme.kind)\(field))"
        }
        return """
            extension MockDocument {
                \(comment)
                public static let \(name): MockDocument = {
                    var document = MockDocument(\(string: plan.service), basePaths: [\(Code.joined(paths, by: ", "))])
                    \(Code.lines(schemes))
                    addRoutes(to: &document)
                    addSchemas(to: &document)
                    return document
                }()
            }
            """
    }

    /// ```
    /// extension MockOperation {
    ///     /// The operations of Petstore, for example `.petstore.getPet`.
    ///     public static var petstore: PetstoreOperations { PetstoreOperations() }
    /// }
    ///
    /// /// The operations of Petstore.
    /// public struct PetstoreOperations: Sendable {
    ///     /// Gives one pet.
    ///     public var getPet: MockOperation { MockOperation("petstore.getPet") }
    /// }
    /// ```
    private var operations: Code {
        let type: Code = "\(name: plan.typeStem + "Operations")"
        let names: [Code] = plan.routes.map { route in
            """
            \(Documentation.comment(route.documentation, at: 4))
            public var \(name: route.name): MockOperation { MockOperation(\(string: route.key)) }
            """
        }
        return """
            extension MockOperation {
                /// The operations of \(name: plan.typeStem) by their names.
                public static var \(name: plan.service): \(type) { \(type)() }
            }

            /// The operations of \(name: plan.typeStem).
            public struct \(type): Sendable {
                \(Code.lines(names))
            }
            """
    }

    /// ```
    /// extension MockDocument {
    ///     static func addRoutes(to document: inout MockDocument) {
    ///         document.add("petstore.getPet", "GET", "/pets/{id}", #"""
    ///             {…}
    ///             """#)
    ///         document.part("replies/NotFound/404", #"""
    ///             {…}
    ///             """#)
    ///     }
    /// }
    /// ```
    private var routes: Code {
        let routes = plan.routes.map { route -> Code in
            "document.add(\(string: route.key), \(string: route.method), \(string: route.path), \(block: route.json))"
        }
        let parts = plan.parts.map { part -> Code in "document.part(\(string: part.key), \(block: part.json))" }
        return adder("addRoutes", routes + parts)
    }

    private var schemas: Code {
        adder("addSchemas", plan.schemas.map { "document.schema(\(string: $0.key), \(block: $0.json))" })
    }

    private func adder(_ name: Code, _ statements: [Code]) -> Code {
        """
        extension MockDocument {
            static func \(name)(to document: inout MockDocument) {
                \(Code.lines(statements))
            }
        }
        """
    }
}
