import Crypto
import Foundation
import TollgateCore

extension TogoBilling.APIKey {
    /// Makes a key that nobody has had before.
    ///
    /// - Parameters:
    ///   - userID: Whose key it is.
    ///   - name: What the owner calls the key.
    ///   - scopes: What the key is for.
    ///   - quota: The most tokens that the key may be used for, read and written together; 0 for no limit.
    ///   - time: When it is made.
    /// - Returns: The key's record, and its plaintext. Show the plaintext to the owner this once, and keep
    ///   ``TogoBilling/SecretHash`` of it only.
    public static func generate(
        userID: String, name: String, scopes: TogoBilling.Scopes = [], quota: Int64 = 0, at time: Date = Date()
    ) -> (key: Self, secret: String) {
        let secret = "togo_" + randomDigits(bytes: 32)
        let key = Self(
            id: "key_" + randomDigits(bytes: 8), userID: userID, name: name, prefix: prefix(of: secret),
            scopes: scopes, quota: quota, createdAt: .init(time), lastUsedAt: .never, revokedAt: .never)
        return (key, secret)
    }

    /// The start of a plaintext, which may be shown and stored: `togo_` and 12 of the 64 hexadecimal digits.
    public static func prefix(of secret: String) -> String {
        String(secret.prefix(17))
    }

    /// Whether nobody can use the key any more.
    public var isRevoked: Bool { !revokedAt.isNever }

    /// From the system's cryptographic source.
    private static func randomDigits(bytes: Int) -> String {
        SymmetricKey(size: .init(bitCount: bytes * 8)).withUnsafeBytes { $0.hexadecimal }
    }
}

extension TogoBilling {
    /// The SHA-256 hash of a key's plaintext: all that a server keeps of it.
    ///
    /// A plaintext has 256 random bits, so that a plain hash of it cannot be guessed back.
    public struct SecretHash: Sendable {
        private let bytes: [UInt8]

        /// The hash of a plaintext.
        public init(of secret: String) {
            bytes = Array(SHA256.hash(data: Data(secret.utf8)))
        }

        /// A hash that was stored as ``hexadecimal``; nil if the text is not 64 hexadecimal digits.
        public init?(hexadecimal: String) {
            let digits = hexadecimal.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            guard digits.count == 64, hexadecimal.utf8.count == 64 else { return nil }
            bytes = stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        }

        /// 64 lower-case hexadecimal digits, to be stored.
        public var hexadecimal: String { bytes.hexadecimal }

        /// Whether it is the hash of this plaintext. Takes the same time wherever a difference is.
        public func matches(_ secret: String) -> Bool {
            // A digest compares itself with bytes in constant time.
            SHA256.hash(data: Data(secret.utf8)) == bytes
        }
    }
}

extension Sequence<UInt8> {
    fileprivate var hexadecimal: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
