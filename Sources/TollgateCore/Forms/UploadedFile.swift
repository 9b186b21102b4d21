import Foundation

/// A file to send as part of a form: its name, its media type and its contents.
public struct UploadedFile: Sendable {
    /// The name that the service is told, without directories. Many services tell the kind of a file by it.
    public var name: String
    /// The media type, `audio/mpeg`.
    public var contentType: String
    public var body: HTTPBody

    /// - Parameters:
    ///   - name: The name that the service is told: `talk.mp3`.
    ///   - contentType: The media type; nil for the one that is usual for the name's extension.
    ///   - body: The contents.
    public init(name: String, contentType: String? = nil, body: HTTPBody) {
        self.name = name
        self.contentType = contentType ?? Self.mediaType(ofName: name)
        self.body = body
    }

    /// A file in memory.
    public init(name: String, contentType: String? = nil, _ bytes: [UInt8]) {
        self.init(name: name, contentType: contentType, body: HTTPBody(bytes))
    }

    /// A file on disk, which is read in chunks while it is sent.
    /// - Parameters:
    ///   - url: Where the file is.
    ///   - name: The name that the service is told; nil for its name on disk.
    ///   - contentType: The media type; nil for the one that is usual for the name's extension.
    /// - Throws: `CocoaError` if there is no such file, or it cannot be read.
    public init(contentsOf url: URL, name: String? = nil, contentType: String? = nil) throws {
        self.init(
            name: name ?? url.lastPathComponent, contentType: contentType, body: try HTTPBody(contentsOf: url))
    }

    private static let mediaTypes = [
        "aac": "audio/aac", "aif": "audio/aiff", "aiff": "audio/aiff", "csv": "text/csv", "flac": "audio/flac",
        "gif": "image/gif", "htm": "text/html", "html": "text/html", "jpeg": "image/jpeg", "jpg": "image/jpeg",
        "json": "application/json", "jsonl": "application/jsonl", "m4a": "audio/mp4", "mov": "video/quicktime",
        "mp3": "audio/mpeg", "mp4": "video/mp4", "mpeg": "audio/mpeg", "mpga": "audio/mpeg", "oga": "audio/ogg",
        "ogg": "audio/ogg", "opus": "audio/opus", "pdf": "application/pdf", "png": "image/png", "txt": "text/plain",
        "wav": "audio/wav", "webm": "audio/webm", "webp": "image/webp", "zip": "application/zip",
    ]

    private static func mediaType(ofName name: String) -> String {
        let ending = name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() }
        return ending.flatMap { mediaTypes[$0] } ?? "application/octet-stream"
    }
}

extension UploadedFile: CustomStringConvertible {
    /// Never the contents.
    public var description: String { "UploadedFile(\(name), \(contentType), \(body))" }
}
