import Foundation
import TollgateCore
import TollgateMockServer
import TollgateVluna

/// One page of a list.
struct ListPage<Item: Sendable>: Sendable {
    let items: [Item]
    /// Where the next page begins; nil on the last one.
    let nextCursor: String?
    /// The most items that a page of this list has.
    let limit: Int

    /// What lists say beside their data, where they do not say it inside.
    var meta: Vluna.PaginationMeta {
        Vluna.PaginationMeta(nextCursor: nextCursor, hasMore: nextCursor != nil, limit: limit)
    }
}

extension MockCall {
    /// The page that `limit` and `cursor` ask for.
    /// - Parameters:
    ///   - items: The whole list, in its order.
    ///   - usual: How long a page is if the call does not say it.
    ///   - isPlain: Whether the key itself is the cursor.
    ///   - key: What names an item for good. The cursor is made from it, so that a page goes on behind the same item
    ///     whatever was added before it.
    /// - Returns: The page.
    /// - Throws: ``VlunaFailure`` if the cursor is of no item in the list.
    func page<Item>(
        of items: [Item], usual: Int = 50, isPlain: Bool = false, key: (Item) -> String
    ) throws(VlunaFailure) -> ListPage<Item> {
        let limit = query("limit").last.flatMap { Int($0) } ?? usual
        var rest = items[...]
        if let cursor = text("cursor") {
            let name = isPlain ? cursor.lowercased() : ListCursor.key(cursor)
            guard let name, let last = items.firstIndex(where: { key($0) == name }) else {
                throw .invalid("cursor is invalid")
            }
            rest = items[(last + 1)...]
        }
        let page = Array(rest.prefix(limit))
        let hasMore = page.count < rest.count
        let next = page.last.map { isPlain ? key($0) : ListCursor.text(key($0)) }
        return ListPage(items: page, nextCursor: hasMore ? next : nil, limit: limit)
    }
}

/// A cursor on the wire: a small JSON object in URL-safe base64.
private enum ListCursor {
    static func text(_ key: String) -> String {
        Data((["id": .string(key)] as JSONValue).jsonBytes()).base64URL
    }

    static func key(_ text: String) -> String? {
        let bytes = Data(base64URL: text[...]).map { Array($0) }
        return bytes.flatMap { try? JSONValue(jsonBytes: $0) }?["id"]?.text
    }
}

// MARK: - Filters

extension MockCall {
    /// The value of a query parameter that may come once.
    func text(_ name: String) -> String? {
        query(name).last
    }

    /// The value of a query parameter that is `true` or `false`.
    func flag(_ name: String) -> Bool? {
        text(name).map { $0 == "true" }
    }

    /// Whether a query parameter that narrows a list lets a value through: it is absent, or one of its values.
    func accepts(_ name: String, _ value: String?) -> Bool {
        let accepted = list(name)
        return accepted.isEmpty || value.map(accepted.contains) ?? false
    }

    /// Whether a query parameter that narrows a list is absent, or says the same of the item.
    func accepts(_ name: String, _ value: Bool) -> Bool {
        flag(name).map { $0 == value } ?? true
    }

    /// Whether a query parameter that may come once is absent, or says just this.
    func isAbsent(_ name: String, or value: String?, ignoresCase: Bool = false) -> Bool {
        guard let text = text(name) else { return true }
        return ignoresCase ? text.lowercased() == value?.lowercased() : text == value
    }

    /// Whether one of the texts has the one that is searched for in it, whatever its case.
    func finds(in texts: String?...) -> Bool {
        guard let search = text("q")?.lowercased(), !search.isEmpty else { return true }
        return texts.contains { $0?.lowercased().contains(search) ?? false }
    }
}

// MARK: - Failures

extension VlunaFailure {
    /// What a path names is not there.
    static func missing(_ thing: String) -> VlunaFailure {
        VlunaFailure(status: 404, code: "RESOURCE.NOT_FOUND", message: "\(thing) not found")
    }

    /// A write contradicts what is there.
    static func conflict(_ message: String) -> VlunaFailure {
        VlunaFailure(status: 409, code: "CONFLICT", message: message)
    }

    /// A call has to name the account that it is about.
    static var missingAccount: VlunaFailure {
        .unauthorized("AUTH.MISSING_SERVICE_BINDINGS", "X-Principal-Id or X-Billing-Account-Id is required")
    }
}
