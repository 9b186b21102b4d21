// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// The generator. No product names it, so that nobody who imports the SDK sees libyaml.
let generator: [Target] = [
    .systemLibrary(
        name: "LibYAML", path: "Generator/LibYAML", pkgConfig: "yaml-0.1",
        providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .target(name: "GeneratorDiagnostics", path: "Generator/Diagnostics", swiftSettings: settings),
    .target(
        name: "GeneratorYAML", dependencies: ["LibYAML", "GeneratorDiagnostics"], path: "Generator/YAML",
        swiftSettings: settings),
]

let tests: [Target] = [
    .testTarget(name: "YAMLTests", dependencies: ["GeneratorYAML", "GeneratorDiagnostics"], swiftSettings: settings)
]

let package = Package(
    name: "tollgate",
    platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
    targets: generator + tests
)
