import TollgateCore

extension TogoBilling {
    /// Keeps API keys in memory, for tests and for programs that need them no longer than they run.
    public actor MemoryKeyStore: KeyStore {
        private struct Entry {
            var key: APIKey
            let hash: SecretHash
        }

        private let time: any TimeSource
        private var entries: [String: Entry] = [:]
        /// In the order in which keys were made.
        private var keyIDs: [String] = []
        /// Usually one key each: a prefix finds the candidates, the hash decides.
        private var keyIDsByPrefix: [String: [String]] = [:]
        private var recordedIDs: Set<String> = []
        private var consumptionByUser: [String: Consumption] = [:]
        private var consumptionByKey: [String: Consumption] = [:]

        /// - Parameter time: The clock.
        public init(time: any TimeSource = .system) {
            self.time = time
        }

        public func insert(_ key: APIKey, hash: SecretHash) {
            if entries.updateValue(Entry(key: key, hash: hash), forKey: key.id) == nil {
                keyIDs.append(key.id)
                keyIDsByPrefix[key.prefix, default: []].append(key.id)
            }
        }

        public func authenticate(_ secret: String) -> APIKey? {
            let candidates = keyIDsByPrefix[APIKey.prefix(of: secret)] ?? []
            guard let id = candidates.first(where: { entries[$0]?.hash.matches(secret) == true }),
                var entry = entries[id], !entry.key.isRevoked
            else { return nil }
            entry.key.lastUsedAt = Timestamp(time.now)
            entries[id] = entry
            return entry.key
        }

        public func list(userID: String) -> [APIKey] {
            keyIDs.reversed().compactMap { entries[$0]?.key }.filter { $0.userID == userID }
        }

        @discardableResult
        public func revoke(id: String) -> APIKey? {
            guard var entry = entries[id] else { return nil }
            if !entry.key.isRevoked {
                entry.key.revokedAt = Timestamp(time.now)
                entries[id] = entry
            }
            return entry.key
        }

        public func record(_ event: UsageEvent) throws(InvalidUsage) {
            guard !recordedIDs.contains(event.id) else { return }
            // Both sums are made before either is kept.
            let ofUser = try summary(userID: event.userID).adding(event)
            if let keyID = event.keyID {
                consumptionByKey[keyID] = try summary(keyID: keyID).adding(event)
            }
            consumptionByUser[event.userID] = ofUser
            recordedIDs.insert(event.id)
        }

        public func summary(userID: String) -> Consumption {
            consumptionByUser[userID] ?? .none
        }

        public func summary(keyID: String) -> Consumption {
            consumptionByKey[keyID] ?? .none
        }
    }
}
