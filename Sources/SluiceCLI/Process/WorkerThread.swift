import Glibc
import Synchronization

/// The thread that a command's work runs on, so that the main thread is free to wait for signals.
enum WorkerThread {
    /// Bytes of stack, of which only the pages used cost anything: statements nest deeply.
    private static let stackByteCount = 64 << 20

    private static let pending = Mutex<(@Sendable () -> Void)?>(nil)

    /// Starts the thread; called once.
    ///
    /// - Returns: false where the system has no thread to give.
    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        pending.withLock { $0 = body }
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackByteCount)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var handle = pthread_t()
        let code = pthread_create(
            &handle,
            &attributes,
            { _ in
                let body = WorkerThread.pending.withLock { $0.take() }
                body?()
                return nil
            },
            nil
        )
        return code == 0
    }
}
