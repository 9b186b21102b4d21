/// The members of one object, to be read by name.
///
/// It remembers where it found the last one: reading in the order of the document costs one comparison a member.
/// If a name stands in the object more than once, the last one counts.
///
/// What is required throws as it is read. Anything else that is wrong is remembered and thrown by ``finish()``, so that
/// a model is read without a way out at each member. After the first failure nothing is found any more.
public struct JSONObject: Sendable {
    let document: JSONDocument
    let index: Int
    private var end: Int
    /// The token of the name that is probably wanted next.
    private var likely: Int
    /// What is noted of the members for a model that keeps what it does not know.
    var notes: JSONNotes?
    /// What was wrong first.
    private var failure: JSONError?

    /// The element must be an object. Not a throwing initialiser, because that would return a copy.
    fileprivate init(checked element: JSONElement) {
        (document, index) = (element.document, element.index)
        end = element.index + element.document.tokens[element.index].stride
        likely = element.index + 1
    }

    // MARK: - Failing

    /// Ends the reading: to be called by who opened the object, for a ``JSONModel`` that is ``JSONConvertible/init(json:)``.
    /// - Throws: ``JSONError`` if one of the members that were read is no such value.
    public func finish() throws(JSONError) {
        if let failure { throw failure }
    }

    /// Remembers what is wrong, and finds nothing from now on.
    @usableFromInline
    @inline(never)
    mutating func fail(_ error: JSONError) {
        if failure == nil { failure = error }
        (likely, end) = (index + 1, index + 1)
    }

    /// No value, because of what is wrong.
    @inline(__always)
    mutating func failed<Value>(_ error: JSONError) -> Value? {
        fail(error)
        return nil
    }

    // MARK: - Finding members

    /// The token of the value of a member; nil if there is none.
    @inline(__always)
    private mutating func find(_ name: StaticString) -> Int? {
        let start = likely
        guard !document.tokens[index].flag else { return findThoroughly(name) }
        if start < end, document.isName(name, at: start) {
            likely = start + 1 + document.tokens[start + 1].stride
            notes?.markNext()
            return start + 1
        }
        return search(name, from: start)
    }

    private mutating func search(_ name: StaticString, from start: Int) -> Int? {
        find(name, in: start, end, position: notes?.next ?? 0) ?? find(name, in: index + 1, start, position: 0)
    }

    /// `position` is that of the first member among all.
    private mutating func find(_ name: StaticString, in start: Int, _ end: Int, position: Int) -> Int? {
        var index = start
        var position = position
        while index < end {
            let value = index + 1
            let next = value + document.tokens[value].stride
            if document.isName(name, at: index) {
                likely = next
                notes?.mark(position)
                return value
            }
            index = next
            position += 1
        }
        return nil
    }

    private mutating func findThoroughly(_ name: StaticString) -> Int? {
        guard failure == nil else { return nil }
        if notes != nil {
            for (position, member) in members.enumerated() where member.name == name.description {
                notes?.mark(position)
            }
        }
        return document.member(name.description, of: index)
    }

    /// The token of a member that must be there.
    @inline(__always)
    mutating func require(_ name: StaticString) throws(JSONError) -> Int {
        guard let value = find(name) else { throw missing(name) }
        return value
    }

    private func missing(_ name: StaticString) -> JSONError {
        failure ?? JSONError(.missing, at: .member(document, index, name.description))
    }

    /// The token of a member that is there and not null.
    @inline(__always)
    mutating func present(_ name: StaticString) -> Int? {
        guard let value = find(name) else { return nil }
        if document.tokens[value].isKind(.null) {
            notes?.forms.append(JSONRemainder.Form(name: name.description, written: nil, found: JSONRemainder.null))
            return nil
        }
        return value
    }

    /// Whether there is a member of this name, null included.
    public func contains(_ name: StaticString) -> Bool {
        var copy = self
        return copy.find(name) != nil
    }

    /// The member of this name, null included; nil if there is none.
    @usableFromInline
    mutating func element(ifThere name: StaticString) -> JSONElement? {
        find(name).map { JSONElement(document, $0) }
    }

    /// The object as a whole.
    public var element: JSONElement { JSONElement(document, index) }

    /// The member of this name, whatever it is.
    /// - Throws: ``JSONError`` if there is none.
    public mutating func element(_ name: StaticString) throws(JSONError) -> JSONElement {
        JSONElement(document, try require(name))
    }

    /// The member of this name; nil if there is none, or if it is null.
    public mutating func element(ifPresent name: StaticString) -> JSONElement? {
        present(name).map { JSONElement(document, $0) }
    }

    // MARK: - Values

    // Not copied into each caller, as little here is: a model reads many members, and most of its code would be this.

    /// Reads a required member.
    /// - Throws: ``JSONError`` if it is missing or no such value.
    @_semantics("optimize.sil.specialize.generic.never")
    @inline(never)
    public mutating func value<Value: JSONConvertible>(
        _ name: StaticString, as type: Value.Type = Value.self
    ) throws(JSONError) -> Value {
        try Value(json: element(name))
    }

