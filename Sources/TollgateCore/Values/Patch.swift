/// A member that may be left out, sent as null, or sent with a value, where the three mean different things.
public enum Patch<Value> {
    /// Leave the member out: keep what is there.
    case absent
    /// Write null: clear what is there.
    case null
    /// Write this value.
    case value(Value)

    /// The value, if there is one.
    public var value: Value? {
        if case .value(let value) = self { value } else { nil }
    }
}

extension Patch: Sendable where Value: Sendable {}
extension Patch: Equatable where Value: Equatable {}
extension Patch: Hashable where Value: Hashable {}
