import Synchronization
import TollgateCore

/// A schema as text, which is read when it is first needed.
final class SchemaText: Sendable {
    /// As the generator wrote it; empty for a schema that was read elsewhere.
    let text: String
    private let parsed = Mutex<Schema?>(nil)

    init(_ text: String) {
        self.text = text
    }

    /// A schema that has been read.
    init(_ schema: Schema) {
        text = ""
        parsed.withLock { $0 = schema }
    }

    /// The schema. A text that is no JSON, which the generator does not write, allows everything.
    var schema: Schema {
        parsed.withLock { parsed in
            if let parsed { return parsed }
            let schema = Schema((try? JSONValue(jsonText: text)) ?? .bool(true))
            parsed = schema
            return schema
        }
    }
}
