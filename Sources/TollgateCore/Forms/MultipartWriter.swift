/// An object that is sent as `multipart/form-data`: reads as a model does, with files among its members.
public protocol MultipartModel: Sendable {
    /// Writes the members, each as one part or several.
    func write(to form: inout MultipartWriter)
}

/// Writes a body of the form `multipart/form-data` (RFC 7578), part by part.
///
/// Files are not read before the body is sent.
public struct MultipartWriter: Sendable {
    /// What stands between the parts.
    public let boundary: String
    /// The header fields and the short parts since the last file.
    private var text: [UInt8] = []
    private var pieces: [HTTPBody] = []
    /// The media types of parts that are no files, by their names.
    var contentTypes: [String: String] = [:]
    /// The first part that cannot be sent, in words.
    private(set) var problem: String?

    /// Begins a body with a boundary of 128 random bits, so that no content contains it.
    public init() {
        var generator = SystemRandomNumberGenerator()
        self.init(using: &generator)
    }

    /// Begins a body with a boundary of 128 bits from a generator.
    public init(using generator: inout some RandomNumberGenerator) {
        let digits = (0..<16).flatMap { _ in
            let byte = UInt8.random(in: 0...255, using: &generator)
            return [HexDigits.lowercase(byte >> 4), HexDigits.lowercase(byte & 15)]
        }
        boundary = "tollgate-" + String(decoding: digits, as: UTF8.self)
    }

    /// The value of the field `Content-Type`.
    public var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    /// Adds a member, unless it is nil: a scalar as text, an array as one part for each element, an object as JSON.
    public mutating func write(_ name: StaticString, _ value: (some JSONConvertible)?) {
        guard let value, let json = try? JSONElement(parsing: value.jsonBytes()) else { return }
        for element in (try? json.elements()).map(Array.init) ?? [json] {
            if let text = element.scalarText {
                begin(name)
                add(text)
            } else if let value = try? JSONValue(json: element) {
                begin(name, contentType: "application/json")
                text += value.jsonBytes()
            }
            add("\r\n")
        }
    }

    /// Adds a file, unless it is nil.
    public mutating func write(_ name: StaticString, _ file: UploadedFile?) {
        guard let file else { return }
        begin(name, fileName: file.name, contentType: file.contentType)
        if let bytes = file.body.bytes {
            text += bytes
        } else {
            pieces += [HTTPBody(text), file.body]
            text = []
        }
        add("\r\n")
    }

    /// Adds files, one part for each.
    public mutating func write(_ name: StaticString, _ files: [UploadedFile]?) {
        for file in files ?? [] { write(name, file) }
    }

    /// The body with the parts so far.
    ///
    /// Its length is known when all files' lengths are; it can be sent again when all files can.
    public var body: HTTPBody {
        HTTPBody(joining: pieces + [HTTPBody(text + "--\(boundary)--\r\n".utf8)])
    }

    private mutating func begin(_ name: StaticString, fileName: String? = nil, contentType: String? = nil) {
        add("--\(boundary)\r\nContent-Disposition: form-data; name=\"\("\(name)".quotedParameter)\"")
        if let fileName { add("; filename=\"\(fileName.quotedParameter)\"") }
        if let contentType = (fileName == nil ? contentTypes["\(name)"] : nil) ?? contentType {
            if contentType.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
                problem = problem ?? "the media type of \"\(name)\" has a control character"
            }
            add("\r\nContent-Type: \(contentType)")
        }
        add("\r\n\r\n")
    }

    private mutating func add(_ string: String) {
        text += string.utf8
    }
}

extension String {
    /// As browsers write the names of fields and files: quotes and line breaks percent-encoded, all else as it is.
    fileprivate var quotedParameter: String {
        guard utf8.contains(where: { $0 == 0x22 || $0 == 0x0D || $0 == 0x0A }) else { return self }
        var bytes: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case 0x22, 0x0D, 0x0A: bytes.append(percentEncoded: byte)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
