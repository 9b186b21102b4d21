import Foundation
import TollgateCore
import TollgateMockServer

/// A function that a model may call.
struct ModelTool: Sendable {
    let name: String
    /// The JSON Schema of its arguments.
    let parameters: JSONValue?
}

/// What a request asks of a model, whatever the provider.
struct ModelQuestion: Sendable {
    /// What the user said last.
    var text: String
    var maximum: Int?
    var stops: [String] = []
    /// The function that has to be called, if one has to.
    var tool: ModelTool?
    /// Whether the answer has to be JSON, and the schema that it has to fit.
    var wantsJSON = false
    var schema: JSONValue?
}

/// What a simulated model answers.
struct ModelAnswer: Sendable {
    enum Ending: Sendable {
        case complete, tooLong, stopped(String), call
    }

    /// The text, or the arguments of the function as JSON text, token by token.
    let pieces: [String]
    /// The function that is called, in place of saying something.
    let tool: ModelTool?
    let ending: Ending

    var text: String { pieces.joined() }
    var tokens: Int { pieces.count }

    /// - Parameters:
    ///   - question: What is asked.
    ///   - fixed: What a test wants to be answered.
    init(to question: ModelQuestion, fixed: String?) {
        if let tool = question.tool {
            self.tool = tool
            pieces = Tokens.pieces(of: (tool.parameters.map(Sample.init)?.value ?? [:]).jsonText())
            ending = .call
            return
        }
        tool = nil
        var text = fixed ?? Self.answer(to: question)
        var ending = Ending.complete
        for stop in question.stops {
            guard !stop.isEmpty, let range = text.range(of: stop) else { continue }
            text = String(text[..<range.lowerBound])
            ending = .stopped(stop)
        }
        var pieces = Tokens.pieces(of: text)
        if let maximum = question.maximum, pieces.count > maximum {
            pieces = Array(pieces.prefix(maximum))
            ending = .tooLong
        }
        self.pieces = pieces
        self.ending = ending
    }

    private static func answer(to question: ModelQuestion) -> String {
        if let schema = question.schema { return Sample(schema).value.jsonText() }
        let topic = question.text.split { $0.isNewline }.joined(separator: " ").prefix(60)
        if question.wantsJSON { return (["answer": .string(String(topic))] as JSONValue).jsonText() }
        return "You said: \(topic)"
    }
}

/// A value that fits a JSON Schema, as far as a test needs it.
private struct Sample {
    let value: JSONValue

    init(_ schema: JSONValue) {
        self.init(schema, in: schema, depth: 0)
    }

    private init(_ schema: JSONValue, in root: JSONValue, depth: Int) {
        func sample(_ schema: JSONValue) -> JSONValue { Sample(schema, in: root, depth: depth + 1).value }
        let type = schema["type"]?.text ?? schema["type"]?.elements?.first?.text
        if depth > 16 {
            value = .null
        } else if let reference = schema["$ref"]?.text {
            let path = reference.split(separator: "/").dropFirst()
            value = sample(path.reduce(root) { $0[String($1)] ?? [:] })
        } else if let constant = schema["const"] ?? schema["enum"]?.elements?.first {
            value = constant
        } else if let alternative = (schema["anyOf"] ?? schema["oneOf"] ?? schema["allOf"])?.elements?.first {
            value = sample(alternative)
        } else {
            switch type {
            case "string": value = "text"
            case "integer", "number": value = schema["minimum"] ?? 1
            case "boolean": value = true
            case "array": value = .array(schema["items"].map { [sample($0)] } ?? [])
            case "null": value = .null
            default: value = .object((schema["properties"]?.members ?? [:]).mapValues(sample))
            }
        }
    }
}

extension JSONValue {
    /// The text of a message's content, which is one text or a list of parts.
    var spokenText: String {
        if let text { return text }
        return (elements ?? []).compactMap { $0["text"]?.text }.joined(separator: "\n")
    }

    /// What the user said last in a conversation.
    var lastUserText: String {
        (elements ?? []).last { $0["role"] == "user" }?["content"]?.spokenText ?? ""
    }
}
