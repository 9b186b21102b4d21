import ArgumentParser
import Foundation
import TollgateMeterCommands
import TollgateMetering

@main
enum TollgateMeter: OutboxOpener {
    static let program = "tollgate-meter"
    static let location = "Usage is kept in an SQLite file; tollgate-meter-postgres is for databases."

    static func main() async {
        await MeterCommand<TollgateMeter>.main()
    }

    static func open(_ location: String) throws -> any Outbox {
        // A name that is misspelt must not become a new file.
        guard FileManager.default.fileExists(atPath: location) else {
            throw OutboxError(.unavailable, "there is no file \(location)")
        }
        return try SQLiteOutbox(path: location)
    }
}
