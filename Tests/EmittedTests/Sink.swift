import Foundation
import TollgateCore

/// What a service's module writes by hand: the namespace, a client and a value type of its own.
public enum Sink {}

extension Sink {
    public struct Client: APIService {
        public var client: APIClient
    }

    /// An amount in thousandths, written as a string.
    public struct Amount: Hashable, JSONConvertible {
        public var thousandths: Int64

        public init(thousandths: Int64) {
            self.thousandths = thousandths
        }

        public init(json: JSONElement) throws(JSONError) {
            thousandths = try json.int64InString()
        }

        public func writeValue(to json: inout JSONWriter) {
            json.writeValue(inString: thousandths)
        }
    }
}
