import Foundation
import TollgateCore

/// One part of a body of the form `multipart/form-data`.
package struct FormPart: Sendable {
    package let name: String
    /// Nil for a part that is no file.
    package let fileName: String?
    /// Nil if the part does not say.
    let contentType: MediaType?
    package let bytes: [UInt8]

    /// Whether it is a file rather than a text or JSON.
    var isFile: Bool {
        if fileName != nil { return true }
        guard let contentType else { return false }
        return contentType.form == .bytes && !contentType.name.hasPrefix("text/")
    }
}

/// Reads a body of the form `multipart/form-data` as RFC 7578 and RFC 2046 describe it.
struct MultipartReader {
    /// A body that is not as it should be, as the rest of a sentence that begins with "The request body".
    struct Malformed: Error {
        let complaint: String
    }

    private let body: Data
    private let delimiter: Data

    /// - Parameters:
    ///   - body: The whole body.
    ///   - boundary: What stands between the parts, without the hyphens before it.
    init(_ body: [UInt8], boundary: String) {
        // A delimiter begins with the line break before it; the first one may stand at the very beginning.
        self.body = Data("\r\n".utf8) + Data(body)
        delimiter = Data("\r\n--\(boundary)".utf8)
    }

    /// The parts, in their order.
    func parts() throws(Malformed) -> [FormPart] {
        guard var delimiter = body.range(of: delimiter) else { throw Malformed(complaint: "has no boundary in it") }
        var parts: [FormPart] = []
        while true {
            let rest = body[delimiter.upperBound...]
            if rest.starts(with: "--".utf8) { return parts }
            // White space may follow a boundary.
            let start = rest.firstIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") } ?? rest.endIndex
            guard rest[start...].starts(with: "\r\n".utf8) else {
                throw Malformed(complaint: "has a boundary that is followed by something else than a line break")
            }
            // The line break may belong to the next delimiter, when a part has neither header fields nor contents.
            guard let next = body.range(of: self.delimiter, in: start..<body.endIndex) else {
                throw Malformed(complaint: "ends before the closing boundary")
            }
            parts.append(try part(body[start..<next.lowerBound]))
            delimiter = next
        }
    }

    /// Reads what is between two boundaries, from the first line break on.
    private func part(_ bytes: Data) throws(Malformed) -> FormPart {
        guard let blank = bytes.range(of: Data("\r\n\r\n".utf8)) else {
            throw Malformed(complaint: "has a part without a blank line after its header fields")
        }
        let fields = String(decoding: bytes[..<blank.lowerBound], as: UTF8.self).split(separator: "\r\n").map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (name: line[..<colon].lowercased(), value: line[colon...].dropFirst())
        }
        guard let text = fields.first(where: { $0.name == "content-disposition" })?.value else {
            throw Malformed(complaint: "has a part without Content-Disposition")
        }
        let disposition = MediaType(text)
        guard disposition.name == "form-data", let name = disposition["name"] else {
            throw Malformed(complaint: "has a part that is not called form-data with a name")
        }
        let contentType = fields.first { $0.name == "content-type" }?.value
        return FormPart(
            name: Self.unescaped(name), fileName: Self.fileName(disposition),
            contentType: contentType.map { MediaType($0) }, bytes: Array(bytes[blank.upperBound...]))
    }

    /// The extended form, `filename*=UTF-8''na%C3%AFve.txt`, goes before the plain one.
    private static func fileName(_ disposition: MediaType) -> String? {
        if let extended = disposition["filename*"], extended.lowercased().hasPrefix("utf-8'") {
            let encoded = extended.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false).last ?? ""
            return PercentEncoding.decode(encoded)
        }
        return disposition["filename"].map(unescaped)
    }

    /// Names are escaped as browsers do it: quotation marks and line breaks only.
    private static func unescaped(_ text: String) -> String {
        text.replacing("%22", with: "\"").replacing("%0D", with: "\r").replacing("%0A", with: "\n")
    }
}
