import Logging
import TollgateCore

/// Writes calls to a log: at level `debug` each try and each call, at `info` those that failed or are tried again, at
/// `trace` the header fields, with the value of every field blotted out that is not known to be harmless.
public struct CallLog: CallObserver {
    private let logger: Logger

    public init(_ logger: Logger) {
        self.logger = logger
    }

    public func begin(_ call: ObservedCall) -> any CallObservation {
        LoggedCall(call: call, logger: logger)
    }
}

private struct LoggedCall: CallObservation {
    let call: ObservedCall
    let logger: Logger

    func tryBegins(_ request: inout HTTPRequest, number: Int) {
        logger.trace(
            "\(call.method.rawValue) \(call.url)",
            metadata: ["operation": "\(call.operation)", "try": "\(number)", "headers": request.headerFields.metadata])
    }

    func tryEnded(_ outcome: TryOutcome) {
        logger.debug(
            "\(call.method.rawValue) \(call.url): \(outcome.status.map { "status \($0)" } ?? "no response")",
            metadata: metadata(of: outcome))
        logger.trace("response", metadata: ["operation": "\(call.operation)", "headers": outcome.headers.metadata])
    }

    func retryFollows(after wait: Duration) {
        logger.info(
            "\(call.operation) is tried again", metadata: ["operation": "\(call.operation)", "wait": "\(wait)"])
    }

    func callEnded(_ summary: CallSummary, error: (any Error)?) {
        guard let error else {
            return logger.debug("\(call.operation) succeeded", metadata: metadata(of: summary))
        }
        var metadata = metadata(of: summary)
        metadata["error.type"] = "\(errorType(error))"
        // The description of an error that is none of the library's may have anything in it.
        let description = (error as? any TollgateError)?.description
        logger.info("\(description ?? "\(call.operation) failed: \(errorType(error))")", metadata: metadata)
    }

    func streamEnded(bytes: Int, error: (any Error)?) {
        var metadata: Logger.Metadata = ["operation": "\(call.operation)", "bytes": "\(bytes)"]
        if let error { metadata["error.type"] = "\(errorType(error))" }
        logger.debug("the stream of \(call.operation) is over", metadata: metadata)
    }

    private func metadata(of outcome: TryOutcome) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["operation": "\(call.operation)", "duration": "\(outcome.duration)"]
        if let status = outcome.status { metadata["status"] = "\(status)" }
        if let id = outcome.requestID { metadata["request_id"] = "\(id)" }
        if let length = outcome.bodyLength { metadata["bytes"] = "\(length)" }
        if let type = outcome.errorType { metadata["error.type"] = "\(type)" }
        return metadata
    }

    private func metadata(of summary: CallSummary) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "operation": "\(call.operation)", "tries": "\(summary.tries)", "duration": "\(summary.elapsed)",
        ]
        if let key = summary.idempotencyKey { metadata["idempotency_key"] = "\(key)" }
        return metadata
    }
}

extension HTTPFields {
    fileprivate var metadata: Logger.MetadataValue {
        .array(redacted.map { .string("\($0.name): \($0.value)") })
    }
}
