#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the disk itself takes: the limit of everything that is on disk before it is acknowledged.
final class Disk {
    /// As much as a transaction of a few events takes.
    private static let bytes = [UInt8](repeating: 1, count: 4 * 4096)
    private let file: Int32

    /// - Parameter folder: on the disk.
    /// - Throws: ``Mismatch`` if nothing can be written there.
    init(in folder: String) throws {
        file = open(folder + "/disk", O_CREAT | O_RDWR, 0o600)
        guard file >= 0 else { throw Mismatch("no file can be made in \(folder)") }
        // As a log of transactions is written once it has been begun anew: over what is there.
        for _ in 0..<50 { try writeOn() }
        fsync(file)
    }

    deinit {
        close(file)
    }

    private func writeOn() throws {
        guard write(file, Self.bytes, Self.bytes.count) == Self.bytes.count else { throw Mismatch("disk full") }
    }

    /// The median of writes that wait for the disk, in seconds.
    func secondsPerWrite() throws -> Double {
        lseek(file, 0, SEEK_SET)
        var times: [Double] = []
        for _ in 0..<50 {
            let start = ContinuousClock.now
            try writeOn()
            fsync(file)
            times.append((ContinuousClock.now - start) / .seconds(1))
        }
        return Ratio.median(of: times)
    }
}
