// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// The generator is no product of the root package, so it is built here once more, through a link to its folder.
let generator: [Target] = [
    .systemLibrary(name: "LibYAML", path: "Generator/LibYAML", pkgConfig: "yaml-0.1"),
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
]

let benchmarks = Target.executableTarget(
    name: "Benchmarks",
    dependencies: [
        "LibYAML", "GeneratorDiagnostics", "GeneratorYAML", "GeneratorOpenAPI", "GeneratorPlan", "GeneratorEmit",
        "GeneratorPipeline",
        .product(name: "TollgateStoa", package: "tollgate"),
        .product(name: "TollgateVluna", package: "tollgate"),
        .product(name: "TollgateCore", package: "tollgate"),
        .product(name: "TollgateProviders", package: "tollgate"),
        .product(name: "TollgateMetering", package: "tollgate"),
        .product(name: "TollgatePostgres", package: "tollgate"),
        .product(name: "TollgateMock", package: "tollgate"),
        .product(name: "TollgateMockClient", package: "tollgate"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOFoundationCompat", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
    ],
    swiftSettings: settings)

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "tollgate", path: "../.."),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: generator + [benchmarks]
)
