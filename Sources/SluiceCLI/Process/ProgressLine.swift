import Glibc
import Sluice
import SluiceColumns
import SluiceConnect
import SluiceRuntime

/// The line on a terminal that says how far the running job has come; nothing is drawn anywhere else.
///
/// Used by the main thread only.
final class ProgressLine {
    private let control: SessionControl
    private let isEnabled = isatty(STDERR_FILENO) == 1
    private let isOutputTerminal = isatty(STDOUT_FILENO) == 1
    private var isVisible = false
    private var number = 0
    private var lastRows = 0
    private var lastNanos: Int64 = 0
    private var rate = 0.0

    /// Makes a line for the jobs of the session under `control`.
    init(_ control: SessionControl) { self.control = control }

    /// Draws the line anew, or takes it away where there is nothing to say or rows would be printed over it.
    func draw() {
        guard isEnabled else { return }
        guard let job = control.running, !(job.writesToStandardOutput && isOutputTerminal) else { return finish() }
        let now = SystemRunClock().nowNanos()
        if job.number != number { (number, lastRows, lastNanos, rate) = (job.number, 0, job.startNanos, 0) }
        let seconds = Double(max(now - lastNanos, 1)) / 1e9
        let current = Double(job.progress.rowsIn - lastRows) / seconds
        rate = rate == 0 ? current : rate * 0.6 + current * 0.4
        (lastRows, lastNanos) = (job.progress.rowsIn, now)
        show(Self.text(job.progress, rate: rate, elapsedSeconds: Double(now - job.startNanos) / 1e9))
    }

    /// Takes the line away.
    func finish() {
        guard isVisible else { return }
        isVisible = false
        write("\r\u{1b}[K")
    }

    /// The text of the line.
    ///
    /// For example `12.3 s  4,812,032 rows in  391,222/s  1,024 out  watermark 2024-01-01 00:00:00.000  lag 3 s`.
    static func text(_ progress: JobProgress, rate: Double, elapsedSeconds: Double) -> String {
        let tenths = Int(elapsedSeconds * 10)
        var parts = [
            "\(tenths / 10).\(tenths % 10) s", "\(grouped(progress.rowsIn)) rows in", "\(grouped(Int(rate)))/s",
            "\(grouped(progress.rowsOut)) out",
        ]
        if let watermark = progress.watermark, watermark != .end {
            var buffer = TextBuffer()
            buffer.append(timestampMicros: watermark.micros, precision: 3)
            parts.append("watermark \(buffer.text)")
            parts.append("lag \(lag(behind: watermark.micros))")
        }
        return parts.joined(separator: "  ")
    }

    /// Digits in groups of three.
    static func grouped(_ number: Int) -> String {
        var result = ""
        for (index, digit) in String(number).enumerated() {
            let left = String(number).count - index
            if index > 0, left % 3 == 0 { result += "," }
            result.append(digit)
        }
        return result
    }

    private static func lag(behind micros: Int64) -> String {
        let seconds = (MachineClock.wallMicros() - micros) / 1_000_000
        if seconds < 120 { return "\(max(seconds, 0)) s" }
        if seconds < 7_200 { return "\(seconds / 60) min" }
        if seconds < 172_800 { return "\(seconds / 3_600) h" }
        return "\(seconds / 86_400) d"
    }

    private func show(_ text: String) {
        var size = winsize()
        let hasSize = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1
        let width = hasSize ? Int(size.ws_col) - 1 : 79
        write("\r\(text.prefix(width))\u{1b}[K")
        isVisible = true
    }

    /// Writes where the terminal takes it at once: a stopped terminal must not stop the thread that waits for signals.
    private func write(_ text: String) {
        var descriptor = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        guard poll(&descriptor, 1, 0) == 1 else { return }
        StandardError.write(text)
    }
}
