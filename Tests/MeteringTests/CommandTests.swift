import Foundation
import Testing
import TollgateMetering
import TollgateMock
import TollgateStoa

/// The programs that show what is in an outbox, run as programs.
@Suite struct CommandTests {
    private let usage = Usage.chatCompletion(model: "gpt-4o", inputTokens: 8, outputTokens: 9)

    @Test(arguments: OutboxKind.durable)
    func listsAndResends(_ kind: OutboxKind) async throws {
        let mock = MockServer.inProcess()
        try mock.stoa.setBalance("1000000", of: "user_123")
        let program = Program.path(kind == .postgres ? "tollgate-meter-postgres" : "tollgate-meter")
        try await kind.withLocation { location in
            func command(_ arguments: String...) async throws -> (status: Int32, output: String) {
                try await Program.run(program, arguments)
            }
            let meter = Meter(
                outbox: try kind.open(location), sink: .stoa(mock.stoa.client()), logger: .collecting())
            let stranger = try await meter.record(userID: "nobody", usage).uuidString.lowercased()
            try await meter.record(userID: "user_123", usage)
            #expect(try await meter.flush() == OutboxCounts(waiting: 0, setAside: 1))
            let waiting = try await meter.record(userID: "user_123", usage).uuidString.lowercased()
            try await meter.track("report.exported", userID: "user_123")

            #expect(try await command(location) == (0, "2 waiting, 1 set aside\n"))
            let list = try await command("waiting", location)
            #expect(list.status == 0)
            let lines = list.output.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines[0].hasPrefix(waiting))
            #expect(lines[0].hasSuffix("\"user_123\"  openai.chat_completion gpt-4o 17 tokens"))
            #expect(lines[1].hasSuffix("\"user_123\"  custom report.exported 1"))
            #expect(try await command("waiting", "--limit", "1", location).output.hasSuffix("\n… and 1 more\n"))

            let setAside = try await command("set-aside", location)
            #expect(setAside.status == 0)
            #expect(setAside.output.hasPrefix(stranger) && setAside.output.contains("- user_not_found: "))
            #expect(try await command("resend", location, UUID().uuidString) == (1, "0 will be sent again\n"))
            #expect(try await command("resend", location).status == 64)
            #expect(try await command("resend", location, "--all", stranger).status == 64)
            #expect(try await command("resend", location, stranger) == (0, "1 will be sent again\n"))

            try mock.stoa.setBalance("1", of: "nobody")
            #expect(try await meter.flush() == OutboxCounts(waiting: 0, setAside: 0))
            #expect(mock.stoa.events(of: "nobody").map { $0.eventID.uuidString.lowercased() } == [stranger])
            #expect(try await command("resend", location, "--all") == (0, "0 will be sent again\n"))
        }
    }

    @Test func aNameThatIsMisspeltDoesNotBecomeAFile() async throws {
        try await TemporaryFolder.with { folder in
            let result = try await Program.run(Program.path("tollgate-meter"), [folder + "/usgae.db"])
            #expect(result.status == 1)
            #expect(result.output.contains("there is no file"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }
}
