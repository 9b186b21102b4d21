import LibYAML

/// libyaml's events of some files, without anything done to them: what reading YAML costs at least.
enum BareParse {
    /// Parses files one after the other.
    ///
    /// - Returns: the number of events; 0 if a file is not YAML.
    static func parse(_ files: some Sequence<[UInt8]>) -> Int {
        var sum = 0
        for file in files {
            guard let events = parse(file) else { return 0 }
            sum += events
        }
        return sum
    }

    private static func parse(_ bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBufferPointer { buffer in
            var parser = yaml_parser_t()
            guard yaml_parser_initialize(&parser) == 1 else { return nil }
            defer { yaml_parser_delete(&parser) }
            yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
            var count = 0
            while true {
                var event = yaml_event_t()
                guard yaml_parser_parse(&parser, &event) == 1 else { return nil }
                defer { yaml_event_delete(&event) }
                count += 1
                if event.type == YAML_STREAM_END_EVENT { return count }
            }
        }
    }
}
