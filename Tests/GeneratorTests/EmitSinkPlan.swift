import GeneratorPlan

/// A plan with everything that can be printed, for the files in `Tests/EmittedTests/Generated`.
enum SinkPlan {
    static let hostile = "*/ \\(evil) \"\"\" ` \n\u{2028}\u{85}\0\u{202E}\r\n#\"#\\#(x)"

    static var plan: Plan {
        let files = [models, choices, operations]
        return Plan(modules: [ModulePlan(module: "Sink", files: files)], mock: SinkMockPlan.plan)
    }

    static func name(_ path: String) -> TypeName {
        let parts = path.split(separator: ".").map(String.init)
        return TypeName(scope: parts.dropLast(), name: parts[parts.count - 1])
    }

    // MARK: Objects

    private static var models: FilePlan {
        FilePlan(
            path: "Models.swift", origins: ["spec/sink/openapi.yaml", "spec/sink/models.yaml"],
            imports: ["TollgateCore", "Foundation"],
            declarations: [
                .model(scalars), .model(presences), .model(line), .model(empty), .model(node), .model(change),
                .model(failure),
            ])
    }

    private static var scalars: ModelPlan {
        let properties = ScalarPlan.allCases.map { scalar in
            PropertyPlan(
                name: "\(scalar.rawValue)Value", wireName: "\(scalar.rawValue)_value", type: .scalar(scalar),
                presence: .required)
        }
        return ModelPlan(
            name: name("Sink.Scalars"), documentation: "One member of each kind.", properties: properties,
            conformances: ["Hashable"])
    }

    private static var presences: ModelPlan {
        ModelPlan(
            name: name("Sink.Presences"), documentation: "Every way to be there or not.\n\n" + hostile,
            isDeprecated: true,
            properties: [
                PropertyPlan(
                    name: "kind", wireName: "kind", type: .scalar(.string), presence: .constant("\"presences\"")),
                PropertyPlan(
                    name: "json", wireName: "json", documentation: "A name that the reader uses too.",
                    type: .scalar(.string), presence: .required),
                PropertyPlan(
                    name: "`default`", wireName: "default", documentation: "A reserved word.", isDeprecated: true,
                    type: .scalar(.int), presence: .defaulted("20")),
                PropertyPlan(
                    name: "text", wireName: hostile, type: .scalar(.string),
                    presence: .defaulted(SwiftText.stringLiteral(hostile))),
                PropertyPlan(
                    name: "note", wireName: "note", type: .scalar(.string), presence: .requiredNullable),
                PropertyPlan(
                    name: "quantity", wireName: "quantity", documentation: "In units.", type: .scalar(.int64InString),
                    presence: .requiredNullable),
                PropertyPlan(
                    name: "limit", wireName: "limit", type: .scalar(.decimalInString), presence: .patch),
                PropertyPlan(name: "color", wireName: "color", type: .named(name("Sink.Color")), presence: .patch),
                PropertyPlan(
                    name: "amount", wireName: "amount", type: .custom("Sink.Amount"), presence: .optional),
                PropertyPlan(
                    name: "lines", wireName: "lines", type: .array(.named(name("Sink.Presences.Line"))),
                    presence: .defaulted("[]")),
                PropertyPlan(
                    name: "prices", wireName: "prices", type: .dictionary(.optional(.scalar(.decimal))),
                    presence: .optional),
            ],
            additional: AdditionalPlan(name: "additionalProperties", element: .scalar(.jsonValue)))
    }

    private static var line: ModelPlan {
        ModelPlan(
            name: name("Sink.Presences.Line"), documentation: "",
            properties: [
                PropertyPlan(name: "id", wireName: "id", type: .scalar(.uuid), presence: .required),
                PropertyPlan(
                    name: "color", wireName: "color", type: .named(name("Sink.Color")), presence: .defaulted(".red")),
            ])
    }

    private static var empty: ModelPlan {
        ModelPlan(name: name("Sink.Empty"), documentation: "No members at all.", properties: [])
    }

