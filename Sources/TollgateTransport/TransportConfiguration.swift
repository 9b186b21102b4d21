#if !canImport(Darwin)
    import AsyncHTTPClient
    import NIOCore
    import NIOSSL
    import TollgateCore

    /// How an ``AsyncHTTPTransport`` connects.
    public struct TransportConfiguration: Sendable {
        /// Which versions of HTTP to speak.
        public enum HTTPVersion: Sendable, Hashable {
            /// HTTP/2 where a server speaks it over TLS, else HTTP/1.1.
            case automatic
            case http1
        }

        /// Whom to believe that a server is who it says.
        public enum TrustRoots: Sendable, Hashable {
            /// The certificate authorities that the system knows.
            case system
            /// Those in a file, in PEM form.
            case file(String)
            /// Those in a text, in PEM form.
            case pem(String)
        }

        /// A server in between.
        public struct Proxy: Sendable {
            let proxy: HTTPClient.Configuration.Proxy

            /// An HTTP proxy, which tunnels what is encrypted.
            public static func http(
                host: String, port: Int, username: String? = nil, password: String = ""
            ) -> Proxy {
                Proxy(
                    proxy: .server(
                        host: host, port: port,
                        authorization: username.map { .basic(username: $0, password: password) }))
            }

            /// A SOCKS proxy of version 5.
            public static func socks(host: String, port: Int = 1080) -> Proxy {
                Proxy(proxy: .socksServer(host: host, port: port))
            }
        }

        public var httpVersion: HTTPVersion = .automatic
        /// How many requests to one host may be under way at a time: over HTTP/1.1 so many connections.
        public var requestsPerHost = 200
        /// How long a connection that nobody uses is kept.
        public var idleConnectionLifetime: Duration = .seconds(60)
        public var proxy: Proxy?
        public var trustRoots: TrustRoots = .system

        public init() {}

        /// - Throws: ``ConfigurationError`` if the trust roots cannot be read.
        func client(connectTimeout: Duration) throws(ConfigurationError) -> HTTPClient.Configuration {
            var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
            configuration.timeout.connect = TimeAmount(min(connectTimeout, .seconds(1_000_000)))
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = requestsPerHost
            configuration.connectionPool.idleTimeout = TimeAmount(min(idleConnectionLifetime, .seconds(1_000_000)))
            // A refused connection is the retry policy's business: it knows how long the call may take.
            configuration.connectionPool.retryConnectionEstablishment = false
            // Its spans have the whole URL in them, with the query and what is secret there.
            configuration.tracing.tracer = nil
            configuration.httpVersion = httpVersion == .http1 ? .http1Only : .automatic
            configuration.proxy = proxy?.proxy
            if trustRoots != .system { configuration.tlsConfiguration = try tls() }
            return configuration
        }

        private func tls() throws(ConfigurationError) -> TLSConfiguration {
            var tls = TLSConfiguration.makeClientConfiguration()
            do {
                switch trustRoots {
                case .system: break
                case .file(let path): tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path))
                case .pem(let text):
                    tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(text.utf8)))
                }
            } catch {
                throw ConfigurationError("The trust roots cannot be read: \(error).")
            }
            return tls
        }
    }

    extension TransportConfiguration.Proxy: CustomStringConvertible, CustomReflectable {
        /// Never the password.
        public var description: String { "Proxy(redacted)" }

        public var customMirror: Mirror { Mirror(self, children: []) }
    }
#endif
