import Glibc
import Sluice
import SluiceRuntime
import Synchronization

/// Runs the work of a command on its own thread, while the main thread waits for signals and draws the progress.
///
/// All signals are taken by waiting for them, so nothing happens inside a handler.
final class Supervisor: Sendable {
    /// How often the progress is drawn.
    private static let tickMillis = 250
    /// How long a stop waits where no job runs: for the end of a printed line, not for a read that may never end.
    private static let graceMillis = 1_000
    /// Sent by the worker to the main thread to say that it is done.
    private static let doneSignal = SIGUSR1

    /// How the work ended.
    struct Outcome: Sendable {
        /// The exit status, unless a signal decides it.
        var status: Int32
        /// Whether the work stopped because it was told to.
        var isCancelled = false
    }

    private let control: SessionControl
    private let result = Mutex<Outcome?>(nil)

    /// Makes a supervisor of the session under `control`.
    init(_ control: SessionControl) { self.control = control }

    /// Runs `work` to its end, or until a signal stops it.
    ///
    /// The first SIGINT, SIGTERM or SIGHUP cancels the session and waits; a second one ends the process at once.
    ///
    /// - Returns: the exit status.
    func run(_ work: @escaping @Sendable () -> Outcome) -> Int32 {
        var signals = Self.signals()
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let mainThread = pthread_self()
        do {
            try LargeStack.start { [self] in
                let outcome = work()
                result.withLock { $0 = outcome }
                pthread_kill(mainThread, Self.doneSignal)
            }
        } catch {
            // Without a thread to spare the work is done here; signals then wait until it ends.
            return work().status
        }
        return wait(&signals)
    }

    private func wait(_ signals: inout sigset_t) -> Int32 {
        let progress = ProgressLine(control)
        var stopSignal: Int32?
        var millisLeft: Int?
        while true {
            let received = Self.next(&signals, millis: Self.tickMillis)
            if let outcome = result.withLock({ $0 }) {
                progress.finish()
                if let stopSignal, outcome.isCancelled { return ExitStatus.signalled(stopSignal) }
                return outcome.status
            }
            switch received {
            case nil: progress.draw()
            case Self.doneSignal?: break
            case let signal?:
                progress.finish()
                if stopSignal != nil { _exit(ExitStatus.signalled(signal)) }
                stopSignal = signal
                if !control.cancel() { millisLeft = Self.graceMillis }
            }
            guard let left = millisLeft, let stopSignal else { continue }
            if left <= 0 { _exit(ExitStatus.signalled(stopSignal)) }
            millisLeft = left - Self.tickMillis
        }
    }

    /// The signals to wait for.
    ///
    /// Those that whoever started the process wants ignored, as `nohup` does, stay ignored.
    private static func signals() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, doneSignal)
        let ignored = ignoredMask()
        for number in [SIGINT, SIGTERM, SIGHUP] where ignored & (1 << UInt64(number - 1)) == 0 {
            sigaddset(&set, number)
        }
        return set
    }

    /// The signals that are ignored: bit n - 1 stands for signal n.
    ///
    /// Read from the system's own report, for handlers cannot be compared in Swift.
    private static func ignoredMask() -> UInt64 {
        guard let status = try? InputFile.bytes("/proc/self/status") else { return 0 }
        for line in status.split(separator: UInt8(ascii: "\n")) where line.starts(with: "SigIgn:".utf8) {
            let digits = line.dropFirst(7).filter { $0 > UInt8(ascii: " ") }
            return UInt64(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0
        }
        return 0
    }

    /// The next signal; nil where none came in time.
    private static func next(_ signals: inout sigset_t, millis: Int) -> Int32? {
        var timeout = timespec(tv_sec: millis / 1_000, tv_nsec: millis % 1_000 * 1_000_000)
        let number = sigtimedwait(&signals, nil, &timeout)
        return number > 0 ? number : nil
    }
}
