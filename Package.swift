// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Where calls travel by AsyncHTTPClient; elsewhere by URLSession.
let servers = TargetDependencyCondition.when(platforms: [.linux, .android])

/// The generator. No product names it, so that nobody who imports the SDK sees libyaml.
let generator: [Target] = [
    .systemLibrary(
        name: "LibYAML", path: "Generator/LibYAML", pkgConfig: "yaml-0.1",
        providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .target(name: "GeneratorDiagnostics", path: "Generator/Diagnostics", swiftSettings: settings),
    .target(
        name: "GeneratorYAML", dependencies: ["LibYAML", "GeneratorDiagnostics"], path: "Generator/YAML",
        swiftSettings: settings),
    .target(
        name: "GeneratorOpenAPI", dependencies: ["GeneratorYAML", "GeneratorDiagnostics"], path: "Generator/OpenAPI",
        swiftSettings: settings),
    .target(
        name: "GeneratorPlan", dependencies: ["GeneratorOpenAPI", "GeneratorYAML", "GeneratorDiagnostics"],
        path: "Generator/Plan", swiftSettings: settings),
    .target(
        name: "GeneratorEmit", dependencies: ["GeneratorPlan"], path: "Generator/Emit", swiftSettings: settings),
    .target(
        name: "GeneratorPipeline",
        dependencies: [
            "GeneratorDiagnostics", "GeneratorYAML", "GeneratorOpenAPI", "GeneratorPlan", "GeneratorEmit",
        ],
        path: "Generator/Pipeline", swiftSettings: settings),
    .executableTarget(
        name: "tollgate",
        dependencies: [
            "GeneratorPipeline", "GeneratorPlan", "GeneratorOpenAPI", "GeneratorDiagnostics",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        path: "Generator/tollgate", swiftSettings: settings),
]

let sdk: [Target] = [
    .target(
        name: "TollgateCore", dependencies: [.product(name: "HTTPTypes", package: "swift-http-types")],
        swiftSettings: settings),
    .target(
        name: "TollgateTransport",
        dependencies: [
            "TollgateCore",
            .product(name: "AsyncHTTPClient", package: "async-http-client", condition: servers),
            .product(name: "NIOCore", package: "swift-nio", condition: servers),
            .product(name: "NIOPosix", package: "swift-nio", condition: servers),
            .product(name: "NIOHTTP1", package: "swift-nio", condition: servers),
            .product(name: "NIOSSL", package: "swift-nio-ssl", condition: servers),
        ],
        swiftSettings: settings),
    .target(
        name: "TollgateObservability",
        dependencies: [
            "TollgateCore",
            .product(name: "Logging", package: "swift-log"),
            .product(name: "Metrics", package: "swift-metrics"),
            .product(name: "Tracing", package: "swift-distributed-tracing"),
        ],
        swiftSettings: settings),
    .target(
        name: "TollgateConfiguration",
        dependencies: [
            "TollgateCore", "TollgateObservability",
            .product(name: "Logging", package: "swift-log"),
            .product(name: "Configuration", package: "swift-configuration"),
        ],
        swiftSettings: settings),
    .target(
        name: "TollgateStoa",
        dependencies: [
            "TollgateCore", "TollgateTransport", "TollgateConfiguration",
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "JWTKit", package: "jwt-kit"),
            .product(name: "Configuration", package: "swift-configuration"),
        ],
        swiftSettings: settings),
    .target(
        name: "TollgateVluna",
        dependencies: [
            "TollgateCore", "TollgateTransport", "TollgateConfiguration",
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "Configuration", package: "swift-configuration"),
        ],
        swiftSettings: settings),
    .target(
        name: "TollgateTogo",
        dependencies: [
            "TollgateCore", "TollgateTransport", "TollgateConfiguration",
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "Configuration", package: "swift-configuration"),
        ],
        swiftSettings: settings),
    .target(
        name: "TollgateAIKit",
        dependencies: [
            "TollgateCore", "TollgateTransport", "TollgateConfiguration",
            .product(name: "Configuration", package: "swift-configuration"),
        ],
        swiftSettings: settings),
    .target(
        name: "TollgateStripe",
        dependencies: [
            "TollgateCore", "TollgateTransport", "TollgateConfiguration",
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "Configuration", package: "swift-configuration"),
        ],
        swiftSettings: settings),
    .target(
        name: "TollgateProviders",
        dependencies: [
            "TollgateCore", "TollgateTransport", "TollgateConfiguration",
            .product(name: "Configuration", package: "swift-configuration"),
        ],
        swiftSettings: settings),
    .target(
        name: "TollgateBackend",
        dependencies: ["TollgateCore", "TollgateStoa", "TollgateTogo", "TollgateAIKit", "TollgateStripe"],
        swiftSettings: settings),
    .target(
        name: "TollgateHummingbird",
        dependencies: [
            "TollgateBackend", "TollgateTogo", "TollgateStripe",
            .product(name: "Hummingbird", package: "hummingbird"),
        ],
        swiftSettings: settings),
    .target(
        name: "Tollgate",
        dependencies: [
            "TollgateTransport", "TollgateObservability", "TollgateMetering", "TollgateBackend", "TollgateStoa",
            "TollgateVluna", "TollgateTogo", "TollgateAIKit", "TollgateStripe", "TollgateProviders",
        ],
        swiftSettings: settings),
]

