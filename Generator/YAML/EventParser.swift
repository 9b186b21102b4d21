import GeneratorDiagnostics
import LibYAML

/// Reads YAML through libyaml's events. Nothing else uses libyaml.
struct EventParser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let bytes: UnsafeBufferPointer<UInt8>
    private let file: SourceFile
    private let standIns: StandIns?

    /// Reads one document from its text, which must be valid UTF-8 without a byte order mark.
    static func parse(_ bytes: [UInt8], into builder: inout TreeBuilder) throws(ReadFailure) {
        var bytes = bytes
        let standIns = StandIns.replace(in: &bytes)
        let failure: ReadFailure? = bytes.withUnsafeBufferPointer { bytes in
            let parser = EventParser(bytes, file: builder.file, standIns: standIns)
            do throws(ReadFailure) {
                try parser.parseStream(into: &builder)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    /// Makes a parser of bytes that must stay where they are as long as the parser exists.
    private init(_ bytes: UnsafeBufferPointer<UInt8>, file: SourceFile, standIns: StandIns?) {
        self.bytes = bytes
        self.file = file
        self.standIns = standIns
        parser = .allocate(capacity: 1)
        precondition(yaml_parser_initialize(parser) == 1, "out of memory")
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    private func parseStream(into builder: inout TreeBuilder) throws(ReadFailure) {
        var hasDocument = false
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxFailure() }
            defer { yaml_event_delete(&event) }
            switch event.type {
            case YAML_STREAM_END_EVENT:
                return
            case YAML_DOCUMENT_START_EVENT:
                if hasDocument {
                    throw builder.failure(
                        "a second document begins here", at: Mark(event.start_mark), hint: "put it in a file of its own"
                    )
                }
                hasDocument = true
            default:
                try add(event, to: &builder)
            }
        }
    }

    private func add(_ event: yaml_event_t, to builder: inout TreeBuilder) throws(ReadFailure) {
        let mark = Mark(event.start_mark)
        switch event.type {
        case YAML_SCALAR_EVENT:
            addScalar(event, to: &builder)
        case YAML_MAPPING_START_EVENT:
            check(event.data.mapping_start.tag, is: "map", at: mark, &builder)
            try builder.open(.mapping, at: mark, anchor: name(event.data.mapping_start.anchor))
        case YAML_SEQUENCE_START_EVENT:
            check(event.data.sequence_start.tag, is: "seq", at: mark, &builder)
            try builder.open(.sequence, at: mark, anchor: name(event.data.sequence_start.anchor))
        case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT:
            builder.close()
        case YAML_ALIAS_EVENT:
            let mark = Mark(from: event.start_mark, to: event.end_mark)
            try builder.addAlias(name(event.data.alias.anchor) ?? "", at: mark)
        default:
            break
        }
    }

    private func addScalar(_ event: yaml_event_t, to builder: inout TreeBuilder) {
        let scalar = event.data.scalar
        let mark = Mark(from: event.start_mark, to: event.end_mark)
        var isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
        if let tag = name(scalar.tag) {
            isPlain = ["null", "bool", "int", "float"].contains { tag == Self.standardTag + $0 }
            if !isPlain { check(scalar.tag, is: "str", at: mark, &builder) }
        }
        builder.addScalar(
            UnsafeBufferPointer(start: scalar.value, count: scalar.length), isPlain: isPlain, at: mark,
            anchor: name(scalar.anchor), standIns: standIns)
    }

    private static let standardTag = "tag:yaml.org,2002:"

    /// Complains of a tag, unless it is `!` or the standard tag that is expected.
    private func check(
        _ tag: UnsafeMutablePointer<UInt8>?, is expected: String, at mark: Mark, _ builder: inout TreeBuilder
    ) {
        guard let tag = name(tag), tag != "!", tag != Self.standardTag + expected else { return }
        let isStandard = tag.hasPrefix(Self.standardTag)
        let shown = isStandard ? "!!" + tag.dropFirst(Self.standardTag.count) : tag
        var mark = mark
        mark.width = 1
        builder.complain(
            "the tag \"\(shown)\" is not supported here", assumed: "it is ignored", at: mark,
            hint: "remove it, or put text that begins with \"!\" in quotes")
    }

    private func name(_ text: UnsafeMutablePointer<UInt8>?) -> String? {
        text.map { String(cString: $0) }
    }

    private func syntaxFailure() -> ReadFailure {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "not enough memory"
        if state.error == YAML_READER_ERROR {
            let code = String(state.problem_value, radix: 16, uppercase: true)
            let name = "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
            let mark = Mark(ofByteAt: Int(state.problem_offset), in: bytes)
            return ReadFailure(
                diagnostic: Diagnostic(
                    .error, "YAML does not allow the character \(name)", at: mark.location(in: file),
                    hint: "remove it, or write it as an escape in double quotes"))
        }
        let syntax = SyntaxProblem(
            file: file, problem: problem, mark: Mark(state.problem_mark),
            context: state.context.map { String(cString: $0) } ?? "", contextMark: Mark(state.context_mark))
        return ReadFailure(diagnostic: syntax.diagnostic)
    }
}

extension Mark {
    /// libyaml counts lines and columns from 0.
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: UInt32(mark.line + 1), column: UInt32(mark.column + 1))
    }

    fileprivate init(from start: yaml_mark_t, to end: yaml_mark_t) {
        self.init(start)
        if start.line == end.line, end.column > start.column { width = UInt32(end.column - start.column) }
    }
}
