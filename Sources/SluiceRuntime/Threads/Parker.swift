import Glibc
import Synchronization

/// Where one thread waits until another has something for it.
///
/// A wake-up that comes while nobody waits is kept, so a thread that looks for work, finds none and parks misses
/// nothing: whoever brings work in between makes the park return at once. Neither side spins.
///
/// One thread parks; any thread wakes.
// SAFETY: `mutex` and `condition` are C objects at stable addresses made for use by many threads; they are made in
// `init` and destroyed in `deinit`, when nobody holds the parker any more.
package final class Parker: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private let isSignalled = Atomic<Bool>(false)

    /// Makes a parker that nobody has woken yet.
    package init() {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        condition = .allocate(capacity: 1)
        condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Ends the current park, or the next one where there is none.
    package func wake() {
        if isSignalled.exchange(true, ordering: .acquiringAndReleasing) { return }
        pthread_mutex_lock(mutex)
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Waits for a wake-up, or until the monotonic clock shows `deadlineNanos`; nil waits for ever.
    package func park(untilNanos deadlineNanos: Int64?) {
        if isSignalled.exchange(false, ordering: .acquiringAndReleasing) { return }
        pthread_mutex_lock(mutex)
        while !isSignalled.load(ordering: .acquiring) {
            guard let deadlineNanos else {
                pthread_cond_wait(condition, mutex)
                continue
            }
            var deadline = timespec(
                tv_sec: Int(deadlineNanos / 1_000_000_000),
                tv_nsec: Int(deadlineNanos % 1_000_000_000)
            )
            if pthread_cond_timedwait(condition, mutex, &deadline) != 0 { break }
        }
        isSignalled.store(false, ordering: .releasing)
        pthread_mutex_unlock(mutex)
    }
}
