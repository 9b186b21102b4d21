import GeneratorPlan

extension SinkPlan {
    static var operations: FilePlan {
        FilePlan(
            path: "Operations.swift", origins: (1...9).map { "spec/sink/operations-\($0).yaml" },
            imports: ["Foundation", "TollgateCore"],
            declarations: [
                .group(
                    GroupPlan(
                        parent: "Sink.Client", typeName: "Orders", accessor: "orders",
                        documentation: "Orders of a shop.",
                        operations: [list, create, update, ping, discontinue, download])),
                .group(
                    GroupPlan(
                        parent: "Sink.Client.Orders", typeName: "Lines", accessor: "lines", documentation: "",
                        operations: [replace])),
            ])
    }

    private static var list: OperationPlan {
        var plan = OperationPlan(
            key: "sink.listOrders", methodName: "list", endpointName: "listEndpoint", httpMethod: "get",
            path: "/shops/{shop}/orders")
        plan.summary = "Lists the orders of a shop."
        plan.documentation = """
            Newest first. This sentence is long enough that it has to be broken, because a line of the source must not \
            be longer than one hundred and twenty columns.

            - an item that is long enough to be broken as well, with the second line indented below the text of the item
            - Throws: nothing, it only says so
            """
        plan.arguments = [
            ArgumentPlan(name: "shop", type: .scalar(.string), isOptional: false, documentation: "Id of the shop."),
            ArgumentPlan(
                name: "colors", type: .array(.named(name("Sink.Color"))), isOptional: true,
                documentation: "Only these."),
            ArgumentPlan(
                name: "limit", type: .scalar(.int), isOptional: true, defaultValue: "20",
                documentation:
                    "At most so many, 1 to 100. There is more to say about this number than fits on one line of it."),
            ArgumentPlan(name: "cursor", type: .scalar(.string), isOptional: true, documentation: "Where to go on."),
            ArgumentPlan(label: "in", name: "`in`", type: .scalar(.string), isOptional: true),
        ]
        plan.parameters = [
            ParameterPlan(place: .path, wireName: "shop", argument: "shop"),
            ParameterPlan(place: .query, wireName: "colors", argument: "colors", form: .query(.commas)),
            ParameterPlan(place: .query, wireName: "limit", argument: "limit"),
            ParameterPlan(place: .query, wireName: "cursor", argument: "cursor"),
            ParameterPlan(place: .header, wireName: "X-In", argument: "`in`"),
        ]
        plan.success = .json(.array(.named(name("Sink.Presences"))))
        plan.paging = PagingPlan(
            methodName: "all", cursor: .argument("cursor"), page: .array(.named(name("Sink.Presences"))),
            item: .named(name("Sink.Presences")), itemsExpression: "$0", nextExpression: "$0.last?.note")
        return plan
    }

    private static var create: OperationPlan {
        var plan = OperationPlan(
            key: "sink.createOrder", methodName: "create", endpointName: "createEndpoint", httpMethod: "post",
            path: "/orders")
        plan.summary = "Orders something."
        plan.arguments = [
            ArgumentPlan(name: "id", type: .scalar(.uuid), isOptional: false, documentation: "Of the line."),
            ArgumentPlan(
                name: "color", type: .named(name("Sink.Color")), isOptional: true, defaultValue: ".red",
                documentation: ""),
        ]
        plan.body = BodyPlan(
            .flattened(model: name("Sink.Presences.Line"), arguments: [("id", "id"), ("color", "color")]), as: .json())
        plan.success = .payload(
            envelope: .named(name("Sink.Presences")), member: "lines",
            type: .array(.named(name("Sink.Presences.Line"))), carried: [])
        plan.idempotencyHeader = "Idempotency-Key"
        plan.errors = [
            ErrorPlan(status: .code(402), type: name("Sink.Failure"), documentation: "The balance is used up."),
            ErrorPlan(status: .range(5), type: name("Sink.Failure"), documentation: ""),
            ErrorPlan(status: .default, type: name("Sink.Failure"), documentation: "Anything else."),
        ]
        return plan
    }

    private static var update: OperationPlan {
        var plan = OperationPlan(
            key: "sink.updateOrder", methodName: "update", endpointName: "updateEndpoint", httpMethod: "patch",
            path: "/orders")
        plan.summary = "Changes an order."
        plan.arguments = [
            ArgumentPlan(name: "client", type: .scalar(.string), isOptional: false),
            ArgumentPlan(name: "json", type: .scalar(.string), isOptional: false),
            ArgumentPlan(name: "`default`", type: .scalar(.int), isOptional: true, defaultValue: "20"),
            ArgumentPlan(name: "note", type: .scalar(.string), isOptional: true),
            ArgumentPlan(name: "color", type: .named(name("Sink.Color")), isOptional: true, isPatch: true),
        ]
        plan.body = BodyPlan(
            .flattened(
                model: name("Sink.Presences"),
                arguments: [
                    ("json", "json"), ("`default`", "`default`"), ("text", "client"), ("note", "note"),
                    ("color", "color"),
                ]),
            as: .json())
        plan.success = .payload(
            envelope: .named(name("Sink.Node")), member: "next", type: .optional(.named(name("Sink.Node"))),
            carried: ["shape"])
        plan.errors = [ErrorPlan(status: .code(409), type: name("Sink.Failure"), documentation: hostile)]
        return plan
    }

