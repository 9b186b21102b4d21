import TollgateCore

extension Matcher {
    /// Whether a value fits.
    func fits(_ element: JSONElement) -> Bool {
        fits(element, 0, beside: nil)
    }

    /// Whether a value that stands in no document fits.
    func fits(_ value: JSONValue) -> Bool {
        if case .string(let text) = value, nodes[0].isText { return fits(text, nodes[0]) }
        guard let element = try? JSONElement(parsing: value.jsonBytes()) else { return false }
        return fits(element)
    }

    /// Whether a value fits that is a member of `parent`, or stands in a list or alone.
    private func fits(_ element: JSONElement, _ number: Int, beside parent: JSONElement?) -> Bool {
        let node = nodes[number]
        if let reference = node.reference, !fits(element, reference, beside: parent) { return false }
        switch element.kind {
        case .null:
            guard node.kinds.contains(.null) else { return false }
        case .bool:
            guard node.kinds.contains(.boolean) else { return false }
        case .number:
            guard fitsNumber(element, node) else { return false }
        case .string:
            // What is asked of a text is asked of nothing else: it has been checked as a whole.
            guard node.kinds.contains(.string), fitsText(element, node) else { return false }
            return node.combination.map { fits(element, $0, beside: parent) } ?? true
        case .array:
            guard node.kinds.contains(.array), node.array.map({ fits(element, $0) }) ?? true else { return false }
        case .object:
            guard node.kinds.contains(.object), node.object.map({ fits(element, $0) }) ?? true else { return false }
        }
        if let choices = node.choices {
            guard let value = try? JSONValue(json: element), choices.contain(value) else { return false }
        }
        return node.combination.map { fits(element, $0, beside: parent) } ?? true
    }

    private func fitsText(_ element: JSONElement, _ node: Node) -> Bool {
        if node.format == nil, node.text == nil, node.choices == nil { return true }
        guard let text = try? element.string(), fits(text, node) else { return false }
        return node.format?.fits(text, element) ?? true
    }

    /// What is asked of a text, but for its format.
    private func fits(_ text: String, _ node: Node) -> Bool {
        if let choices = node.choices, !choices.contain(text) { return false }
        return node.text?.allow(text) ?? true
    }

    private func fitsNumber(_ element: JSONElement, _ node: Node) -> Bool {
        if !node.kinds.contains(.number) {
            guard node.kinds.contains(.integer) else { return false }
            if (try? element.int64()) == nil, !((try? element.number())?.isIntegral ?? false) { return false }
        }
        if let limits = node.number, !limits.allow(element) { return false }
        guard let format = node.format, let number = try? element.number() else { return true }
        return format.complaint(about: .number(number)) == nil
    }

    private func fits(_ element: JSONElement, _ shape: ArrayShape) -> Bool {
        guard let elements = try? element.elements(), shape.count.allow(elements.count) else { return false }
        var position = 0
        for item in elements {
            let node = position < shape.first.count ? shape.first[position] : shape.items
            if let node, !fits(item, node, beside: nil) { return false }
            position += 1
        }
        guard shape.uniqueItems, elements.count > 1 else { return true }
        guard case .array(let values)? = try? JSONValue(json: element) else { return false }
        return Set(values).count == values.count
    }

    private func fits(_ element: JSONElement, _ shape: ObjectShape) -> Bool {
        guard let members = (try? element.object())?.members else { return false }
        var found: UInt64 = 0
        for (name, value) in members {
            if let member = shape.members[name] {
                found |= member.mark
                if let node = member.node {
                    guard fits(value, node, beside: element), fitsPatterns(name, value, shape) != false else {
                        return false
                    }
                    continue
                }
            }
            switch fitsPatterns(name, value, shape) {
            case false?: return false
            case true?: continue
            case nil: break
            }
            switch shape.additional {
            case .anything: break
            case .nothing: return false
            case .values(let node): if !fits(value, node, beside: nil) { return false }
            }
        }
        guard found == shape.required, shape.othersRequired.allSatisfy({ element[$0] != nil }) else { return false }
        // A name that is there twice counts once.
        return shape.count.isEmpty || shape.count.allow(Set(members.map(\.name)).count)
    }

    /// Whether a member fits what patterns say about its name; nil if none does.
    private func fitsPatterns(_ name: String, _ value: JSONElement, _ shape: ObjectShape) -> Bool? {
        var result: Bool?
        for entry in shape.patterns where entry.pattern.fits(name) {
            guard fits(value, entry.node, beside: nil) else { return false }
            result = true
        }
        return result
    }

    private func fits(_ element: JSONElement, _ parts: Combination, beside parent: JSONElement?) -> Bool {
        for part in parts.all where !fits(element, part, beside: parent) { return false }
        if let none = parts.none, fits(element, none, beside: nil) { return false }
        if let choice = parts.choice {
            guard let chosen = choice.node(in: parent) else { return true }
            return fits(element, chosen, beside: nil)
        }
        if let chosen = parts.discriminator?.node(in: element) { return fits(element, chosen, beside: nil) }
        if !parts.any.isEmpty, !parts.any.contains(where: { fits(element, $0, beside: nil) }) { return false }
        return parts.one.isEmpty || parts.one.count { fits(element, $0, beside: nil) } == 1
    }
}

extension Matcher.Choice {
    /// The part that the text of a member chooses.
    fileprivate func node(in object: JSONElement?) -> Int? {
        guard let text = try? object?[property]?.string() else { return nil }
        return nodes[text]
    }
}
