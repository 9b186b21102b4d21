/// Stores a property out of line, so that a structure can hold another of its own type.
///
///     struct Comment { var text: String; @Indirect var parent: Comment? }
@propertyWrapper
public struct Indirect<Value> {
    private var box: IndirectBox<Value>

    public init(wrappedValue: Value) {
        box = .value(wrappedValue)
    }

    public var wrappedValue: Value {
        get {
            switch box {
            case .value(let value): value
            }
        }
        set { box = .value(newValue) }
    }
}

private indirect enum IndirectBox<Value> {
    case value(Value)
}

extension IndirectBox: Sendable where Value: Sendable {}
extension Indirect: Sendable where Value: Sendable {}

extension Indirect: Equatable where Value: Equatable {
    public static func == (left: Self, right: Self) -> Bool {
        left.wrappedValue == right.wrappedValue
    }
}

extension Indirect: Hashable where Value: Hashable {
    public func hash(into hasher: inout Hasher) {
        hasher.combine(wrappedValue)
    }
}
