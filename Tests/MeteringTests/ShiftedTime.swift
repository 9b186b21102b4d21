import Foundation
import TollgateCore

/// The machine's time, set wrong.
struct ShiftedTime: TimeSource {
    private let seconds: TimeInterval

    init(by seconds: TimeInterval) {
        self.seconds = seconds
    }

    var now: Date { Date() + seconds }
    var uptime: Duration { SystemTime().uptime }

    func sleep(for duration: Duration) async throws { try await SystemTime().sleep(for: duration) }
    func expire(after limit: Duration) async throws { try await SystemTime().expire(after: limit) }
}
