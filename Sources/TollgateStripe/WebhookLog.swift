import TollgateCore

extension Stripe {
    /// Remembers which events were handled, so that one that Stripe sends again is not handled again.
    ///
    /// It remembers as long as the program runs. A server that must know for longer, or that runs on several machines,
    /// keeps the events' ids where it keeps their effects.
    public actor WebhookLog {
        private let capacity: Int
        private var handled: Set<String> = []
        /// The handled ids, the oldest first.
        private var order: [String] = []
        private var inProgress: Set<String> = []

        /// - Parameter capacity: How many events to remember; the oldest are forgotten.
        public init(capacity: Int = 10_000) {
            self.capacity = max(1, capacity)
        }

        /// Handles an event, unless it was handled before.
        ///
        ///     let event = try await stripe.event(request)
        ///     try await log.once(event) { event in … }
        ///
        /// If the handler throws, the event counts as not handled, and Stripe will send it again.
        ///
        /// - Returns: Whether the handler ran.
        /// - Throws: What the handler throws; ``InvalidWebhook`` as ``WebhookEvent/init(_:)``; ``EventInProgress`` while another request with the event is being handled.
        ///   Let Stripe see the failure: whether the other one succeeds is not known yet.
        @discardableResult
        public func once(
            _ event: Event, _ handle: @Sendable (WebhookEvent) async throws -> Void
        ) async throws -> Bool {
            guard !handled.contains(event.id) else { return false }
            guard inProgress.insert(event.id).inserted else { throw EventInProgress(eventID: event.id) }
            defer { inProgress.remove(event.id) }
            try await handle(try WebhookEvent(event))
            remember(event.id)
            return true
        }

        private func remember(_ id: String) {
            handled.insert(id)
            order.append(id)
            guard order.count > capacity else { return }
            // Half at a time, so that the rest is moved seldom.
            let surplus = order.count - capacity / 2
            handled.subtract(order.prefix(surplus))
            order.removeFirst(surplus)
        }
    }

    /// An event that is being handled already.
    public struct EventInProgress: TollgateError, Hashable {
        public var eventID: String

        public init(eventID: String) {
            self.eventID = eventID
        }

        public var description: String { "Event \(eventID) is being handled already." }
    }
}