    private static var node: ModelPlan {
        ModelPlan(
            name: name("Sink.Node"), documentation: "Holds another of its own type.",
            properties: [
                PropertyPlan(
                    name: "next", wireName: "next", type: .indirect(.named(name("Sink.Node"))), presence: .optional),
                PropertyPlan(
                    name: "shape", wireName: "shape", type: .named(name("Sink.Shape")), presence: .optional),
            ])
    }

    private static var change: ModelPlan {
        ModelPlan(
            name: name("Sink.Change"), documentation: "Its payload is chosen by `change_type`.",
            properties: [
                PropertyPlan(
                    name: "payload", wireName: "payload", type: .named(name("Sink.ChangePayload")),
                    presence: .required, siblingDiscriminator: "change_type"),
                PropertyPlan(
                    name: "previous", wireName: "previous", type: .named(name("Sink.ChangePayload")),
                    presence: .optional, siblingDiscriminator: "previous_type"),
            ])
    }

    private static var failure: ModelPlan {
        ModelPlan(
            name: name("Sink.Failure"), documentation: "Something is wrong.",
            properties: [
                PropertyPlan(
                    name: "message", wireName: "message", documentation: "For people.", type: .scalar(.string),
                    presence: .required)
            ], isError: true)
    }

    // MARK: Enumerations and unions

    private static var choices: FilePlan {
        FilePlan(
            path: "Choices.swift", origins: ["spec/sink/choices.yaml"], imports: ["TollgateCore"],
            declarations: [
                .openEnum(
                    EnumPlan(
                        name: name("Sink.Color"), documentation: "Of a line.", raw: .string,
                        cases: [
                            .init(name: "red", literal: "\"red\""), .init(name: "`default`", literal: "\"default\""),
                            .init(name: "strange", literal: SwiftText.stringLiteral(hostile)),
                        ])),
                .openEnum(
                    EnumPlan(
                        name: name("Sink.Level"), documentation: "", raw: .int,
                        cases: [.init(name: "_1", literal: "1"), .init(name: "minus2", literal: "-2")],
                        unrecognizedCase: "other")),
                .union(shape), .union(payload), .union(loose),
            ])
    }

    private static var shape: UnionPlan {
        UnionPlan(
            name: name("Sink.Shape"), documentation: "Chosen by a member of its own.",
            choice: .discriminator(wireName: "kind"),
            variants: [
                .init(
                    caseName: "presences", documentation: "With everything.", type: .named(name("Sink.Presences")),
                    values: ["presences"]),
                .init(
                    caseName: "node", type: .indirect(.named(name("Sink.Node"))), values: ["node", "tree\"node"]),
            ])
    }

    private static var payload: UnionPlan {
        UnionPlan(
            name: name("Sink.ChangePayload"), documentation: "", choice: .sibling(wireName: "change_type"),
            variants: [
                .init(caseName: "line", type: .named(name("Sink.Presences.Line")), values: ["line.added"]),
                .init(caseName: "failure", type: .named(name("Sink.Failure")), values: ["failed"]),
            ])
    }

    private static var loose: UnionPlan {
        UnionPlan(
            name: name("Sink.Loose"), documentation: "Told apart by shape.", choice: .structure,
            variants: [
                .init(caseName: "text", type: .scalar(.string), jsonKind: "string"),
                .init(caseName: "flag", type: .scalar(.bool), jsonKind: "boolean"),
                .init(
                    caseName: "line", type: .named(name("Sink.Presences.Line")), jsonKind: "object",
                    requiredMembers: ["id"]),
                .init(
                    caseName: "presences", type: .named(name("Sink.Presences")), jsonKind: "object",
                    requiredMembers: ["a_long_member_name", "another_long_member_name", hostile]),
                .init(caseName: "levels", type: .array(.named(name("Sink.Level"))), jsonKind: "array"),
                .init(caseName: "any", type: .named(name("Sink.Node"))),
            ])
    }
}
