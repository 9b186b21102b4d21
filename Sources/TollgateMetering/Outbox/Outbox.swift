import Foundation
import TollgateCore

/// Where usage waits until a sink has taken it.
///
/// Each item is in one of two states: it waits, or it was set aside. An item that waits may be claimed by somebody for a
/// while; nobody else gets it until the claim has ended, by ``settle(_:)`` or because its time is up. What a sink has
/// taken is removed. Nothing else removes an item, and nothing expires.
///
/// All implementations pass the same tests.
public protocol Outbox: Sendable {
    /// Whether what was appended survives the end of the process.
    var isDurable: Bool { get }

    /// Keeps items, all or none. An item whose id is here already is not added once more.
    ///
    /// In a durable outbox they are on disk when this returns. It goes on when the task is cancelled.
    /// - Throws: ``OutboxError``; then none of the items is kept.
    func append(_ items: [OutboxItem]) async throws

    /// Takes the oldest items that wait, are not claimed and whose time has come.
    ///
    /// From now on they may have been sent: a claim that is never settled leaves them in doubt.
    /// - Parameters:
    ///   - limit: How many at most.
    ///   - kind: Which items.
    ///   - lease: For how long nobody else gets them.
    /// - Returns: The items, each with the number of the claim.
    /// - Throws: ``OutboxError``.
    func claim(_ limit: Int, _ kind: OutboxItem.Kind, for lease: Duration) async throws -> [OutboxEntry]

    /// Says what became of claimed items. An item whose claim is another's by now stays as it is.
    /// - Returns: How many of them were removed, and how many set aside.
    @discardableResult
    func settle(_ outcomes: [OutboxOutcome]) async throws -> (removed: Int, setAside: Int)

    /// Puts new items in the place of claimed ones, all or nothing.
    /// - Returns: Whether it was done; not if one of the claims is another's by now.
    func replace(_ entries: [OutboxEntry], with items: [OutboxItem]) async throws -> Bool

    /// How much is here.
    func counts() async throws -> OutboxCounts

    /// Items in their order, for people to look at.
    /// - Parameters:
    ///   - state: Which.
    ///   - sequence: Only later ones.
    ///   - limit: How many at most.
    /// - Returns: The items.
    /// - Throws: ``OutboxError``.
    func entries(_ state: OutboxEntry.State, after sequence: Int64, limit: Int) async throws -> [OutboxEntry]

    /// Lets items that were set aside wait again.
    /// - Parameter ids: Which; nil for all.
    /// - Returns: How many there were.
    /// - Throws: ``OutboxError``.
    @discardableResult
    func resend(_ ids: [UUID]?) async throws -> Int
}

/// What an outbox keeps.
public struct OutboxItem: Sendable, Hashable {
    /// What an item is.
    public enum Kind: Int, Sendable, Hashable {
        /// An event as it was recorded.
        case event = 0
        /// The sum of events, in their place.
        case sum = 1
    }

    public var id: UUID
    public var kind: Kind
    /// The record as JSON, without its id.
    public var body: [UInt8]

    public init(id: UUID, kind: Kind = .event, body: [UInt8]) {
        self.id = id
        self.kind = kind
        self.body = body
    }
}

/// An item in an outbox.
public struct OutboxEntry: Sendable, Hashable {
    /// Where an item stands.
    public enum State: Int, Sendable, Hashable {
        case waiting = 0
        case setAside = 1
    }

    /// Its place: later ones have greater numbers.
    public var sequence: Int64
    public var item: OutboxItem
    public var state: State
    /// Who has claimed it: a number for each claim. 0 for nobody.
    public var claim: Int64
    /// How often it was claimed.
    public var attempts: Int
    /// For how long it is unknown whether a sink has taken it; nil if it has certainly not.
    public var inDoubtFor: Duration?
    /// Why it was put back or set aside, if it was.
    public var reason: String?

    public init(
        sequence: Int64, item: OutboxItem, state: State = .waiting, claim: Int64 = 0, attempts: Int = 0,
        inDoubtFor: Duration? = nil, reason: String? = nil
    ) {
        self.sequence = sequence
        self.item = item
        self.state = state
        self.claim = claim
        self.attempts = attempts
        self.inDoubtFor = inDoubtFor
        self.reason = reason
    }
}

/// What became of a claimed item.
public struct OutboxOutcome: Sendable, Hashable {
    /// What becomes of an item.
    public enum Result: Sendable, Hashable {
        /// The sink has it.
        case taken
        /// It waits again, for at least so long.
        /// - `mayHaveArrived`: whether the sink may have taken it this time.
        case putBack(after: Duration, mayHaveArrived: Bool, reason: String)
        /// It is kept, and not sent any more.
        case setAside(reason: String)
    }

    public var sequence: Int64
    public var claim: Int64
    public var result: Result

    public init(_ entry: OutboxEntry, _ result: Result) {
        sequence = entry.sequence
        claim = entry.claim
        self.result = result
    }
}

/// How much is in an outbox.
public struct OutboxCounts: Sendable, Hashable {
    /// How many items wait, claimed ones included.
    public var waiting: Int
    /// How many items were set aside.
    public var setAside: Int

    public init(waiting: Int, setAside: Int) {
        self.waiting = waiting
        self.setAside = setAside
    }
}

/// An outbox cannot do what it is asked.
public struct OutboxError: TollgateError, Hashable {
    /// What is the matter.
    public enum Kind: Sendable, Hashable {
        /// As many items wait as are allowed to.
        case full
        /// The disk is full.
        case diskFull
        /// The file or the database cannot be opened, or does not answer.
        case unavailable
        /// Something else went wrong in it.
        case failed
        /// The connection was lost, and it could not be found out whether anything was recorded. Recording it again with
        /// the same id counts it once.
        case uncertain
    }

    public var kind: Kind
    /// What the storage says.
    public var detail: String

    public init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    public var description: String {
        let what =
            switch kind {
            case .full: "The outbox is full"
            case .diskFull: "The disk of the outbox is full"
            case .unavailable: "The outbox is not available"
            case .failed: "The outbox failed"
            case .uncertain: "The outbox did not answer"
            }
        let end = kind == .uncertain ? "It may have been recorded nevertheless." : "Nothing was recorded."
        return "\(what): \(detail). \(end)"
    }
}
