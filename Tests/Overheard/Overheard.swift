import CoreMetrics
import Foundation
import Logging
import TestHooks
import TollgateCore

/// Everything that a run of the tests logs, traces, measures and throws, searched for secrets when the run ends.
///
/// A run in which one is found fails: each line that has one is shown, with the secret blotted out.
public enum Overheard {
    /// The transcript of this run.
    public static let transcript: Transcript = {
        do {
            return try Transcript(secrets: knownSecrets())
        } catch {
            fatalError("what the tests say cannot be kept: \(error)")
        }
    }()

    /// Those of the mock, in every form that they might come out in. The credentials of calls are added as they are used.
    static func knownSecrets() throws -> [String] {
        let list = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "FaultTests/secrets.txt")
        return try String(contentsOf: list, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    fileprivate static func start() {
        LoggingSystem.bootstrap { _ in LineRecorder(transcript: transcript) }
        MetricsSystem.bootstrap(LabelRecorder(transcript: transcript))
        CallAudits.install(Audit(transcript))
        overheard_hear_errors(
            { box in
                // The box is the runtime's, and lives until the error was caught.
                guard let box else { return }
                ThrownErrors.hear(unsafeBitCast(box, to: (any Error).self))
            },
            { value, type, conformance in
                guard let value, let type, let conformance else { return }
                let metatype = unsafeBitCast(TypeAndConformance(type, conformance), to: (any Error.Type).self)
                ThrownErrors.hear(metatype, at: UnsafeRawPointer(value))
            })
        atexit { Overheard.end() }
    }

    /// Says what was searched; ends the process with a failure if a secret was found.
    private static func end() {
        let counts = transcript.counts
        let said = Transcript.Kind.allCases.map { "\(counts[$0] ?? 0) \($0.rawValue)" }.joined(separator: ", ")
        do {
            let leaks = try transcript.leaks()
            guard !leaks.isEmpty else {
                if !counts.isEmpty { print("overheard: \(said), none with one of \(transcript.secretCount) secrets") }
                return
            }
            for leak in leaks.prefix(100) { print("overheard: a secret in: \(leak)") }
            print("overheard: \(leaks.count) lines of \(said) have a secret in them")
        } catch {
            print("overheard: what was said cannot be searched: \(error)")
        }
        fflush(nil)
        _exit(1)
    }
}

/// How an `any Error.Type` is laid out.
private struct TypeAndConformance {
    let type: UnsafeRawPointer
    let conformance: UnsafeRawPointer

    init(_ type: UnsafeRawPointer, _ conformance: UnsafeRawPointer) {
        self.type = type
        self.conformance = conformance
    }
}

/// Notes the library's errors as they are thrown, in each way that one may be shown.
enum ThrownErrors {

    static func hear(_ error: any Error) {
        guard let error = error as? any TollgateError else { return }
        Overheard.transcript.note(.error, "\(error) \(String(reflecting: error)) \(error.localizedDescription)")
    }

    static func hear<E: Error>(_ type: E.Type, at value: UnsafeRawPointer) {
        guard type is any TollgateError.Type else { return }
        hear(value.load(as: E.self))
    }
}

@_cdecl("overheard_start")
func start() {
    Overheard.start()
}
