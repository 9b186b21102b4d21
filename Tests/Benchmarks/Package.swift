// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// The generator again: the root package exports none of it. `Generator` beside this file is a link to the root's.
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
]

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "tollgate", path: "../..")],
    targets: generator + [
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "LibYAML", "GeneratorYAML", "GeneratorOpenAPI", "GeneratorPlan", "GeneratorEmit", "GeneratorDiagnostics", .product(name: "TollgateStoa", package: "tollgate"),
                
            ],
            swiftSettings: settings)
    ]
)
