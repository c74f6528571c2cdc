import Glibc
import SluiceOperators

/// One operating-system thread, with a stack large enough for deep expressions and plans.
struct ShardThread: Sendable {
    /// Bytes of stack: room for expressions as deep as `LargeStack` lets statements be.
    ///
    /// Only pages that are used count.
    static let stackByteCount = 64 << 20

    private let handle: pthread_t

    /// Starts a thread that runs `body` once.
    ///
    /// - Throws: `threadFailed` where the system has no thread to give.
    init(stackByteCount: Int = Self.stackByteCount, _ body: @escaping @Sendable () -> Void) throws {
        let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
        pthread_attr_init(attributes)
        pthread_attr_setstacksize(attributes, stackByteCount)
        defer {
            pthread_attr_destroy(attributes)
            attributes.deallocate()
        }
        let box = Unmanaged.passRetained(ThreadBody(body))
        var handle: pthread_t = 0
        let code = pthread_create(&handle, attributes, runThreadBody, box.toOpaque())
        guard code == 0 else {
            box.release()
            throw RuntimeError(
                .external,
                "threadFailed",
                "the system refused a thread (error \(code)); lower the parallelism"
            )
        }
        self.handle = handle
    }

    /// Waits until the body has returned; called once.
    func join() { pthread_join(handle, nil) }

    /// Lets the thread clean up after itself: for threads that nobody joins.
    func detach() { pthread_detach(handle) }
}

/// Carries the body through the C interface.
private final class ThreadBody {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Entry point of every thread: takes over the reference that `init` retained.
private func runThreadBody(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run() }
    return nil
}
