import Dispatch
import Synchronization

/// Runs the parts of a task, from one await to the next, one after the other, and counts them.
public final class SteppingExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "steps", attributes: .initiallyInactive)
    private let state = Mutex((steps: 0, limit: 0, action: Optional<@Sendable () -> Void>.none))

    public init() {}

    /// How many parts have run.
    public var steps: Int { state.withLock { $0.steps } }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { [self] in
            let action = state.withLock { state in
                state.steps += 1
                return state.steps == state.limit ? state.action : nil
            }
            action?()
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    /// Runs a task on this executor, and cancels it before one of its steps.
    public func run(
        cancellingAt step: Int, _ body: @escaping @Sendable () async throws -> Void
    ) async -> Result<Void, any Error> {
        let task = Task(executorPreference: self) { try await body() }
        state.withLock { state in
            state.limit = step
            state.action = { task.cancel() }
        }
        queue.activate()
        return await task.result
    }
}
