import ArgumentParser
import Foundation
import TollgateCore
import TollgateMetering

/// Opens the outboxes of one kind, for the commands.
public protocol OutboxOpener {
    /// The name of the program.
    static var program: String { get }
    /// What its argument is.
    static var location: String { get }

    static func open(_ location: String) throws -> any Outbox
}

/// Shows what waits in an outbox and what was set aside, and lets it be sent again.
public struct MeterCommand<Opener: OutboxOpener>: AsyncParsableCommand {
    public static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Opener.program,
            abstract: "Shows usage that waits to be billed, or was set aside, and lets it be sent again.",
            discussion: """
                The application that records usage goes on meanwhile; it is also the one that sends it. \
                \(Opener.location)
                """,
            subcommands: [
                StatusCommand<Opener>.self, WaitingCommand<Opener>.self, SetAsideCommand<Opener>.self,
                ResendCommand<Opener>.self,
            ],
            defaultSubcommand: StatusCommand<Opener>.self)
    }

    public init() {}
}

struct StatusCommand<Opener: OutboxOpener>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "status", abstract: "Says how much waits, and how much was set aside.")
    }

    @Argument(help: "Where usage is kept.") var outbox: String

    func run() async throws {
        let counts = try await Opener.open(outbox).counts()
        print("\(counts.waiting) waiting, \(counts.setAside) set aside")
    }
}

struct WaitingCommand<Opener: OutboxOpener>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "waiting", abstract: "Lists what waits, the oldest first.")
    }

    @Argument(help: "Where usage is kept.") var outbox: String
    @Option(help: "How many to list at most.") var limit = 100

    func run() async throws {
        try await Listing(state: .waiting, limit: limit).print(Opener.open(outbox))
    }
}

struct SetAsideCommand<Opener: OutboxOpener>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "set-aside", abstract: "Lists what was set aside, and why, the oldest first.")
    }

    @Argument(help: "Where usage is kept.") var outbox: String
    @Option(help: "How many to list at most.") var limit = 100

    func run() async throws {
        try await Listing(state: .setAside, limit: limit).print(Opener.open(outbox))
    }
}

struct ResendCommand<Opener: OutboxOpener>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "resend", abstract: "Lets what was set aside wait to be sent again.")
    }

    @Argument(help: "Where usage is kept.") var outbox: String
    @Argument(help: "The ids of what is to be sent.") var ids: [String] = []
    @Flag(help: "Everything that was set aside.") var all = false

    func validate() throws {
        guard all != ids.isEmpty else { return }
        throw ValidationError(all ? "Give ids or --all, not both." : "Give the ids of what is to be sent, or --all.")
    }

    func run() async throws {
        let uuids = try ids.map { id in
            guard let uuid = UUID(uuidString: id) else { throw ValidationError("\(id) is no id.") }
            return uuid
        }
        let count = try await Opener.open(outbox).resend(all ? nil : uuids)
        print("\(count) will be sent again")
        if !all, count < uuids.count { throw ExitCode(1) }
    }
}

/// Entries as lines: id, time, user, what was used; and the reason.
struct Listing {
    let state: OutboxEntry.State
    let limit: Int

    func print(_ outbox: any Outbox) async throws {
        let entries = try await outbox.entries(state, after: 0, limit: limit)
        for entry in entries { Swift.print(Self.line(entry)) }
        let counts = try await outbox.counts()
        let total = state == .waiting ? counts.waiting : counts.setAside
        if total > entries.count { Swift.print("… and \(total - entries.count) more") }
    }

    static func line(_ entry: OutboxEntry) -> String {
        var words = [entry.item.id.uuidString.lowercased()]
        if let record = try? entry.item.record() {
            words += [record.time.formatted(.iso8601), record.userID.debugDescription, describe(record.usage)]
        } else {
            words.append("(cannot be read)")
        }
        if entry.attempts > 0 { words.append("tries: \(entry.attempts)") }
        if entry.inDoubtFor != nil { words.append("may have been counted") }
        if let reason = entry.reason { words.append("- \(reason)") }
        return words.joined(separator: "  ")
    }

    private static func describe(_ usage: Usage) -> String {
        var text = usage.operation.rawValue
        if let name = usage.model ?? usage.name { text += " \(name)" }
        if let tokens = usage.totalTokens { text += " \(tokens) tokens" }
        if let quantity = usage.quantity { text += " \(quantity)\(usage.unit.map { " \($0)" } ?? "")" }
        if usage.isPartial { text += " (partial)" }
        return text
    }
}
