import GeneratorDiagnostics
import GeneratorYAML

/// Mappings of discriminators that say another value than the schema that they lead to.
extension Session {
    /// Takes the value that the schema says: a body with the mapping's value would not satisfy it.
    func correctMappings() {
        for index in schemas.indices {
            guard let discriminator = schemas[index].discriminator else { continue }
            var mapping = discriminator.mapping
            for (place, entry) in mapping.enumerated() {
                guard let only = onlyValue(of: discriminator.property, in: entry.schema), only != entry.value,
                    !mapping.contains(where: { $0.value == only })
                else { continue }
                warning(
                    """
                    "\(entry.value)" stands for a schema whose "\(discriminator.property)" is "\(only)"; that is taken
                    """, at: discriminator.location)
                mapping[place].value = only
            }
            guard mapping.map(\.value) != discriminator.mapping.map(\.value) else { continue }
            var parts = schemas[index].parts
            parts.discriminator?.mapping = mapping
            schemas[index] = Schema(parts)
        }
    }

    /// The one text that a property can be; nil if there is a choice.
    private func onlyValue(of property: String, in id: SchemaID) -> String? {
        var seen: Set<SchemaID> = []
        var waiting = [id]
        var only: String?
        while let id = waiting.popLast() {
            guard seen.insert(id).inserted else { continue }
            let schema = schemas[id.index]
            waiting += schema.allOf + [schema.reference].compactMap { $0 }
            guard let member = schema.properties.first(where: { $0.name == property }) else { continue }
            var own = schemas[member.schema.index]
            while own.isBareReference, let target = own.reference { own = schemas[target.index] }
            let values = own.enumValues + [own.constValue].compactMap { $0 }
            guard values.count == 1, let value = values[0].string else { continue }
            if only != nil, only != value { return nil }
            only = value
        }
        return only
    }
}
