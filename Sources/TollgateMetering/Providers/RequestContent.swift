import Foundation
import TollgateCore

/// What a request says, wherever it says it: in its path, its query, its JSON or its form.
struct RequestContent {
    private let path: [Substring]
    private let query: [URLQueryItem]
    let json: JSONElement?
    private let form: FormContent?

    init(_ request: HTTPRequest, body: RequestBytes) {
        let parts = (request.path ?? "").split(separator: "?", maxSplits: 1)
        path = parts.first?.split(separator: "/") ?? []
        query = parts.count < 2 ? [] : URLComponents(string: "?\(parts[1])")?.queryItems ?? []
        let type = request.headerFields[.contentType] ?? ""
        form = FormContent(body, contentType: type)
        json = form == nil && body.isWhole ? try? JSONElement(parsing: body.head) : nil
    }

    /// An argument that is a text, or can be one.
    subscript(name: String) -> String? {
        let element = json?[name]
        let scalar = element?.text ?? element.flatMap { (try? $0.bool()).map { "\($0)" } }
        return scalar ?? form?.text(name) ?? query.last { $0.name == name }?.value
    }

    func number(_ name: String) -> Int? {
        json?[name]?.count ?? self[name].flatMap { Int($0) }
    }

    /// How many characters, which is how many code points, an argument has.
    func characters(_ name: String) -> Int? {
        self[name]?.unicodeScalars.count
    }

    /// Whether a stream is asked for.
    var isForStream: Bool { self["stream"] == "true" || path.contains("stream") }

    func component(after name: Substring) -> String? {
        guard let index = path.lastIndex(of: name), index + 1 < path.count else { return nil }
        return path[index + 1].removingPercentEncoding
    }

    /// How long a recording is: what its header says if it is in WAV, or as many bytes a second as are given.
    func recordingSeconds(_ name: String, bytesPerSecond: Double? = nil) -> Double? {
        guard let file = form?.part(name) else { return nil }
        if let bytesPerSecond { return file.isWhole ? Double(file.bytes.count) / bytesPerSecond : nil }
        return WAVHeader(file.bytes)?.seconds
    }
}

/// The bytes of a request's body, as far as they are kept: all of a body in memory, and the ends of one that is streamed.
struct RequestBytes: Sendable {
    /// The first bytes, or all.
    var head: [UInt8] = []
    /// The last bytes of a body that is longer than the head.
    var tail: [UInt8] = []
    var isWhole = true
}

/// A body of the form `multipart/form-data`.
private struct FormContent {
    private let body: RequestBytes
    private let boundary: ByteMark

    /// Nil if it is something else.
    init?(_ body: RequestBytes, contentType: String) {
        guard contentType.lowercased().hasPrefix("multipart/form-data"),
            let parameter = contentType.range(of: "boundary=", options: .caseInsensitive)
        else { return nil }
        let value = contentType[parameter.upperBound...]
        let boundary = value.first == "\"" ? value.dropFirst().prefix { $0 != "\"" } : value.prefix { $0 != ";" }
        self.body = body
        self.boundary = ByteMark("\r\n--\(boundary)")
    }

    func text(_ name: String) -> String? {
        part(name).flatMap { $0.isWhole ? String(validating: $0.bytes, as: UTF8.self) : nil }
    }

    func part(_ name: String) -> (bytes: ArraySlice<UInt8>, isWhole: Bool)? {
        part(name, in: body.head) ?? part(name, in: body.tail)
    }

    private func part(_ name: String, in bytes: [UInt8]) -> (bytes: ArraySlice<UInt8>, isWhole: Bool)? {
        // With the space before it, it is not the end of `filename="…"`.
        guard let mark = ByteMark(" name=\"\(name)\"").offset(in: bytes),
            let head = ByteMark("\r\n\r\n").offset(in: bytes, from: mark)
        else { return nil }
        let end = boundary.offset(in: bytes, from: head + 4)
        return (bytes[(head + 4)..<(end ?? bytes.count)], end != nil)
    }
}

/// The header of a recording in WAV.
private struct WAVHeader {
    let seconds: Double

    init?(_ bytes: ArraySlice<UInt8>) {
        func number(_ offset: Int, _ size: Int) -> Int? {
            guard offset + size <= bytes.endIndex else { return nil }
            return (0..<size).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        }
        guard bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WAVE".utf8) else { return nil }
        var offset = bytes.startIndex + 12
        var format: (rate: Int, frame: Int)?
        while let size = number(offset + 4, 4) {
            let name = bytes[offset..<offset + 4]
            if name.elementsEqual("fmt ".utf8), let rate = number(offset + 12, 4), let frame = number(offset + 20, 2) {
                format = (rate, frame)
            } else if name.elementsEqual("data".utf8) {
                guard let format, format.rate > 0, format.frame > 0, size < .max >> 32 else { return nil }
                seconds = Double(size / format.frame) / Double(format.rate)
                return
            }
            offset += 8 + size + size % 2
        }
        return nil
    }
}

// MARK: - Reading leniently

extension JSONElement {
    /// The text, if it is one.
    var text: String? { try? string() }

    /// The number, if it is one of something.
    var count: Int? { (try? int()).flatMap { $0 >= 0 ? $0 : nil } }

    /// A length of time, which older answers have as a text.
    var seconds: Double? {
        ((try? double()) ?? text.flatMap { Double($0) }).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    }
}
