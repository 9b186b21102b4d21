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
        name: "TollgateStoa",
        dependencies: [
            "TollgateCore", "TollgateTransport",
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "JWTKit", package: "jwt-kit"),
            .product(name: "Configuration", package: "swift-configuration"),
        ],
        swiftSettings: settings),
    .target(
        name: "TollgateVluna",
        dependencies: [
            "TollgateCore", "TollgateTransport",
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "Configuration", package: "swift-configuration"),
        ],
        swiftSettings: settings),
    .target(
        name: "TollgateTogo",
        dependencies: [
            "TollgateCore", "TollgateTransport",
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "Configuration", package: "swift-configuration"),
        ],
        swiftSettings: settings),
    .target(
        name: "TollgateAIKit",
        dependencies: [
            "TollgateCore", "TollgateTransport",
            .product(name: "Configuration", package: "swift-configuration"),
        ],
        swiftSettings: settings),
    .target(
        name: "TollgateStripe",
        dependencies: [
            "TollgateCore", "TollgateTransport",
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "Configuration", package: "swift-configuration"),
        ],
        swiftSettings: settings),
    .target(
        name: "TollgateProviders",
        dependencies: [
            "TollgateCore", "TollgateTransport",
            .product(name: "Configuration", package: "swift-configuration"),
        ],
        swiftSettings: settings),
    .target(
        name: "TollgateHummingbird",
        dependencies: ["TollgateTogo", "TollgateStripe", .product(name: "Hummingbird", package: "hummingbird")],
        swiftSettings: settings),
    .target(
        name: "Tollgate",
        dependencies: [
            "TollgateStoa", "TollgateVluna", "TollgateTogo", "TollgateAIKit", "TollgateStripe", "TollgateProviders",
        ],
        swiftSettings: settings),
]

let mock: [Target] = [
    .target(
        name: "TollgateMock",
        dependencies: [
            "TollgateStoa", "TollgateVluna", "TollgateTogo", "TollgateAIKit", "TollgateStripe", "TollgateProviders",
            .product(name: "Hummingbird", package: "hummingbird"),
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
    test(
        "TransportTests",
        [
            "TollgateTransport", "TollgateCore",
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
        ]),
    test("StoaTests", ["TollgateStoa"]),
    test("VlunaTests", ["TollgateVluna"]),
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
        "MockTests",
        [
            "TollgateMock", "TollgateStoa", "TollgateVluna", "TollgateTogo", "TollgateAIKit", "TollgateStripe",
            "TollgateProviders",
        ]),
    test(
        "QuickstartTests",
        [
            "Tollgate", "TollgateMock", "TollgateTransport",
            .product(name: "Configuration", package: "swift-configuration"),
        ]),
    test("FixtureTests", ["Tollgate", "TollgateMock"]),
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
        .library(name: "TollgateStoa", targets: ["TollgateStoa"]),
        .library(name: "TollgateVluna", targets: ["TollgateVluna"]),
        .library(name: "TollgateTogo", targets: ["TollgateTogo"]),
        .library(name: "TollgateAIKit", targets: ["TollgateAIKit"]),
        .library(name: "TollgateStripe", targets: ["TollgateStripe"]),
        .library(name: "TollgateProviders", targets: ["TollgateProviders"]),
        .library(name: "TollgateHummingbird", targets: ["TollgateHummingbird"]),
        .library(name: "TollgateMock", targets: ["TollgateMock"]),
        .executable(name: "tollgate-mock", targets: ["tollgate-mock"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: generator + sdk + mock + tests
)
