import Foundation

/// Silence in several forms, and how long a recording is.
enum Sound {
    /// How many characters are spoken in a second.
    private static let charactersPerSecond = 15.0
    /// How long a speech may become, in seconds, so that a long text does not fill the memory.
    private static let longest = 600.0

    /// How long it takes to speak a text, in seconds.
    static func duration(ofSpeaking text: String) -> Double {
        min(longest, Double(max(1, text.unicodeScalars.count)) / charactersPerSecond)
    }

    /// Silence.
    /// - Parameters:
    ///   - seconds: How long.
    ///   - format: `mp3`, `wav`, `pcm`, `ulaw`, `alaw`; anything else is bytes that stand for audio of 128 kbit/s.
    ///   - rate: The sample rate in Hz.
    /// - Returns: The bytes of the audio.
    static func silence(seconds: Double, format: String, rate: Int = 24_000) -> [UInt8] {
        switch format {
        case "mp3": mp3(seconds: seconds)
        case "wav": wav(seconds: seconds, rate: rate)
        case "pcm", "linear16": [UInt8](repeating: 0, count: Int(seconds * Double(rate)) * 2)
        case "ulaw", "mulaw": [UInt8](repeating: 0xFF, count: Int(seconds * Double(rate)))
        case "alaw": [UInt8](repeating: 0xD5, count: Int(seconds * Double(rate)))
        case "opus": Array("OggS".utf8) + [UInt8](repeating: 0, count: Int(seconds * 16_000))
        case "flac": Array("fLaC".utf8) + [UInt8](repeating: 0, count: Int(seconds * 16_000))
        default: [UInt8](repeating: 0, count: Int(seconds * 16_000))
        }
    }

    /// The media type of a form.
    static func mediaType(_ format: String) -> String {
        switch format {
        case "mp3": "audio/mpeg"
        case "wav": "audio/wav"
        case "opus": "audio/ogg"
        case "flac": "audio/flac"
        case "aac": "audio/aac"
        case "pcm", "linear16": "audio/pcm"
        case "ulaw", "mulaw": "audio/basic"
        default: "application/octet-stream"
        }
    }

    /// A recording in pieces, as it would be made.
    static func pieces(of bytes: [UInt8], size: Int = 4_096) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }

    /// Frames of 417 bytes and 1152 samples each: 128 kbit/s at 44.1 kHz.
    private static func mp3(seconds: Double) -> [UInt8] {
        let frame = [0xFF, 0xFB, 0x90, 0xC4] + [UInt8](repeating: 0, count: 413)
        return Array(repeatElement(frame, count: max(1, Int(seconds * 44_100 / 1_152))).joined())
    }

    private static func wav(seconds: Double, rate: Int) -> [UInt8] {
        let samples = silence(seconds: seconds, format: "pcm", rate: rate)
        func number(_ value: Int, bytes: Int) -> [UInt8] {
            (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        let head = Array("RIFF".utf8) + number(36 + samples.count, bytes: 4) + Array("WAVEfmt ".utf8)
        let format = number(16, bytes: 4) + number(1, bytes: 2) + number(1, bytes: 2) + number(rate, bytes: 4)
        let layout = number(rate * 2, bytes: 4) + number(2, bytes: 2) + number(16, bytes: 2)
        return head + format + layout + Array("data".utf8) + number(samples.count, bytes: 4) + samples
    }
}

/// A recording that somebody has sent.
struct Recording: Sendable {
    /// In seconds. What is no WAV counts as 128 kbit/s.
    let duration: Double
    let channels: Int

    init(_ bytes: [UInt8]) {
        func number(at position: Int, bytes count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
        }
        let isWAV = bytes.count >= 44 && bytes.starts(with: "RIFF".utf8) && bytes[8...].starts(with: "WAVEfmt ".utf8)
        let rate = isWAV ? number(at: 28, bytes: 4) : 0
        if rate > 0 {
            duration = Double(bytes.count - 44) / Double(rate)
            channels = max(1, number(at: 22, bytes: 2))
        } else {
            duration = Double(bytes.count) / 16_000
            channels = 1
        }
    }

    init(duration: Double) {
        self.duration = duration
        channels = 1
    }

    /// What is said in it.
    var transcript: String {
        let tenths = Int((duration * 10).rounded())
        return "This recording lasts \(tenths / 10).\(tenths % 10) seconds."
    }

    /// The words with their times, evenly spread.
    var words: [(text: String, start: Double, end: Double)] {
        let words = transcript.split(separator: " ").map(String.init)
        let length = duration / Double(words.count)
        return words.enumerated().map { ($1, Double($0) * length, Double($0 + 1) * length) }
    }
}
