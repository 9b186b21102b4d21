// MARK: - Members of an object

extension JSONWriter {
    /// Writes a member.
    public mutating func write<Value: JSONConvertible>(_ name: StaticString, _ value: Value) {
        writeName(name)
        value.writeValue(to: &self)
    }

    /// Writes a member.
    public mutating func write(_ name: StaticString, _ value: String) {
        writeName(name)
        writeString(value)
    }

    /// Writes a member, or nothing if the value is nil.
    public mutating func write(_ name: StaticString, _ value: String?) {
        if let value { write(name, value) }
    }

    /// Writes a member.
    public mutating func write(_ name: StaticString, _ value: Int) {
        writeName(name)
        writeInteger(Int64(value))
    }

    /// Writes a member, or nothing if the value is nil.
    public mutating func write(_ name: StaticString, _ value: Int?) {
        if let value { write(name, value) }
    }

    /// Writes a member.
    public mutating func write(_ name: StaticString, _ value: Bool) {
        writeName(name)
        writeLiteral(value ? "true" : "false")
    }

    /// Writes a member, or nothing if the value is nil.
    public mutating func write(_ name: StaticString, _ value: Bool?) {
        if let value { write(name, value) }
    }

    /// Writes a member, or nothing if the value is nil.
    public mutating func write<Value: JSONConvertible>(_ name: StaticString, _ value: Value?) {
        if let value { write(name, value) }
    }

    /// Writes a member; nil is written as null.
    public mutating func write<Value: JSONConvertible>(_ name: StaticString, nullable value: Value?) {
        writeName(name)
        if let value { value.writeValue(to: &self) } else { writeNull() }
    }

    /// Writes a member as the patch says: not at all, null, or the value.
    public mutating func write<Value: JSONConvertible>(_ name: StaticString, patch: Patch<Value>) {
        switch patch {
        case .absent: break
        case .null: write(name, nullable: Value?.none)
        case .value(let value): write(name, value)
        }
    }

    /// Writes a union. Its discriminator is a member of its own: `json.write("type", union.discriminator)`.
    public mutating func write<Union: JSONSiblingUnion>(_ name: StaticString, _ union: Union) {
        writeName(name)
        union.writeValue(to: &self)
    }

    /// Writes a union, or nothing if it is nil.
    public mutating func write<Union: JSONSiblingUnion>(_ name: StaticString, _ union: Union?) {
        if let union { write(name, union) }
    }

    /// Writes members that have no property of their own, sorted by name. A name that a property has is left out.
    @_specialize(where Value == String)
    @_specialize(where Value == JSONValue)
    public mutating func write<Value: JSONConvertible>(
        remaining members: [String: Value], excluding names: [StaticString] = []
    ) {
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if names.contains(where: { $0.description == name }) { continue }
            writeName(name)
            value.writeValue(to: &self)
        }
    }
}

// MARK: - Single values

extension JSONWriter {
    /// Writes one value.
    public mutating func writeValue<Value: JSONConvertible>(_ value: Value) {
        value.writeValue(to: &self)
    }

    /// Writes one object: the variant of a union, with the member that names it in front.
    public mutating func writeValue<Model: JSONModel>(
        _ model: Model, adding discriminator: StaticString, _ name: String
    ) {
        beginObject()
        write(discriminator, name)
        model.write(to: &self)
        endObject()
    }

    /// Writes one object whose members the closure writes.
    public mutating func writeObject(_ members: (inout JSONWriter) -> Void) {
        beginObject()
        members(&self)
        endObject()
    }

    /// Writes one array whose elements the closure writes.
    public mutating func writeArray(_ elements: (inout JSONWriter) -> Void) {
        beginArray()
        elements(&self)
        endArray()
    }
}
