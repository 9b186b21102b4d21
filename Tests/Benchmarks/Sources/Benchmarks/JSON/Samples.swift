/// The documents that are decoded and encoded, the same bytes at every run.
enum Samples {
    /// 1,000 objects of strings, integers and booleans.
    static func tokenCounts() -> [UInt8] {
        let items = (0..<1000).map { index in
            """
            {"model":"\(["gpt-4o", "gpt-4o-mini", "o3-mini-2025-01-31"][index % 3])",\
            "input_tokens":\(index * 7 % 4096),"output_tokens":\(index * 13 % 2048),\
            "cached_tokens":\(index % 2 == 0 ? 0 : 1024),"reasoning_tokens":\(index % 512),\
            "request_id":"req_\(900_000 + index)","streaming":\(index % 5 == 0),"latency_ms":\(index % 900)}
            """
        }
        return Array("[\(items.joined(separator: ","))]".utf8)
    }

    /// The answer of a list call: 1,000 features with a quota and a rate each; times, and integers in strings.
    static func featureLimits() -> [UInt8] {
        let items = (0..<1000).map { index in
            """
            {"feature_code":"openai.gpt5.\(index)","feature_family_code":"family-\(index % 11)","unit":"token",\
            "quotas":[\(window(days: 30, index))],"rates":[\(window(days: 1, index))],\
            "meters":["input-\(index % 7)","sortie-é-\(index % 4)"]}
            """
        }
        return Array(#"{"ok":true,"code":"OK","data":[\#(items.joined(separator: ","))]}"#.utf8)
    }

    private static func window(days: Int, _ index: Int) -> String {
        """
        {"window_start":"2026-0\(index % 9 + 1)-01T0\(index % 10):00:00Z",\
        "window_end":"2026-0\(index % 9 + 1)-\(10 + days % 20)T0\(index % 10):00:00Z",\
        "limit_minor":"\(1_000_000 + index)","used_minor":"\(index * 977 % 1_000_000)"}
        """
    }
}