    /// Reads an optional member: nil if it is missing or null.
    @_semantics("optimize.sil.specialize.generic.never")
    @inline(never)
    public mutating func value<Value: JSONConvertible>(
        ifPresent name: StaticString, as type: Value.Type = Value.self
    ) -> Value? {
        guard let element = element(ifPresent: name) else { return nil }
        do throws(JSONError) {
            return try Value(json: element)
        } catch {
            return failed(error)
        }
    }

    /// Reads a required list of objects.
    /// - Throws: ``JSONError`` if it is missing or no such value.
    @inlinable
    public mutating func value<Model: JSONModel>(_ name: StaticString) throws(JSONError) -> [Model] {
        try [Model](models: element(name))
    }

    /// Reads an optional list of objects: nil if it is missing or null.
    @inlinable
    public mutating func value<Model: JSONModel>(ifPresent name: StaticString) -> [Model]? {
        guard let element = element(ifPresent: name) else { return nil }
        do throws(JSONError) {
            return try [Model](models: element)
        } catch {
            fail(error)
            return nil
        }
    }

    /// Reads an optional member that has a default: that value if it is missing or null.
    public mutating func value<Value: JSONConvertible>(
        _ name: StaticString, default value: @autoclosure () -> Value
    ) -> Value {
        guard let element = element(ifPresent: name) else { return substituted(value(), for: name) }
        do throws(JSONError) {
            return try Value(json: element)
        } catch {
            fail(error)
            return value()
        }
    }

    /// Reads a required member whose JSON has several forms for one value.
    /// - Throws: ``JSONError`` if it is missing or no such value.
    public mutating func exact<Value: JSONConvertible>(_ name: StaticString) throws(JSONError) -> Value {
        let element = try element(name)
        return noted(try Value(json: element), name, at: element.index)
    }

    /// Reads an optional member whose JSON has several forms for one value.
    public mutating func exact<Value: JSONConvertible>(ifPresent name: StaticString) -> Value? {
        guard let element = element(ifPresent: name) else { return nil }
        do throws(JSONError) {
            return noted(try Value(json: element), name, at: element.index)
        } catch {
            return failed(error)
        }
    }

    /// Reads a member for which absence and null differ.
    public mutating func patch<Value: JSONConvertible>(_ name: StaticString) -> Patch<Value> {
        patch(name) { element throws(JSONError) in try Value(json: element) }
    }

    mutating func patch<Value>(
        _ name: StaticString, _ read: (JSONElement) throws(JSONError) -> Value
    ) -> Patch<Value> {
        guard let element = element(ifThere: name) else { return .absent }
        if element.isNull { return .null }
        do throws(JSONError) {
            return .value(try read(element))
        } catch {
            fail(error)
            return .absent
        }
    }

    /// Reads a union whose variant another member names.
    /// - Throws: ``JSONError`` if either is missing, or the union is not what its variant needs.
    public mutating func union<Union: JSONSiblingUnion>(
        _ name: StaticString, discriminator: StaticString
    ) throws(JSONError) -> Union {
        let variant = try string(discriminator)
        return try Union(discriminator: variant, json: element(name))
    }

    /// Reads an optional union whose variant another member names: nil if the union is missing or null.
    public mutating func union<Union: JSONSiblingUnion>(
        ifPresent name: StaticString, discriminator: StaticString
    ) -> Union? {
        guard let element = element(ifPresent: name) else { return nil }
        do throws(JSONError) {
            return try Union(discriminator: string(discriminator), json: element)
        } catch {
            return failed(error)
        }
    }

    /// Reads all members but the named ones.
    public mutating func remaining<Value: JSONConvertible>(excluding names: [StaticString] = []) -> [String: Value] {
        markAll()
        var values: [String: Value] = [:]
        guard failure == nil else { return values }
        for (name, element) in members where !names.contains(where: { $0.description == name }) {
            do throws(JSONError) {
                values[name] = try Value(json: element)
            } catch {
                fail(error)
                break
            }
        }
        return values
    }

    /// All members, in the order of the document.
    @inlinable
    public var members: JSONMembers { JSONMembers(of: element) }
}

extension JSONElement {
    /// A cursor over the members.
    /// - Throws: ``JSONError`` if this is not an object.
    public func object() throws(JSONError) -> JSONObject {
        try document.require(.object, at: index)
        return JSONObject(checked: self)
    }
}

/// The members of an object with their names, in the order of the document.
public struct JSONMembers: Sequence, IteratorProtocol, Sendable {
    @usableFromInline let document: JSONDocument
    @usableFromInline var position: Int
    @usableFromInline let end: Int
    /// How many members the object has; a name that is there twice counts twice.
    public let count: Int

    @usableFromInline
    init(of object: JSONElement) {
        document = object.document
        position = object.index + 1
        end = object.index + object.document.tokens[object.index].stride
        count = Int(object.document.tokens[object.index].detail)
    }

    public mutating func next() -> (name: String, element: JSONElement)? {
        guard position < end else { return nil }
        let (name, value) = (position, position + 1)
        position = value + document.tokens[value].stride
        return (document.string(at: name), JSONElement(document, value))
    }
}
