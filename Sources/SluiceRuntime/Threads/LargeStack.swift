import Glibc
import SluiceOperators

/// Stacks for work that recurses as deep as a statement nests, whatever thread asks for it.
package enum LargeStack {
    /// Bytes of stack, of which only the pages used cost anything: 100 KiB for each level of
    /// `Parser.Bounds.largeStack`.
    private static let stackByteCount = 256 << 20

    /// Its value is set on the threads made here, and on no other.
    private static let mark: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    /// Starts a thread with a large stack for `body`; nobody waits for it.
    ///
    /// - Throws: `threadFailed` where the system has no thread to give.
    package static func start(_ body: @escaping @Sendable () -> Void) throws { try thread(body).detach() }

    /// Runs `body` on a large stack and waits for it: here where this thread has one, else on a thread of its own.
    ///
    /// - Throws: what `body` throws; `threadFailed` where the system has no thread to give.
    package static func run<Answer>(_ body: () throws -> Answer) throws -> Answer {
        if pthread_getspecific(mark) != nil { return try body() }
        return try withoutActuallyEscaping(body) { body in
            // SAFETY: only the new thread touches these until `join` has returned, and only this one does after it.
            nonisolated(unsafe) let body = body
            // SAFETY: as for `body`.
            nonisolated(unsafe) var answer: Result<Answer, any Error>?
            try thread { answer = Result(catching: body) }.join()
            guard let answer else { throw RuntimeError(.internal, "threadFailed", "a thread ended without a result") }
            return try answer.get()
        }
    }

    private static func thread(_ body: @escaping @Sendable () -> Void) throws -> ShardThread {
        try ShardThread(stackByteCount: stackByteCount) {
            pthread_setspecific(mark, UnsafeRawPointer(bitPattern: 1))
            body()
        }
    }
}
