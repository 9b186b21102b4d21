/// The library as services see it.
enum Library {
    static let version = "0.1.0"

    /// Sent as `user-agent`: `tollgate-swift/0.1.0 (linux; x86_64)`.
    static let userAgent = "tollgate-swift/\(version) (\(platform); \(architecture))"

    private static var platform: String {
        #if os(Linux)
            "linux"
        #elseif os(macOS)
            "macos"
        #elseif os(iOS)
            "ios"
        #elseif os(tvOS)
            "tvos"
        #elseif os(watchOS)
            "watchos"
        #elseif os(visionOS)
            "visionos"
        #elseif os(Android)
            "android"
        #elseif os(Windows)
            "windows"
        #else
            "other"
        #endif
    }

    private static var architecture: String {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "arm64"
        #else
            "other"
        #endif
    }
}
