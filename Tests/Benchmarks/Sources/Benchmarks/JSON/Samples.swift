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

    /// One object of 1 KB.
    static func payment() -> [UInt8] {
        let lines = (1...5).map {
            #"{"feature":"openai.gpt5.\#($0)","quantity":\#($0 * 1_237),"unit_price":0.00\#($0)25}"#
        }
        return Array(
            """
            {"id":"pay_01JQ2W8Z5V7N4T6R9","object":"payment","amount_minor":184700,"currency":"usd","is_live":true,\
            "created":"2026-03-14T09:26:53Z","completed":"2026-03-14T09:27:11Z",\
            "customer":{"id":"cus_8f14e45fceea167a","email":"ada@example.com","name":"Ada Lovelace","country":"GB",\
            "balance_minor":-2500},"description":"Usage of language models in March, after the included quota",\
            "statement_descriptor":"TOLLGATE USAGE 03/26","lines":[\(lines.joined(separator: ","))],\
            "metadata":{"app":"transcriber","contract":"ctr_7d3f0a61b2c94e58","environment":"production",\
            "invoice":"inv_2026_03_000417","note":"Renewed for a year; the discount ends with the contract.",\
            "region":"us-central1","tenant":"org_acme"}}
            """.utf8)
    }

    /// 200 messages, most of them with something to escape.
    static func transcript() -> [UInt8] {
        let contents = [
            #"She said \"no\", and then:\n\n\t\"why not?\"\n"#, #"func f() {\n\tprint(\"a\\tb\")\n}\n\n// C:\\temp\\x"#,
            #"Ünïcödé — 漢字 😀\nund so weiter …"#, #"{\"tool\":\"search\",\"arguments\":\"{\\\"q\\\":\\\"swift\\\"}\"}"#,
            #"a line that needs nothing at all, which happens as well now and then"#, #"\u0001\u001f\b\f\r\n"#,
        ]
        let messages = (0..<200).map { index in
            #"{"role":"\#(["user", "assistant", "tool"][index % 3])","content":"\#(contents[index % 6])"}"#
        }
        return Array(#"{"messages":[\#(messages.joined(separator: ","))]}"#.utf8)
    }

    /// 1,000 points of two fractions and an integer, and 1,000 fractions.
    static func series() -> [UInt8] {
        let points = (1...1000).map { index in
            let (x, y) = (Double(index) * 0.37 + 0.001, Double(index * index) / -7 - 0.5)
            return #"{"x":\#(x),"y":\#(y),"count":\#(index * 1_000_003)}"#
        }
        let weights = (1...1000).map { "\(1 / Double($0 + 1))" }
        return Array(
            #"{"points":[\#(points.joined(separator: ","))],"weights":[\#(weights.joined(separator: ","))]}"#.utf8)
    }

    /// A comment on a comment on a comment, 100 deep: 200 levels of JSON.
    static func thread() -> [UInt8] {
        let text = (1...100).reversed().reduce("") { inner, level in
            #"{"id":\#(level),"text":"Reply number \#(level) to what was said","replies":[\#(inner)]}"#
        }
        return Array(text.utf8)
    }
}
