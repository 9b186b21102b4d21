import Dispatch
import Foundation

/// Sends ready-made requests over plain sockets and only counts the answers, so that the server is what is measured.
///
/// One thread serves all connections: it sends a request on each, then takes the answer of each.
struct LoadTool: Sendable {
    /// A port of this machine.
    var port: Int
    var connections: Int

    /// Sends all requests on new connections and waits for all answers, which must have status 200.
    ///
    /// - Returns: requests a second.
    func send(_ requests: [[UInt8]]) async throws -> Double {
        // Not on a thread of the pool, which the server needs.
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result { try Connections(port: port, count: connections).send(requests) })
            }
        }
    }
}

/// Open connections to one port.
private struct Connections: ~Copyable {
    struct Failure: Error {
        let problem: String
    }

    private let sockets: [Int32]
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    init(port: Int, count: Int) throws {
        sockets = try (0..<count).map { _ in try Self.connect(port: port) }
    }

    deinit {
        for socket in sockets { close(socket) }
    }

    consuming func send(_ requests: [[UInt8]]) throws -> Double {
        let start = ContinuousClock.now
        var first = 0
        while first < requests.count {
            let batch = requests[first..<min(first + sockets.count, requests.count)]
            for (socket, request) in zip(sockets, batch) { try send(request, on: socket) }
            for socket in sockets.prefix(batch.count) { try receive(on: socket) }
            first += batch.count
        }
        return Double(requests.count) / ((ContinuousClock.now - start) / .seconds(1))
    }

    private static func connect(port: Int) throws -> Int32 {
        var hints = addrinfo()
        hints.ai_protocol = Int32(IPPROTO_TCP)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo("127.0.0.1", String(port), &hints, &list) == 0, let address = list?.pointee else {
            throw Failure(problem: "no address")
        }
        defer { freeaddrinfo(list) }
        let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
        guard Foundation.connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 else {
            throw Failure(problem: "no connection to port \(port)")
        }
        return descriptor
    }

    private func send(_ request: [UInt8], on socket: Int32) throws {
        var sent = 0
        while sent < request.count {
            let count = request[sent...].withUnsafeBytes { write(socket, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Failure(problem: "the server does not read") }
            sent += count
        }
    }

    private mutating func receive(on socket: Int32) throws {
        var count = 0
        while true {
            let room = buffer.count - count
            let new = buffer.withUnsafeMutableBytes { read(socket, $0.baseAddress?.advanced(by: count), room) }
            guard new > 0 else { throw Failure(problem: "the server closed a connection") }
            count += new
            guard let length = try replyLength(in: buffer[..<count]) else { continue }
            if count >= length { return }
        }
    }

    /// The length of a reply with its head; nil if the head is not complete.
    private func replyLength(in bytes: ArraySlice<UInt8>) throws -> Int? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased()
        guard head.hasPrefix("http/1.1 200 "),
            let field = head.split(separator: "\r\n").first(where: { $0.hasPrefix("content-length:") }),
            let length = Int(field.dropFirst("content-length:".count).drop { $0 == " " })
        else { throw Failure(problem: "an unexpected reply: \(String(decoding: bytes, as: UTF8.self))") }
        return end.upperBound + length
    }
}
