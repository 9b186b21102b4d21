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
    .executableTarget(
        name: "tollgate",
        dependencies: [
            "GeneratorPipeline", "GeneratorPlan", "GeneratorOpenAPI", "GeneratorDiagnostics", "GeneratorEmit",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        path: "Generator/tollgate", swiftSettings: settings),
]

/// The fuzzer and the bare parse. It knows the generator alone, so that it builds quickly.
let tool = Target.executableTarget(
    name: "DocumentsTool",
    dependencies: [
        "LibYAML", "GeneratorDiagnostics", "GeneratorYAML", "GeneratorOpenAPI", "GeneratorPlan", "GeneratorEmit",
        "GeneratorPipeline",
    ],
    swiftSettings: settings)

let package = Package(
    name: "documents",
    platforms: [.macOS(.v15)],
    dependencies: [.package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")],
    targets: generator + [tool]
)
