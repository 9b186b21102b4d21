import GeneratorPlan

/// The generated part of the mock: some files a service.
enum MockPrinter {
    static func files(for plan: MockPlan) -> [GeneratedFile] {
        plan.services.flatMap { service in
            let routes = MockRoutesPrinter(plan: service)
            let groups = service.groups.map { group in
                file("\(group.name)Routes", of: service, in: plan, origins: group.origins, [routes.code(of: group)])
            }
            let common = routes.components.isEmpty ? [] : [file("Components", of: service, in: plan, routes.components)]
            let tables = [
                file("Operations", of: service, in: plan, MockOperationsPrinter(plan: service).parts()),
                file("Routes", of: service, in: plan, [routes.code()]),
                file("Schemas", of: service, in: plan, [schemas(of: service)]),
                file("Places", of: service, in: plan, [places(of: service)]),
            ]
            return tables + groups + common
        }
    }

    private static func file(
        _ kind: String, of service: MockServicePlan, in plan: MockPlan, origins: [String]? = nil, _ parts: [Code]
    ) -> GeneratedFile {
        GeneratedFile(
            module: plan.module, path: "\(service.typeStem)\(kind).swift",
            text: FilePrinter.text(origins: origins ?? service.origins, imports: ["TollgateMockServer"], parts))
    }

    /// ```
    /// extension MockSchemas {
    ///     /// The schemas of Stoa by key; a `$ref` in one is `#/KEY`.
    ///     static func stoa() -> MockSchemas {
    ///         var schemas = MockSchemas()
    ///         schemas.add("Event", #"{"type":"object"}"#)
    ///         return schemas
    ///     }
    /// }
    /// ```
    private static func schemas(of service: MockServicePlan) -> Code {
        let statements = service.schemas.map { schema in
            Code.list("schemas.add(", ["\(string: schema.key)", "\(raw: schema.json)"], ")", at: 8)
        }
        return """
            extension MockSchemas {
                /// The schemas of \(name: service.typeStem) by key; a `$ref` in one is `#/KEY`.
                static func \(name: service.service)() -> MockSchemas {
                    \(filling("schemas", of: "MockSchemas", statements))
                }
            }
            """
    }

    /// ```
    /// extension MockPlaces {
    ///     /// Where the description of Stoa says what: the lines of its files, by JSON pointer.
    ///     static func stoa() -> MockPlaces {
    ///         var places = MockPlaces()
    ///         places.file("spec/stoa/usage.yaml", #"{"components":{"schemas":{"Event":12}}}"#)
    ///         return places
    ///     }
    /// }
    /// ```
    private static func places(of service: MockServicePlan) -> Code {
        let files = service.lines.map { file in
            Code.list("places.file(", ["\(string: file.file)", "\(raw: file.json)"], ")", at: 8)
        }
        let schemas = service.schemaPlaces.map { schema in
            Code.list("places.schema(", ["\(string: schema.key)", "\(string: schema.place)"], ")", at: 8)
        }
        return """
            extension MockPlaces {
                /// Where the description of \(name: service.typeStem) says what: the lines of its files, by JSON pointer.
                static func \(name: service.service)() -> MockPlaces {
                    \(filling("places", of: "MockPlaces", files + schemas))
                }
            }
            """
    }

    /// A table that is filled by one statement an entry, which costs the compiler far less than one big literal.
    static func filling(_ variable: Code, of type: Code, _ statements: [Code]) -> Code {
        if statements.isEmpty { return "\(type)()" }
        return """
            var \(variable) = \(type)()
            \(Code.lines(statements))
            return \(variable)
            """
    }
}

/// The names of a service's operations.
struct MockOperationsPrinter {
    let plan: MockServicePlan

    func parts() -> [Code] {
        plan.operations.isEmpty ? [] : [keys, names]
    }

    /// ```
    /// /// The operations of Stoa; the raw value is the name that calls and errors give.
    /// public enum StoaOperation: String, CaseIterable, Sendable {
    ///     /// Reports one usage event.
    ///     case createEvent = "stoa.createEvent"
    /// }
    /// ```
    private var keys: Code {
        let cases: [Code] = plan.operations.map { operation in
            """
            \(Documentation.comment(operation.documentation, at: 4))
            case \(name: operation.name) = \(string: operation.key)
            """
        }
        return """
            /// The operations of \(name: plan.typeStem); the raw value is the name that calls and errors give.
            public enum \(name: plan.typeStem + "Operation"): String, CaseIterable, Sendable {
                \(Code.lines(cases))
            }
            """
    }

    /// ```
    /// extension MockOperation {
    ///     /// The operations of Stoa, for example `.stoa.createEvent`.
    ///     public static var stoa: StoaOperations { StoaOperations() }
    ///
    ///     /// The operations of Stoa.
    ///     public struct StoaOperations: Sendable {
    ///         /// Reports one usage event.
    ///         public var createEvent: MockOperation { MockOperation(StoaOperation.createEvent.rawValue) }
    ///     }
    /// }
    /// ```
    private var names: Code {
        let names: Code = "\(name: plan.typeStem + "Operations")"
        let properties = plan.operations.map(name)
        return """
            extension MockOperation {
                /// The operations of \(name: plan.typeStem), for example `.\(label: plan.service).\(label: plan.operations[0].name)`.
                public static var \(name: plan.service): \(names) { \(names)() }

                /// The operations of \(name: plan.typeStem).
                public struct \(names): Sendable {
                    \(Code.lines(properties))
                }
            }
            """
    }

    private func name(_ operation: MockOperationPlan) -> Code {
        let key: Code = "\(name: plan.typeStem + "Operation").\(name: operation.name).rawValue"
        let declaration: Code = "public var \(name: operation.name): MockOperation"
        let line: Code = "\(declaration) { MockOperation(\(key)) }"
        let comment = Documentation.comment(operation.documentation, at: 8)
        if line.fits(at: 8) { return .lines([comment, line]) }
        return """
            \(comment)
            \(declaration) {
                MockOperation(\(key))
            }
            """
    }
}
