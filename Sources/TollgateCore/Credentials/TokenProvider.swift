import Foundation
import HTTPTypes

/// A token that somebody issued, and how long it is good.
public struct AccessToken: Sendable, Hashable {
    public let value: String
    /// From the moment it was asked for; nil if it is good until a service refuses it.
    public let lifetime: Duration?
    /// The end of a token that says when it ends.
    let expiresAt: Date?

    /// A token that is good for so long from the moment it was asked for.
    public init(_ value: String, lifetime: Duration? = nil) {
        self.value = value
        self.lifetime = lifetime
        expiresAt = nil
    }

    /// A token that is good until a time of day.
    public init(_ value: String, expiresAt: Date) {
        self.value = value
        self.expiresAt = expiresAt
        lifetime = nil
    }
}

extension AccessToken: CustomStringConvertible, CustomReflectable {
    /// Never the token.
    public var description: String { "AccessToken(redacted)" }

    public var customMirror: Mirror { Mirror(self, children: lifetime.map { ["lifetime": $0] } ?? [:]) }
}

/// A bearer token that is fetched when it is needed, kept, and fetched again before it expires and when a service refuses
/// it.
///
///     stoa.client.credential = TokenProvider { AccessToken(try await vault.token(), lifetime: .seconds(900)) }
///
/// However many calls wait for a token, it is fetched once. If that fails, all of them throw its error, and the next call
/// fetches anew. A call that is cancelled stops waiting at once; the token goes on being fetched for the others. One that
/// is about to expire but cannot be renewed is used to its end. Share one provider among the clients that use its token.
public actor TokenProvider: Credential {
    /// A token that could not be renewed before its end is left alone for so long.
    private static let pauseAfterFailure = Duration.seconds(5)

    private struct Held {
        let value: String
        /// Uptimes.
        let end: Duration?
        var renewal: Duration?
    }

    private let margin: Duration
    private let time: any TimeSource
    private let fetch: @Sendable () async throws -> AccessToken
    private var held: Held?
    private var isFetching = false
    private var waiting: [Int: CheckedContinuation<Held, any Error>] = [:]
    private var count = 0

    /// - Parameters:
    ///   - margin: How long before its end a token is renewed; of a token with a short life, at most half of it.
    ///   - time: The clock.
    ///   - fetch: Asks for a token. It is never called a second time before the first call has returned.
    public init(
        renewingBefore margin: Duration = .seconds(60), time: any TimeSource = .system,
        fetch: @escaping @Sendable () async throws -> AccessToken
    ) {
        self.margin = margin
        self.time = time
        self.fetch = fetch
    }

    public func authorize(_ request: inout HTTPRequest, body: HTTPBody) async throws {
        request.headerFields[.authorization] = Self.field(try await token())
    }

    /// Forgets the token, unless another one than the refused one is there already.
    public func renew(after request: HTTPRequest) -> Bool {
        if let held, request.headerFields[.authorization] == Self.field(held.value) { self.held = nil }
        return true
    }

    /// The token, fetched if there is none that is good for long enough.
    /// - Throws: What fetching it throws; `CancellationError` when the task is cancelled.
    public func token() async throws -> String {
        guard let held else { return try await fetched().value }
        let now = time.uptime
        guard let renewal = held.renewal, now >= renewal else { return held.value }
        do {
            return try await fetched().value
        } catch {
            try Task.checkCancellation()
            guard let end = held.end, time.uptime < end else { throw error }
            self.held?.renewal = time.uptime + Self.pauseAfterFailure
            return held.value
        }
    }

    /// How many calls wait for a token.
    var waitingCount: Int { waiting.count }

    private static func field(_ token: String) -> String { "Bearer \(token)" }

    /// Waits for the fetch that is under way, or for a new one.
    private func fetched() async throws -> Held {
        count += 1
        let id = count
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                waiting[id] = continuation
                if !isFetching { begin() }
            }
        } onCancel: {
            Task { await stopWaiting(id) }
        }
    }

    private func stopWaiting(_ id: Int) {
        waiting.removeValue(forKey: id)?.resume(throwing: CancellationError())
    }

    /// Fetches in a task of its own, which no caller's cancellation ends: a token that was issued must not be lost.
    private func begin() {
        isFetching = true
        Task {
            let start = time.uptime
            let result: Result<Held, any Error>
            do {
                result = .success(held(try await fetch(), askedAt: start))
            } catch {
                result = .failure(error)
            }
            end(result)
        }
    }

    private func end(_ result: Result<Held, any Error>) {
        isFetching = false
        if case .success(let token) = result { held = token }
        let waiting = waiting
        self.waiting = [:]
        for continuation in waiting.values { continuation.resume(with: result) }
    }

    private func held(_ token: AccessToken, askedAt start: Duration) -> Held {
        let rest = token.expiresAt.map { time.uptime - start + .seconds($0.timeIntervalSince(time.now)) }
        guard let lifetime = token.lifetime ?? rest else { return Held(value: token.value, end: nil, renewal: nil) }
        let end = start + lifetime
        return Held(value: token.value, end: end, renewal: end - min(margin, lifetime / 2))
    }
}
