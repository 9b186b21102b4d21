import ArgumentParser
import TollgateMeterCommands
import TollgateMetering
import TollgatePostgres

@main
enum TollgateMeterPostgres: OutboxOpener {
    static let program = "tollgate-meter-postgres"
    static let location = "Usage is kept in a PostgreSQL database: postgres://user:password@host/name."

    static func main() async {
        await MeterCommand<TollgateMeterPostgres>.main()
    }

    static func open(_ location: String) throws -> any Outbox {
        try PostgresOutbox(location)
    }
}