    private static var ping: OperationPlan {
        var plan = OperationPlan(
            key: "sink.ping", methodName: "ping", endpointName: "pingEndpoint", httpMethod: "get", path: "/ping")
        plan.summary = "Answers."
        return plan
    }

    private static var discontinue: OperationPlan {
        var plan = OperationPlan(
            key: "sink.discontinue", methodName: "discontinue", endpointName: "discontinueEndpoint",
            httpMethod: "delete",
            path: "/orders")
        plan.summary = "Is not to be called any more."
        plan.isDeprecated = true
        return plan
    }

    private static var download: OperationPlan {
        var plan = OperationPlan(
            key: "sink.download", methodName: "download", endpointName: "downloadEndpoint", httpMethod: "post",
            path: "/download")
        plan.arguments = [ArgumentPlan(label: "_", name: "body", type: .custom("HTTPBody"), isOptional: false)]
        plan.body = BodyPlan(.argument("body"), as: .bytes(contentType: #""application/octet-stream""#))
        plan.success = .body(accept: nil)
        return plan
    }

    private static var replace: OperationPlan {
        var plan = OperationPlan(
            key: "sink.replaceLine", methodName: "replace", endpointName: "replaceEndpoint", httpMethod: "put",
            path: "/lines")
        plan.summary =
            "Puts a line in the place of another, and says by a long summary that summaries are broken as well."
        plan.arguments = [
            ArgumentPlan(
                label: "_", name: "body", type: .named(name("Sink.Presences.Line")), isOptional: true,
                documentation: "The new one.")
        ]
        plan.body = BodyPlan(.argument("body"), as: .json())
        plan.success = .payload(
            envelope: .named(name("Sink.Node")), member: "shape", type: .optional(.named(name("Sink.Shape"))),
            carried: [])
        return plan
    }
}

/// The mock's part of the plan.
enum SinkMockPlan {
    private static let long = "pingWithAVeryLongNameThatIsBroken"

    static var plan: MockPlan {
        var service = MockServicePlan(service: "sink", typeStem: "Sink", origins: ["spec/sink/openapi.yaml"])
        service.operations = [
            MockOperationPlan(name: "createOrder", key: "sink.createOrder", documentation: "Orders something."),
            MockOperationPlan(
                name: long, key: "sink.\(long)",
                documentation: "Answers, and has a name that is long enough to need lines of its own."),
        ]
        let ping = RoutePlan(
            operation: long, surface: "Sink.Client.WithALongName", method: "GET", path: "/v1/ping",
            place: "spec/sink/orders.yaml#/paths/~1ping/get", security: [])
        service.groups = [
            RouteGroupPlan(name: "Orders", tag: "orders", origins: ["spec/sink/orders.yaml"], routes: [create, ping])
        ]
        service.parameters = [
            (
                "sinkOrder",
                RoutePlan.Parameter(
                    place: "path", name: "order", isRequired: true, schema: #"{"type":"string"}"#, style: "simple",
                    explode: false)
            )
        ]
        service.replies = [("sinkGone", RoutePlan.Reply(status: 410, contentType: nil, schema: nil, example: nil))]
        service.schemas = [
            (
                "Line",
                #"{"type":"object","required":["id"],"properties":{"id":{"type":"string","format":"uuid"},"#
                    + #""color":{"enum":["red","default"]}}}"#
            ),
            ("Anything", "true"),
        ]
        service.lines = [("spec/sink/orders.yaml", #"{"components":{"schemas":{"Line":12}}}"#)]
        service.schemaPlaces = [("Anything", "spec/sink/orders.yaml#/components/schemas/Line/properties/any")]
        return MockPlan(module: "SinkMock", services: [service])
    }

    private static var create: RoutePlan {
        var route = RoutePlan(
            operation: "createOrder", surface: "Sink.Client", method: "POST", path: "/v1/orders/{order}",
            place: "spec/sink/orders.yaml#/paths/~1orders~1{order}/post", security: [["realm", "key"], []])
        route.parameters = [
            .shared("sinkOrder"),
            .own(
                RoutePlan.Parameter(
                    place: "query", name: "limit", isRequired: false, schema: #"{"type":"integer"}"#, style: "form",
                    explode: true)),
        ]
        route.body = RoutePlan.Body(
            isRequired: true, content: [("application/json", ##"{"$ref":"#/Line"}"##), ("text/plain", "true")])
        route.replies = [
            .own(
                RoutePlan.Reply(
                    status: 201, contentType: "application/json", schema: #"{"type":"string"}"#,
                    example: #""1""#)),
            .own(RoutePlan.Reply(status: 402, contentType: "application/json", schema: "true", example: nil)),
            .own(RoutePlan.Reply(status: 204, contentType: nil, schema: nil, example: nil)),
            .shared("sinkGone"),
        ]
        route.streams = [
            RoutePlan.Stream(
                status: 200, contentType: "text/event-stream", schema: #"{"type":"object"}"#, end: "[DONE]",
                events: ["1"])
        ]
        return route
    }
}
