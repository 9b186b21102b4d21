/// The library as services see it.
enum Library {
    static let version = "0.1.0"
    static let userAgent = "tollgate-swift/\(version)"
}
