import Dispatch
import Foundation

/// Sends ready-made requests over plain sockets and does next to nothing with the answers, so that the server is what is
/// measured.
///
/// One thread serves all connections: it sends a request on each, then takes the answer of each.
struct LoadTool: Sendable {
    struct Result: Sendable {
        /// Requests a second.
        var rate: Double
        /// How long each answer took, in seconds, in the order of the requests.
        var times: [Double]
        /// The body of the last answer.
        var lastBody: [UInt8]
    }

    private let port: UInt16
    private let connections: Int

    /// - Parameters:
    ///   - server: a server on this machine's IPv4 loopback, with a port.
    ///   - connections: how many to use.
    /// - Throws: ``Mismatch`` if there is no port.
    init(server: URL, connections: Int) throws {
        guard let port = server.port.flatMap(UInt16.init(exactly:)) else { throw Mismatch("\(server) has no port") }
        self.port = port
        self.connections = connections
    }

    /// Sends all requests on new connections and waits for all answers, which must have status 200.
    func send(_ requests: [[UInt8]]) async throws -> Result {
        // Not on a thread of the pool, which the server needs.
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Swift.Result { try Connections(port: port, count: connections).send(requests) })
            }
        }
    }
}

/// Open connections to one port.
private struct Connections: ~Copyable {
    private let sockets: [Int32]
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    init(port: UInt16, count: Int) throws {
        sockets = try (0..<count).map { _ in try Self.connect(port: port) }
    }

    deinit {
        for socket in sockets { close(socket) }
    }

    consuming func send(_ requests: [[UInt8]]) throws -> LoadTool.Result {
        let start = ContinuousClock.now
        var body = 0..<0
        var first = 0
        var times: [Double] = []
        times.reserveCapacity(requests.count)
        while first < requests.count {
            let batch = requests[first..<min(first + sockets.count, requests.count)]
            var begins: [ContinuousClock.Instant] = []
            for (socket, request) in zip(sockets, batch) {
                begins.append(.now)
                try send(request, on: socket)
            }
            for (socket, begin) in zip(sockets, begins) {
                body = try receive(on: socket)
                times.append((.now - begin) / .seconds(1))
            }
            first += batch.count
        }
        let rate = Double(requests.count) / ((ContinuousClock.now - start) / .seconds(1))
        return LoadTool.Result(rate: rate, times: times, lastBody: Array(buffer[body]))
    }

    private static func connect(port: UInt16) throws -> Int32 {
        var hints = addrinfo()
        hints.ai_protocol = Int32(IPPROTO_TCP)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo("127.0.0.1", String(port), &hints, &list) == 0, let address = list?.pointee else {
            throw Mismatch("no address")
        }
        defer { freeaddrinfo(list) }
        let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
        guard Foundation.connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 else {
            throw Mismatch("no connection to port \(port)")
        }
        return descriptor
    }

    private func send(_ request: [UInt8], on socket: Int32) throws {
        var sent = 0
        while sent < request.count {
            let count = request[sent...].withUnsafeBytes { write(socket, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Mismatch("the server does not read") }
            sent += count
        }
    }

    /// Where in the buffer the body of the answer is.
    private mutating func receive(on socket: Int32) throws -> Range<Int> {
        var count = 0
        while true {
            let room = buffer.count - count
            let new = buffer.withUnsafeMutableBytes { read(socket, $0.baseAddress?.advanced(by: count), room) }
            guard new > 0 else { throw Mismatch("the server closed a connection") }
            count += new
            guard let body = try body(within: count) else { continue }
            if count >= body.upperBound { return body }
        }
    }

    /// Where the body is or will be; nil if the head is not complete.
    private func body(within count: Int) throws -> Range<Int>? {
        var length: Int?
        var line = 0
        for end in 0..<count where buffer[end] == UInt8(ascii: "\n") {
            if end == line + 1 {
                guard begins(with: "http/1.1 200 ", at: 0), let length else {
                    throw Mismatch("an unexpected answer: \(String(decoding: buffer[..<count], as: UTF8.self))")
                }
                return end + 1..<end + 1 + length
            }
            if begins(with: "content-length:", at: line) { length = number(at: line + 15) }
            line = end + 1
        }
        return nil
    }

    /// Compares with text in lower case, whatever the case of the letters in the buffer.
    private func begins(with text: StaticString, at start: Int) -> Bool {
        text.withUTF8Buffer { text in
            text.indices.allSatisfy { text[$0] == buffer[start + $0] | (text[$0] & 0x20) }
        }
    }

    private func number(at start: Int) -> Int {
        buffer[start...].drop { $0 == UInt8(ascii: " ") }
            .prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            .reduce(0) { $0 * 10 + Int($1 & 15) }
    }
}
