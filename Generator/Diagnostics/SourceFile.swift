import Foundation
import Synchronization

/// A text file that diagnostics can point into: the path as the user sees it, and the bytes for the source listing.
///
/// Two source files are equal when their paths are.
public final class SourceFile: Sendable, Hashable {
    /// The three bytes that some editors put before UTF-8; they belong to no line.
    public static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The path that diagnostics print.
    public let path: String
    /// The file's content, exactly as read.
    public let bytes: [UInt8]
    /// Byte offsets of the starts of all lines, found when the first listing is printed.
    private let lineStarts = Mutex<[Int]?>(nil)

    /// Makes a source file.
    ///
    /// - Parameters:
    ///   - path: the path that diagnostics print, see ``displayPath(of:workingDirectory:)``.
    ///   - bytes: the content; empty if it is not known.
    public init(path: String, bytes: [UInt8] = []) {
        self.path = path
        self.bytes = bytes
    }

    public static func == (left: SourceFile, right: SourceFile) -> Bool {
        left === right || left.path == right.path
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(path)
    }

    /// The text of a line, counted from 1, without its line break; nil if the file has no such line.
    public func line(_ number: Int) -> String? {
        range(ofLine: number).map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    /// The part of a line that is worth printing: all of a line of usual length, else some columns around one of them.
    ///
    /// A file may be one line of megabytes, and have many complaints: the line is not copied.
    func excerpt(ofLine number: Int, around column: Int, columnsBefore: Int, mostColumns: Int) -> LineExcerpt? {
        guard let line = range(ofLine: number) else { return nil }
        if line.count <= mostColumns { return LineExcerpt(bytes[line], start: 0) }
        var place = LinePlace(bytes: bytes, line: line)
        place.advance(column + mostColumns - columnsBefore)
        place.retreat(mostColumns)
        let first = place
        // Near the beginning, there is more to see behind the caret.
        place.advance(mostColumns)
        return LineExcerpt(
            bytes[first.offset..<place.offset], start: first.column, isCutAfter: place.offset < line.upperBound)
    }

    private func range(ofLine number: Int) -> Range<Int>? {
        let starts = lineStarts.withLock { known in
            let starts = known ?? Self.findLineStarts(bytes)
            known = starts
            return starts
        }
        guard number >= 1, number <= starts.count else { return nil }
        var end = number < starts.count ? starts[number] : bytes.count
        let start = starts[number - 1]
        while end > start, bytes[end - 1] == UInt8(ascii: "\n") || bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return start..<end
    }

    private static func findLineStarts(_ bytes: [UInt8]) -> [Int] {
        var starts = [bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0]
        for (index, byte) in bytes.enumerated() {
            let endsLine =
                byte == UInt8(ascii: "\n")
                || byte == UInt8(ascii: "\r") && (index + 1 == bytes.count || bytes[index + 1] != UInt8(ascii: "\n"))
            if endsLine { starts.append(index + 1) }
        }
        return starts
    }

    /// The path to show for a file.
    ///
    /// - Parameters:
    ///   - path: a path, absolute or relative to the working directory.
    ///   - workingDirectory: an absolute path; the process's own by default.
    /// - Returns: the path relative to the working directory when the file is inside it, else the absolute path.
    public static func displayPath(
        of path: String, workingDirectory: String = FileManager.default.currentDirectoryPath
    ) -> String {
        let base = URL(filePath: workingDirectory, directoryHint: .isDirectory).standardizedFileURL
        let file = URL(filePath: path, relativeTo: base).standardizedFileURL
        let baseParts = base.pathComponents
        let fileParts = file.pathComponents
        guard fileParts.count > baseParts.count, fileParts.starts(with: baseParts) else {
            return file.path(percentEncoded: false)
        }
        return fileParts.dropFirst(baseParts.count).joined(separator: "/")
    }
}

/// A part of a line.
struct LineExcerpt {
    let scalars: [Unicode.Scalar]
    /// The column of the first one, counted from 0.
    let start: Int
    let isCutAfter: Bool

    fileprivate init(_ bytes: ArraySlice<UInt8>, start: Int, isCutAfter: Bool = false) {
        scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
        self.start = start
        self.isCutAfter = isCutAfter
    }
}

/// A place in a line, in bytes and in columns.
private struct LinePlace {
    private let bytes: [UInt8]
    private let line: Range<Int>
    private(set) var offset: Int
    private(set) var column = 0

    init(bytes: [UInt8], line: Range<Int>) {
        self.bytes = bytes
        self.line = line
        offset = line.lowerBound
    }

    /// Goes on by so many scalars, or to the end of the line.
    mutating func advance(_ count: Int) {
        let target = column + count
        bytes.withUnsafeBufferPointer { bytes in
            // Long ways in strides, of which only the beginnings of scalars are counted.
            let stride = 4096
            while target - column > stride, offset + stride < line.upperBound {
                var starts = 0
                for index in offset..<offset + stride where bytes[index] & 0xC0 != 0x80 { starts += 1 }
                offset += stride
                column += starts
            }
            while offset < line.upperBound, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
            while column < target, offset < line.upperBound {
                offset += 1
                while offset < line.upperBound, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
                column += 1
            }
        }
    }

    /// Goes back by so many scalars, or to the beginning of the line.
    mutating func retreat(_ count: Int) {
        let target = max(0, column - count)
        while column > target, offset > line.lowerBound {
            offset -= 1
            while offset > line.lowerBound, bytes[offset] & 0xC0 == 0x80 { offset -= 1 }
            column -= 1
        }
    }
}

/// A place in a source file.
public struct SourceLocation: Sendable, Hashable, Comparable {
    /// The file.
    public var file: SourceFile
    /// The line, counted from 1.
    public var line: Int
    /// The column, counted from 1 in Unicode scalars.
    public var column: Int
    /// The number of Unicode scalars to underline, at least 1.
    public var length: Int

    /// Makes a location. Line and column count from 1, column and length in Unicode scalars.
    public init(file: SourceFile, line: Int, column: Int, length: Int = 1) {
        self.file = file
        self.line = line
        self.column = column
        self.length = length
    }

    /// Orders by path, line and column.
    public static func < (left: SourceLocation, right: SourceLocation) -> Bool {
        if left.file != right.file { return left.file.path < right.file.path }
        return (left.line, left.column, left.length) < (right.line, right.column, right.length)
    }
}

extension SourceLocation: CustomStringConvertible {
    /// `path:line:column`
    public var description: String { "\(file.path):\(line):\(column)" }
}
