import Foundation

extension JSONDocument {
    // MARK: - Kinds

    @inline(__always)
    func require(_ kind: JSONToken.Kind, at index: Int) throws(JSONError) {
        guard tokens[index].isKind(kind) else { throw wrongKind(kind, at: index) }
    }

    private func wrongKind(_ kind: JSONToken.Kind, at index: Int) -> JSONError {
        let expected = JSONToken(kind, start: 0, extent: 0).publicKind
        return wrongType(expected.article, at: index)
    }

    func wrongType(_ expected: String, at index: Int) -> JSONError {
        let found = tokens[index].publicKind
        return error(found == .null ? .null : .wrongType(expected: expected, found: found), at: index)
    }

    func error(_ reason: JSONError.Reason, at index: Int) -> JSONError {
        JSONError(reason, at: .element(self, index))
    }

    // MARK: - Scalars

    func readString(_ index: Int) throws(JSONError) -> String {
        try require(.string, at: index)
        return string(at: index)
    }

    func readBool(_ index: Int) throws(JSONError) -> Bool {
        let token = tokens[index]
        if token.isKind(.true) { return true }
        try require(.false, at: index)
        return false
    }

    func readInt(_ index: Int) throws(JSONError) -> Int {
        try require(.number, at: index)
        return try integer(at: index)
    }

    func readInt64(_ index: Int) throws(JSONError) -> Int64 {
        try require(.number, at: index)
        return try integer(at: index)
    }

    func readUInt64(_ index: Int) throws(JSONError) -> UInt64 {
        try require(.number, at: index)
        return try integer(at: index)
    }

    private func integer<Value: FixedWidthInteger & Sendable>(at index: Int) throws(JSONError) -> Value {
        let result: Result<Value, NumberText.Problem> = withText(at: index) { NumberText.integer($0) }
        switch result {
        case .success(let value): return value
        case .failure(let problem): throw error(problem.reason(type: "\(Value.self)"), at: index)
        }
    }

    func readDouble(_ index: Int) throws(JSONError) -> Double {
        try require(.number, at: index)
        guard let value = withText(at: index, { NumberText.double($0) }) else {
            throw error(.numberOutOfRange(type: "Double"), at: index)
        }
        return value
    }

    func readDecimal(_ index: Int) throws(JSONError) -> Decimal {
        try require(.number, at: index)
        return try decimalText(at: index)
    }

    private func decimalText(at index: Int) throws(JSONError) -> Decimal {
        let result = withText(at: index) { NumberText.parse($0)?.decimal() ?? .failure(.notANumber) }
        switch result {
        case .success(let value): return value
        case .failure(let problem): throw error(problem.reason(type: "Decimal"), at: index)
        }
    }

    func readNumber(_ index: Int) throws(JSONError) -> JSONNumber {
        try require(.number, at: index)
        return JSONNumber(checkedText: string(at: index))
    }

    func readInt64InString(_ index: Int) throws(JSONError) -> Int64 {
        try require(.string, at: index)
        return try integer(at: index)
    }

    func readDecimalInString(_ index: Int) throws(JSONError) -> Decimal {
        try require(.string, at: index)
        return try decimalText(at: index)
    }

    // MARK: - Strings with a form

    func readDate(_ index: Int) throws(JSONError) -> Date {
        try formatted(index, "date-time") { TimestampText.date($0) }
    }

    func readCalendarDate(_ index: Int) throws(JSONError) -> CalendarDate {
        try formatted(index, "date") { TimestampText.calendarDate($0) }
    }

    func readUUID(_ index: Int) throws(JSONError) -> UUID {
        try formatted(index, "UUID") { UUIDText.uuid($0) }
    }

    func readURL(_ index: Int) throws(JSONError) -> URL {
        try formatted(index, "URL") { URL(string: String(decoding: $0, as: UTF8.self)) }
    }

    func readBase64(_ index: Int) throws(JSONError) -> Data {
        try formatted(index, "base64") { Base64Text.data($0) }
    }

    private func formatted<Value>(
        _ index: Int, _ format: String, _ parse: (UnsafeBufferPointer<UInt8>) -> Value?
    ) throws(JSONError) -> Value {
        try require(.string, at: index)
        guard let value = withText(at: index, parse) else { throw error(.invalid(format: format), at: index) }
        return value
    }

    // MARK: - Members

    /// The token of the value of a member: the last of that name. Thorough rather than quick.
    func member(_ name: String, of object: Int) -> Int? {
        var name = name
        return name.withUTF8 { name in
            var found: Int?
            var index = object + 1
            let end = object + tokens[object].stride
            while index < end {
                if withText(at: index, { $0.elementsEqual(name) }) { found = index + 1 }
                index += 1 + tokens[index + 1].stride
            }
            return found
        }
    }
}
