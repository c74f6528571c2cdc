import Synchronization

/// Runs a closure once on a thread of its own and keeps what it gave.
///
/// Safe from any thread: any number of threads may wait.
package final class BackgroundRun<Value: Sendable>: Sendable {
    private enum State {
        case running(waiting: [Parker])
        case ended(Result<Value, any Error>)
    }

    private let state = Mutex(State.running(waiting: []))

    /// Starts the thread.
    ///
    /// - Throws: `threadFailed` where the system has no thread to give.
    package init(_ body: @escaping @Sendable () throws -> Value) throws {
        let thread = try ShardThread { self.end(Result(catching: body)) }
        thread.detach()
    }

    /// What the closure gave, nil while it runs.
    package var result: Result<Value, any Error>? {
        state.withLock { state in
            guard case .ended(let result) = state else { return nil }
            return result
        }
    }

    /// Blocks until the closure has ended.
    package func wait() -> Result<Value, any Error> {
        let parker = Parker()
        while true {
            let result = state.withLock { state -> Result<Value, any Error>? in
                switch state {
                case .ended(let result): return result
                case .running(var waiting):
                    waiting.append(parker)
                    state = .running(waiting: waiting)
                    return nil
                }
            }
            if let result { return result }
            parker.park(untilNanos: nil)
        }
    }

    private func end(_ result: Result<Value, any Error>) {
        let waiting = state.withLock { state -> [Parker] in
            defer { state = .ended(result) }
            guard case .running(let waiting) = state else { return [] }
            return waiting
        }
        for parker in waiting { parker.wake() }
    }
}
