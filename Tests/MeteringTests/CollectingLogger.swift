import InMemoryLogging
import Logging

extension Logger {
    /// A logger that prints nothing, and keeps what it is told.
    static func collecting(in handler: InMemoryLogHandler = InMemoryLogHandler()) -> Logger {
        Logger(label: "test") { _ in handler }
    }
}
