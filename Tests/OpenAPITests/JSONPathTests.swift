import GeneratorDiagnostics
import GeneratorYAML
import Testing

@testable import GeneratorOpenAPI

/// JSONPath by RFC 9535, with its own examples.
struct JSONPathTests {
    private static let store = """
        store:
          book:
            - { category: reference, author: Nigel Rees, title: Sayings of the Century, price: 8.95 }
            - { category: fiction, author: Evelyn Waugh, title: Sword of Honour, price: 12.99 }
            - { category: fiction, author: Herman Melville, title: Moby Dick, isbn: 0-553-21311-3, price: 8.99 }
            - { category: fiction, author: J. R. R. Tolkien, title: The Lord of the Rings, isbn: 0-395-19395-8, price: 22.99 }
          bicycle: { color: red, price: 399 }
        x-dash: { 'a.b': 1, "quo'te": 2, tags: [a, b], nothing: null, yes: true }
        """

    private func find(_ path: String) throws -> [String] {
        let root = try #require(
            YAMLReader.read(path: "a.yaml", bytes: Array(Self.store.utf8), diagnostics: Diagnostics()))
        var evaluator = JSONPathEvaluator(root: EditableNode(root))
        return evaluator.nodes(try JSONPathParser.parse(path)).map { found in
            switch found.node.content {
            case .scalar: found.node.origin.text ?? ""
            case .sequence(let elements): "[\(elements.count)]"
            case .mapping(let entries): "{\(entries.count)}"
            }
        }
    }

    @Test(arguments: [
        ("$", ["{2}"]), ("$.store.bicycle.color", ["red"]), ("$['store'][\"bicycle\"]['color']", ["red"]),
        ("$.store.book[*].author", ["Nigel Rees", "Evelyn Waugh", "Herman Melville", "J. R. R. Tolkien"]),
        ("$.store.*", ["[4]", "{2}"]), ("$.store..price", ["8.95", "12.99", "8.99", "22.99", "399"]),
        ("$..book[2].title", ["Moby Dick"]), ("$..book[-1].title", ["The Lord of the Rings"]),
        ("$..book[0,1].price", ["8.95", "12.99"]), ("$..book[:2].price", ["8.95", "12.99"]),
        ("$..book[2:].price", ["8.99", "22.99"]), ("$..book[-2:].price", ["8.99", "22.99"]),
        ("$..book[::2].price", ["8.95", "8.99"]), ("$..book[::-1].price", ["22.99", "8.99", "12.99", "8.95"]),
        ("$..book[3:0:-2].price", ["22.99", "12.99"]), ("$..book[::0].price", []), ("$..book[9:].price", []),
        ("$..book[?@.isbn].price", ["8.99", "22.99"]), ("$..book[?(@.isbn)].price", ["8.99", "22.99"]),
        ("$..book[?!@.isbn].price", ["8.95", "12.99"]), ("$..book[?@.price<10].price", ["8.95", "8.99"]),
        ("$..book[?@.price >= 8.99 && @.price <= 12.99].price", ["12.99", "8.99"]),
        ("$..book[?@.category=='reference' || @.price > 20].price", ["8.95", "22.99"]),
        ("$..book[?(@.category != 'fiction')].price", ["8.95"]),
        ("$..book[?@['category'] == \"reference\"].price", ["8.95"]),
        ("$..book[?@.price == $.store.book[1].price].author", ["Evelyn Waugh"]),
        ("$..book[?length(@.author) == 10].author", ["Nigel Rees"]),
        ("$..book[?count(@.*) == 5].title", ["Moby Dick", "The Lord of the Rings"]),
        ("$..book[?match(@.author, 'J.*')].price", ["22.99"]),
        ("$..book[?search(@.title, 'of')].price", ["8.95", "12.99", "22.99"]),
        ("$.x-dash['a.b']", ["1"]), ("$['x-dash']['quo\\'te']", ["2"]), ("$.x-dash[?@ == null]", ["null"]),
        ("$.x-dash[?@ == true]", ["true"]), ("$.x-dash[?@ == 1]", ["1"]), ("$.x-dash.tags[?@ == 'b']", ["b"]),
        ("$[?@.tags[*] == 'b'].yes", ["true"]), ("$[?@.missing == @.none]", ["{2}", "{5}"]), ("$.nowhere.at.all", []),
        ("$[?(@.bicycle && !(@.book[9]))].bicycle.price", ["399"]), (" $ .store [ 'bicycle' ] .color ", ["red"]),
    ])
    func finds(path: String, expected: [String]) throws {
        #expect(try find(path) == expected)
    }

    @Test(arguments: [
        ("", 1), ("store", 1), ("$.", 3), ("$.store[", 9), ("$['store'", 10), ("$[?@.a ==]", 10), ("$[?]", 4),
        ("$['a", 5), ("$.a b", 5), ("$[1", 4), ("$[?(@.a]", 8), ("$[01x]", 5), ("$[?1]", 5),
        ("$[99999999999999999999]", 3),
    ])
    func refuses(path: String, position: Int) {
        do throws(JSONPathParser.Problem) {
            _ = try JSONPathParser.parse(path)
            Issue.record("\(path) was read")
        } catch {
            #expect(error.position == position, "\(error.message)")
        }
    }

    @Test func deepNestingIsRefused() {
        let path = "$[?" + String(repeating: "(", count: 100_000)
        #expect(throws: JSONPathParser.Problem.self) { try JSONPathParser.parse(path) }
        let not = "$[?" + String(repeating: "!", count: 100_000)
        #expect(throws: JSONPathParser.Problem.self) { try JSONPathParser.parse(not) }
        let inner = String(repeating: "$[?@", count: 100_000)
        #expect(throws: JSONPathParser.Problem.self) { try JSONPathParser.parse(inner) }
    }
}
