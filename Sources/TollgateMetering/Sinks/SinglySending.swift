import TollgateCore

extension UsageSink {
    /// Sends records one by one, several at a time, and none any more once the service has failed.
    func sendSingly(
        _ records: [OutgoingUsage], atOnce limit: Int = 8,
        _ send: @escaping @Sendable (OutgoingUsage) async throws -> Delivery
    ) async -> [Delivery] {
        var deliveries = [Delivery](repeating: .postponed("not sent yet", after: .zero), count: records.count)
        await withTaskGroup(of: (Int, Delivery).self) { group in
            var next = 0
            var isFailing = false
            func start() {
                guard next < records.count, !isFailing else { return }
                let (index, record) = (next, records[next])
                group.addTask {
                    do { return (index, try await send(record)) } catch { return (index, .failed(error)) }
                }
                next += 1
            }
            for _ in 0..<limit { start() }
            for await (index, delivery) in group {
                deliveries[index] = delivery
                if case .failed(let error) = delivery, case .service = BatchFailure(error) { isFailing = true }
                start()
            }
        }
        return deliveries
    }
}
