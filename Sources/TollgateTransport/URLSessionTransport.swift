// On Linux it is compiled for its tests only: a program that does not need libcurl should not link it.
#if canImport(Darwin) || URLSESSION_TESTED_HERE
    import Foundation
    import HTTPTypes
    import Synchronization
    import TollgateCore

    #if canImport(FoundationNetworking)
        import FoundationNetworking
    #endif

    /// Sends requests with URLSession.
    ///
    /// URLSession has no limit on connecting of its own: ``HTTPTimeouts/connect`` has no effect. A request body that is a
    /// stream is read into memory before it is sent, and what comes of a response faster than it is read stays in memory.
    public struct URLSessionTransport: HTTPTransport {
        private let session: URLSession

        /// A session without cache, cookies and stored credentials, shared by all users.
        public static let shared = URLSessionTransport(session: URLSession(configuration: .ephemeral))

        public init(session: URLSession) {
            self.session = session
        }

        public func send(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws -> HTTPReply {
            let urlRequest = try await URLRequest(request, body: body, timeouts: timeouts)
            let exchange = URLSessionExchange(timeouts: timeouts)
            #if canImport(FoundationNetworking)
                // There, a task has no delegate of its own.
                let session = URLSession(configuration: session.configuration, delegate: exchange, delegateQueue: nil)
                defer { session.finishTasksAndInvalidate() }
                let task = session.dataTask(with: urlRequest)
            #else
                let task = session.dataTask(with: urlRequest)
                task.delegate = exchange
            #endif
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    exchange.begin(task, continuation)
                }
            } onCancel: {
                task.cancel()
            }
        }
    }

    extension URLRequest {
        fileprivate init(_ request: HTTPRequest, body: HTTPBody, timeouts: HTTPTimeouts) async throws {
            let text = "\(request.scheme ?? "https")://\(request.authority ?? "")\(request.path ?? "/")"
            guard let url = URL(string: text) else {
                throw ConnectionError(.other, mayHaveBeenApplied: false, detail: "the URL is not valid")
            }
            self.init(url: url)
            httpMethod = request.method.rawValue
            httpShouldHandleCookies = false
            // URLSession's limit is on any silence, that before the response and those within.
            timeoutInterval = max(timeouts.response ?? .seconds(1_000_000), timeouts.idle ?? .zero) / .seconds(1)
            for field in request.headerFields where field.name != .cookie {
                addValue(field.value, forHTTPHeaderField: field.name.rawName)
            }
            if let cookies = request.headerFields[.cookie] { setValue(cookies, forHTTPHeaderField: "Cookie") }
            let bytes = try await body.collect(upTo: .max)
            if !bytes.isEmpty { httpBody = Data(bytes) }
        }
    }

    /// Receives what URLSession reports about one task.
    private final class URLSessionExchange: NSObject, URLSessionDataDelegate, Sendable {
        private let timeouts: HTTPTimeouts
        private let waiting = Mutex<CheckedContinuation<HTTPReply, any Error>?>(nil)
        private let chunks: AsyncThrowingStream<[UInt8], any Error>
        private let chunksContinuation: AsyncThrowingStream<[UInt8], any Error>.Continuation

        init(timeouts: HTTPTimeouts) {
            self.timeouts = timeouts
            (chunks, chunksContinuation) = AsyncThrowingStream.makeStream()
        }

        func begin(_ task: URLSessionDataTask, _ continuation: CheckedContinuation<HTTPReply, any Error>) {
            waiting.withLock { $0 = continuation }
            chunksContinuation.onTermination = { reason in
                if case .cancelled = reason { task.cancel() }
            }
            task.resume()
        }

        func urlSession(
            _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
            completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
        ) {
            let head = HTTPResponse(response)
            // URLSession decompresses, and leaves the field as it came.
            let isAsSent = head.headerFields[.contentEncoding] == nil
            let length = isAsSent ? head.headerFields[.contentLength].flatMap { Int($0) } : nil
            let reply = HTTPReply(head: head, body: HTTPBody(stream: chunks, length: length))
            waiting.withLock { $0.take() }?.resume(returning: reply)
            completionHandler(.allow)
        }

        func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
            chunksContinuation.yield(Array(data))
        }

        func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
            let error = error.map(map)
            chunksContinuation.finish(throwing: error)
            waiting.withLock { $0.take() }?.resume(
                throwing: error ?? ConnectionError(.closed, mayHaveBeenApplied: true))
        }

        func urlSession(
            _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
            newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
        ) {
            completionHandler(nil)
        }

        private func map(_ error: any Error) -> any Error {
            guard let error = error as? URLError else { return error }
            return switch error.code {
            case .cancelled: CancellationError()
            case .timedOut: TimeoutError(.call, of: timeouts.response ?? .zero, mayHaveBeenApplied: true)
            case .cannotConnectToHost: ConnectionError(.refused, mayHaveBeenApplied: false)
            case .cannotFindHost, .dnsLookupFailed: ConnectionError(.dns, mayHaveBeenApplied: false)
            case .notConnectedToInternet: ConnectionError(.unreachable, mayHaveBeenApplied: false)
            case .networkConnectionLost: ConnectionError(.reset, mayHaveBeenApplied: true)
            case .badServerResponse, .cannotParseResponse: ConnectionError(.malformed, mayHaveBeenApplied: true)
            case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
                .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid, .clientCertificateRejected,
                .clientCertificateRequired:
                ConnectionError(.tls, mayHaveBeenApplied: false)
            default: ConnectionError(.other, mayHaveBeenApplied: true, detail: "URLError \(error.code.rawValue)")
            }
        }
    }

    extension HTTPResponse {
        fileprivate init(_ response: URLResponse) {
            let response = response as? HTTPURLResponse
            self.init(status: .init(code: response?.statusCode ?? 0))
            for case (let name as String, let value as String) in response?.allHeaderFields ?? [:] {
                guard let name = HTTPField.Name(name) else { continue }
                headerFields.append(HTTPField(name: name, value: value))
            }
        }
    }
#endif
