/// The documents that are decoded and encoded, the same bytes at every run.
enum Samples {
    /// 1,000 items of ten members as a list call returns them, about 340 kB.
    static func list() -> [UInt8] {
        let items = (0..<1000).map { index in
            """
            {"id":"evt_\(900_000 + index)","user_id":"user_\(index % 37)","model":"gpt-4o","status":"\
            \(["accepted", "duplicate", "charged"][index % 3])","is_test":\(index % 5 == 0),\
            "input_tokens":\(index * 7 % 4096),"output_tokens":\(index * 13 % 2048),"latency_ms":\(index % 900).\(index % 9 + 1),\
            "labels":["team-\(index % 11)","région-\(index % 4)"],\
            "price":{"currency":"USD","amount_xusd":"\(index * 2_000)","block":1000}\
            \(index % 2 == 0 ? ",\"note\":\"a note of medium length, as people write them\"" : "")}
            """
        }
        return Array(#"{"items":[\#(items.joined(separator: ","))],"next_cursor":"c_1000","total":52340}"#.utf8)
    }

    /// One object of about 1 kB.
    static func object() -> [UInt8] {
        let members = (0..<8).map { #""field_\#($0)":"\#(String(repeating: "value \($0) ", count: 12))""# }
        let rest = #""id":"mem_0001","count":12,"is_active":true,"ratio":0.75,"tags":["one","two","three"]"#
        return Array("{\(members.joined(separator: ",")),\(rest)}".utf8)
    }

    /// 200 strings with quotes, line breaks, backslashes and characters beyond the basic plane.
    static func escapes() -> [UInt8] {
        let text = #"She said: \"no\".\n\tC:\\temp\\new — caf\u00e9 \ud83d\ude00, and then\r\nmore plain text follows"#
        return Array(#"{"lines":[\#(repeatElement("\"\(text)\"", count: 200).joined(separator: ","))]}"#.utf8)
    }

    /// 1,000 readings of one small and one large integer, and two fractions, one of them with all its digits.
    static func numbers() -> [UInt8] {
        let readings = (0..<1000).map { index in
            """
            {"small":\(index % 100),"large":\(9_007_199_254_740_993 + Int64(index) * 1_000_003),\
            "short":\(index).25,"long":\(Double(index) / 7 + 1e-7)}
            """
        }
        return Array(#"{"readings":[\#(readings.joined(separator: ","))]}"#.utf8)
    }

    /// 1,000 charges: exact amounts, times.
    static func charges() -> [UInt8] {
        let charges = (0..<1000).map { index in
            """
            {"amount":\(index).\(100_000 + index),"at":"2026-0\(index % 9 + 1)-1\(index % 10)T1\(index % 10):30:0\(index % 10)Z"}
            """
        }
        return Array(#"{"charges":[\#(charges.joined(separator: ","))]}"#.utf8)
    }

    /// 200 objects, each in an array in the one before it.
    static func nested() -> [UInt8] {
        let depth = 200
        let open = (0..<depth).map { #"{"name":"level \#($0)","children":["# }.joined()
        return Array((open + String(repeating: "]}", count: depth)).utf8)
    }
}