let metering: [Target] = [
    .target(
        name: "TollgateMetering",
        dependencies: [
            "TollgateCore", "TollgateStoa", "TollgateVluna", "TollgateTogo", "TollgateStripe", "TollgateProviders",
            "TollgateBackend",
            .product(name: "GRDB", package: "GRDB.swift"),
            .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            .product(name: "Logging", package: "swift-log"),
            .product(name: "Metrics", package: "swift-metrics"),
        ],
        swiftSettings: settings),
    // Without pkgConfig, so that nobody who does not use it hears of libpq.
    .systemLibrary(name: "CPostgres", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
    .target(
        name: "TollgatePostgres", dependencies: ["TollgateCore", "TollgateMetering", "TollgateBackend", "CPostgres"],
        swiftSettings: settings),
    .target(
        name: "TollgateMeterCommands",
        dependencies: [
            "TollgateCore", "TollgateMetering", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        swiftSettings: settings),
    .executableTarget(
        name: "tollgate-meter",
        dependencies: [
            "TollgateMeterCommands", "TollgateMetering",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        swiftSettings: settings),
    .executableTarget(
        name: "tollgate-meter-postgres",
        dependencies: [
            "TollgateMeterCommands", "TollgateMetering", "TollgatePostgres",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        swiftSettings: settings),
]

let mock: [Target] = [
    .target(
        name: "TollgateMockServer",
        dependencies: ["TollgateCore", .product(name: "Hummingbird", package: "hummingbird")],
        swiftSettings: settings),
    .target(
        name: "TollgateMockClient", dependencies: ["TollgateCore", "TollgateTransport"], swiftSettings: settings),
    .target(
        name: "TollgateMock",
        dependencies: [
            "TollgateMockServer", "TollgateMockClient", "TollgateTransport", "TollgateStoa", "TollgateVluna",
            "TollgateTogo", "TollgateAIKit", "TollgateStripe", "TollgateProviders",
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "JWTKit", package: "jwt-kit"),
        ],
        swiftSettings: settings),
    .executableTarget(
        name: "tollgate-mock",
        dependencies: ["TollgateMock", .product(name: "ArgumentParser", package: "swift-argument-parser")],
        swiftSettings: settings),
]

let tests: [Target] = [
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    // Listens to every test: a bundle holds them all.
    .target(name: "TestHooks", path: "Tests/TestHooks"),
    .target(
        name: "Overheard",
        dependencies: [
            "TestHooks", "TollgateObservability", "TollgateCore",
            .product(name: "Logging", package: "swift-log"),
            .product(name: "CoreMetrics", package: "swift-metrics"),
            .product(name: "Tracing", package: "swift-distributed-tracing"),
            .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
        ],
        path: "Tests/Overheard", swiftSettings: settings),
    test("YAMLTests", ["GeneratorYAML", "GeneratorDiagnostics"]),
    test("OpenAPITests", ["GeneratorOpenAPI", "GeneratorYAML", "GeneratorDiagnostics"]),
    test(
        "GeneratorTests",
        [
            "GeneratorPipeline", "GeneratorEmit", "GeneratorPlan", "GeneratorOpenAPI", "GeneratorYAML",
            "GeneratorDiagnostics",
        ]),
    test("EmittedTests", ["TollgateCore"]),
    test("CompiledCaseTests", ["TollgateCore"]),
    test("CoreTests", ["TollgateCore"]),
    .testTarget(
        name: "TransportTests",
        dependencies: [
            "TollgateTransport", "TollgateCore",
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
            .product(name: "NIOHTTP1", package: "swift-nio"),
            .product(name: "NIOHTTP2", package: "swift-nio-http2"),
            .product(name: "NIOSSL", package: "swift-nio-ssl"),
            .product(name: "X509", package: "swift-certificates"),
            .product(name: "SwiftASN1", package: "swift-asn1"),
            .product(name: "Crypto", package: "swift-crypto"),
        ],
        // The SDK does without URLSession on Linux; the tests do not.
        swiftSettings: settings + [.define("URLSESSION_TESTED_HERE", .when(platforms: [.linux]))]),
    .testTarget(
        name: "FaultTests",
        dependencies: [
            "Overheard", "TestSupport", "TollgateMock", "TollgateMockServer", "TollgateStoa", "TollgateVluna",
            "TollgateTogo", "TollgateAIKit", "TollgateStripe", "TollgateProviders", "TollgateObservability",
            "TollgateTransport", "TollgateCore",
            .product(name: "Logging", package: "swift-log"),
            .product(name: "InMemoryLogging", package: "swift-log"),
            .product(name: "MetricsTestKit", package: "swift-metrics"),
            .product(name: "Tracing", package: "swift-distributed-tracing"),
            .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
        ],
        exclude: ["README.md", "secrets", "secrets.txt"], swiftSettings: settings),
    test(
        "ObservabilityTests",
        [
            "TollgateObservability", "TollgateCore",
            .product(name: "Logging", package: "swift-log"),
            .product(name: "InMemoryLogging", package: "swift-log"),
            .product(name: "CoreMetrics", package: "swift-metrics"),
            .product(name: "MetricsTestKit", package: "swift-metrics"),
            .product(name: "Tracing", package: "swift-distributed-tracing"),
            .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
        ]),
    test(
        "StoaTests",
        [
            "TollgateStoa", .product(name: "Configuration", package: "swift-configuration"),
            .product(name: "Logging", package: "swift-log"),
        ]),
    test(
        "VlunaTests",
        [
            "TestSupport", "TollgateVluna", "TollgateMock", "TollgateMockServer", "TollgateMetering",
            "TollgateTransport",
            .product(name: "Configuration", package: "swift-configuration"),
        ]),
    test("AIKitTests", ["TollgateAIKit", .product(name: "Configuration", package: "swift-configuration")]),
    test(
        "StripeTests",
        [
            "TollgateStripe", "TollgateHummingbird",
            .product(name: "Configuration", package: "swift-configuration"),
            .product(name: "Hummingbird", package: "hummingbird"),
            .product(name: "HummingbirdTesting", package: "hummingbird"),
        ]),
    test(
        "TogoTests",
        [
            "TollgateTogo", "TollgateHummingbird",
            .product(name: "Configuration", package: "swift-configuration"),
            .product(name: "Hummingbird", package: "hummingbird"),
            .product(name: "HummingbirdTesting", package: "hummingbird"),
        ]),
    test(
        "BackendTests",
        [
            "TollgateBackend", "TollgateHummingbird", "TollgateMock", "TollgateMockServer", "TollgateStoa",
            "TollgateStripe", "TollgateTogo", "TollgateAIKit",
            .product(name: "Hummingbird", package: "hummingbird"),
            .product(name: "HummingbirdTesting", package: "hummingbird"),
        ]),
    .executableTarget(
        name: "meter-recorder",
        dependencies: [
            "TollgateMetering", "TollgatePostgres", "TollgateStoa", "TollgateStripe", "TollgateCore",
            .product(name: "Logging", package: "swift-log"),
        ],
        path: "Tests/MeterRecorder", swiftSettings: settings),
    test(
        "MeteringTests",
        [
            "meter-recorder", "tollgate-meter", "tollgate-meter-postgres", "TollgateMetering", "TollgatePostgres",
            "TollgateMock", "TollgateMockServer",
            "TollgateStoa", "TollgateVluna", "TollgateTogo", "TollgateStripe", "TollgateProviders", "TollgateBackend",
            "TollgateTransport", "TollgateCore",
            .product(name: "GRDB", package: "GRDB.swift"),
            .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            .product(name: "Logging", package: "swift-log"),
            .product(name: "InMemoryLogging", package: "swift-log"),
        ]),
    test(
        "MockTests",
        [
            "TollgateMockServer", "TollgateMock", "TollgateMockClient", "TollgateTransport", "TollgateStoa",
            "TollgateVluna", "TollgateTogo", "TollgateAIKit", "TollgateStripe", "TollgateProviders",
            .product(name: "Crypto", package: "swift-crypto"),
        ]),
    test(
        "QuickstartTests",
        [
            "Tollgate", "TollgateMock", "TollgateMockClient", "TollgateTransport", "TollgateHummingbird",
            "TollgatePostgres",
            .product(name: "Configuration", package: "swift-configuration"),
            .product(name: "Hummingbird", package: "hummingbird"),
            .product(name: "HummingbirdTesting", package: "hummingbird"),
            .product(name: "Logging", package: "swift-log"),
            .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        ]),
    test("FixtureTests", ["Tollgate", "TollgateMock", "TollgateMockClient"]),
    test("TidyTests", []),
]

func test(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "tollgate",
    platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
    products: [
        .library(name: "Tollgate", targets: ["Tollgate"]),
        .library(name: "TollgateCore", targets: ["TollgateCore"]),
        .library(name: "TollgateTransport", targets: ["TollgateTransport"]),
        .library(name: "TollgateObservability", targets: ["TollgateObservability"]),
        .library(name: "TollgateStoa", targets: ["TollgateStoa"]),
        .library(name: "TollgateVluna", targets: ["TollgateVluna"]),
        .library(name: "TollgateTogo", targets: ["TollgateTogo"]),
        .library(name: "TollgateAIKit", targets: ["TollgateAIKit"]),
        .library(name: "TollgateStripe", targets: ["TollgateStripe"]),
        .library(name: "TollgateProviders", targets: ["TollgateProviders"]),
        .library(name: "TollgateMetering", targets: ["TollgateMetering"]),
        .library(name: "TollgatePostgres", targets: ["TollgatePostgres"]),
        .library(name: "TollgateBackend", targets: ["TollgateBackend"]),
        .library(name: "TollgateHummingbird", targets: ["TollgateHummingbird"]),
        .library(name: "TollgateMockServer", targets: ["TollgateMockServer"]),
        .library(name: "TollgateMock", targets: ["TollgateMock"]),
        .library(name: "TollgateMockClient", targets: ["TollgateMockClient"]),
        .executable(name: "tollgate-mock", targets: ["tollgate-mock"]),
        .executable(name: "tollgate-meter", targets: ["tollgate-meter"]),
        .executable(name: "tollgate-meter-postgres", targets: ["tollgate-meter-postgres"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: generator + sdk + metering + mock + tests
)
