// swift-tools-version: 6.2

import PackageDescription

// What a user of the SDK writes: it must build without libyaml, and isolated to the main actor by default.
let package = Package(
    name: "consumer",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "tollgate", path: "../..")],
    targets: [
        .executableTarget(
            name: "App",
            dependencies: [.product(name: "Tollgate", package: "tollgate")],
            swiftSettings: [.swiftLanguageMode(.v6), .defaultIsolation(MainActor.self)])
    ]
)
