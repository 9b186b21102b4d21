import Tollgate
import TollgateMock

/// Reads a JSON text as a type and writes it again.
struct RoundTrip: Sendable {
    let name: String
    let run: @Sendable ([UInt8]) throws(JSONError) -> [UInt8]

    init<Value: JSONConvertible>(_ type: Value.Type) {
        name = String(describing: type)
        run = { bytes throws(JSONError) in try Value(jsonBytes: bytes).jsonBytes() }
    }
}

/// What an operation sends and answers; nil for what is no JSON.
struct WireTypes: Sendable {
    var request: RoundTrip?
    var success: RoundTrip?
    /// One event of a streamed answer.
    var event: RoundTrip?
    /// The member of the request that asks for the stream; the type does not have it.
    var streamMember: String?
    /// By status: 402, 4 for 400 to 499, 0 for all that are not listed.
    var errors: [Int: RoundTrip] = [:]

    /// All operations by name.
    static let all: [String: WireTypes] = {
        let services = [
            stoa(), vluna(), togo(), aikit(), stripe(), openai(), anthropic(), openrouter(), elevenlabs(), deepgram(),
            mock(),
        ]
        return services.reduce(into: [:]) { all, service in all.merge(service) { $1 } }
    }()

    static func types(of operation: MockOperation) -> WireTypes? { all[operation.key] }

    func error(_ status: Int) -> RoundTrip? { errors[status] ?? errors[status / 100] ?? errors[0] }
}
