import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Says whether other processes, or other parts of this one, have a file open: by a lock that ends with its holder, be
/// it by SIGKILL.
final class FilePresence: Sendable {
    private let descriptor: Int32
    /// Whether nobody else was there.
    let isFirst: Bool

    /// Takes the lock alone if nobody holds it, else with the others.
    /// - Throws: ``OutboxError`` if the file cannot be opened.
    init(path: String) throws(OutboxError) {
        descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw OutboxError(.unavailable, "\(path): \(String(cString: strerror(errno)))")
        }
        isFirst = flock(descriptor, LOCK_EX | LOCK_NB) == 0
        if !isFirst { _ = flock(descriptor, LOCK_SH) }
    }

    /// Lets others in.
    func announce() {
        if isFirst { _ = flock(descriptor, LOCK_SH) }
    }

    deinit {
        close(descriptor)
    }
}
