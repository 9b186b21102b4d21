import Foundation
import TollgateCore

extension Redaction {
    /// A form without secrets and personal data; one that holds none stays as it was sent.
    func form(_ form: String) -> String {
        let items = PercentEncoding.items(of: form[...])
        let names = items.map { Self.memberName($0.name) }
        var isChanged = false
        let redacted = items.map { item in
            let value = value(of: item.value, under: Self.memberName(item.name), among: names)
            if value != item.value { isChanged = true }
            return "\(Self.escaped(item.name))=\(Self.escaped(value))"
        }
        return isChanged ? redacted.joined(separator: "&") : form
    }

    private func value(of value: String, under name: String, among names: [String]) -> String {
        json(.object(Dictionary(names.map { ($0, JSONValue.null) } + [(name, .string(value))]) { $1 })).value[name]?
            .text
            ?? value
    }

    /// The last of the names in brackets: `token` of `card[token]`.
    private static func memberName(_ name: String) -> String {
        FormTree.path(of: name).last { !$0.isEmpty } ?? name
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-._~")))
            ?? text
    }

    /// A stream of events without secrets and personal data. Events that hold none stay as they were sent.
    func stream(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            let prefix = line.hasPrefix("data:") ? line.prefix { $0 != "{" && $0 != "[" } : ""
            guard let value = try? JSONValue(jsonText: String(line.dropFirst(prefix.count))) else {
                return self.text(String(line))
            }
            let redacted = json(value)
            return redacted.pointers.isEmpty ? String(line) : prefix + redacted.value.jsonText()
        }
        return lines.joined(separator: "\n")
    }
}
