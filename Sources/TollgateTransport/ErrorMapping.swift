#if !canImport(Darwin)
    import AsyncHTTPClient
    import Foundation
    import NIOCore
    import NIOHTTP1
    import NIOPosix
    import NIOSSL
    import TollgateCore

    /// Tells the library's errors from what AsyncHTTPClient and SwiftNIO throw.
    struct ErrorMapping: Sendable {
        let timeouts: HTTPTimeouts

        func map(_ error: any Error) -> any Error {
            switch error {
            case is CancellationError: error
            case let error as HTTPClientError: map(error)
            case let error as NIOConnectionError: map(error)
            case let error as IOError: map(error)
            case ChannelError.connectTimeout: connectTimeout
            case is ChannelError: ConnectionError(.closed, mayHaveBeenApplied: true)
            case HTTPParserError.invalidEOFState: ConnectionError(.closed, mayHaveBeenApplied: true)
            case is HTTPParserError: ConnectionError(.malformed, mayHaveBeenApplied: true)
            case NIOSSLError.uncleanShutdown: ConnectionError(.closed, mayHaveBeenApplied: true)
            case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
                ConnectionError(.tls, mayHaveBeenApplied: false, detail: "\(error)")
            default: error
            }
        }

        private var connectTimeout: TimeoutError {
            TimeoutError(.connect, of: timeouts.connect, mayHaveBeenApplied: false)
        }

        private func map(_ error: HTTPClientError) -> any Error {
            switch error {
            case .cancelled where Task.isCancelled:
                CancellationError()
            case .connectTimeout, .tlsHandshakeTimeout, .socksHandshakeTimeout, .httpProxyHandshakeTimeout,
                .getConnectionFromPoolTimeout:
                connectTimeout
            case .deadlineExceeded:
                TimeoutError(.call, of: timeouts.response ?? .zero, mayHaveBeenApplied: true)
            case .remoteConnectionClosed:
                ConnectionError(.closed, mayHaveBeenApplied: true)
            case .proxyAuthenticationRequired, .invalidProxyResponse:
                ConnectionError(.unreachable, mayHaveBeenApplied: false, detail: error.shortDescription)
            case .alreadyShutdown:
                ConfigurationError("The transport was shut down.")
            default:
                ConnectionError(.other, mayHaveBeenApplied: true, detail: error.shortDescription)
            }
        }

        private func map(_ error: NIOConnectionError) -> any Error {
            let place = "\(error.host):\(error.port)"
            guard let failure = error.connectionErrors.first?.error else {
                return ConnectionError(.dns, mayHaveBeenApplied: false, detail: place)
            }
            switch failure {
            case ChannelError.connectTimeout: return connectTimeout
            case let failure as IOError where failure.errnoCode == ECONNREFUSED:
                return ConnectionError(.refused, mayHaveBeenApplied: false, detail: place)
            default:
                return ConnectionError(.unreachable, mayHaveBeenApplied: false, detail: place)
            }
        }

        private func map(_ error: IOError) -> ConnectionError {
            switch error.errnoCode {
            case ECONNREFUSED: ConnectionError(.refused, mayHaveBeenApplied: false)
            case EHOSTUNREACH, ENETUNREACH: ConnectionError(.unreachable, mayHaveBeenApplied: true)
            case ECONNRESET, EPIPE: ConnectionError(.reset, mayHaveBeenApplied: true)
            default: ConnectionError(.other, mayHaveBeenApplied: true, detail: "\(error)")
            }
        }
    }
#endif
