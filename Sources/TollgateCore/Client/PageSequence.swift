/// The items of a list that comes in pages. A page is fetched when the iteration gets to it.
///
///     for try await budget in vluna.billing.budgets.all() { … }
///     for try await page in vluna.billing.budgets.all().pages { … }
///
/// The list ends with the page that names no next cursor, an empty one, or one that was used before.
public struct PageSequence<Page: Sendable, Item: Sendable>: Sendable {
    /// The pages themselves.
    public let pages: Pages
    private let items: @Sendable (Page) -> [Item]

    /// - Parameters:
    ///   - cursor: Where to begin; nil for the first page.
    ///   - fetch: Fetches the page at a cursor.
    ///   - items: The items of a page.
    ///   - next: The cursor of the page after a page.
    public init(
        startingAt cursor: String? = nil, fetch: @escaping @Sendable (_ cursor: String?) async throws -> Page,
        items: @escaping @Sendable (Page) -> [Item], next: @escaping @Sendable (Page) -> String?
    ) {
        pages = Pages(start: cursor, fetch: fetch, next: next)
        self.items = items
    }

    /// The pages of a list, one after the other.
    public struct Pages: AsyncSequence, Sendable {
        public typealias Element = Page

        fileprivate let start: String?
        fileprivate let fetch: @Sendable (String?) async throws -> Page
        fileprivate let next: @Sendable (Page) -> String?

        public func makeAsyncIterator() -> Iterator { Iterator(pages: self) }

        public struct Iterator: AsyncIteratorProtocol {
            private let pages: Pages
            private var cursor: String?
            private var used: Set<String> = []
            private var isAtEnd = false

            fileprivate init(pages: Pages) {
                self.pages = pages
                cursor = pages.start
            }

            /// - Throws: What fetching the page throws. The same page is fetched when it is asked for again.
            public mutating func next() async throws -> Page? {
                guard !isAtEnd else { return nil }
                let page = try await pages.fetch(cursor)
                if let cursor { used.insert(cursor) }
                cursor = pages.next(page)
                isAtEnd = cursor.map { $0.isEmpty || used.contains($0) } ?? true
                return page
            }
        }
    }
}

extension PageSequence: AsyncSequence {
    public typealias Element = Item

    public func makeAsyncIterator() -> Iterator {
        Iterator(pages: pages.makeAsyncIterator(), items: items)
    }

    public struct Iterator: AsyncIteratorProtocol {
        fileprivate var pages: Pages.Iterator
        fileprivate let items: @Sendable (Page) -> [Item]
        private var waiting: ArraySlice<Item> = []

        fileprivate init(pages: Pages.Iterator, items: @escaping @Sendable (Page) -> [Item]) {
            self.pages = pages
            self.items = items
        }

        public mutating func next() async throws -> Item? {
            while waiting.isEmpty {
                guard let page = try await pages.next() else { return nil }
                waiting = items(page)[...]
            }
            return waiting.popFirst()
        }
    }
}
