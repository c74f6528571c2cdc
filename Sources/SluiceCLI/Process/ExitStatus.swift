import ArgumentParser

/// What the process returns to whoever started it.
enum ExitStatus {
    /// Everything ran to its end.
    static let success: Int32 = 0
    /// A job failed, or standard output could not be written.
    static let jobFailed: Int32 = 1
    /// Wrong usage, or SQL that was refused.
    static let refused: Int32 = 2
    /// Standard output was closed by its reader; what a shell shows for a process that SIGPIPE ended.
    static let outputClosed: Int32 = 141

    /// The status after a signal, as shells count.
    static func signalled(_ signal: Int32) -> Int32 { 128 + signal }

    /// For `--help`.
    static let discussion = """
        EXIT STATUS:
          0    everything ran to its end
          1    a job failed while it ran, or standard output could not be written
          2    wrong usage, or SQL that was refused; no statement of a script with a syntax error runs
          130  stopped by SIGINT (Ctrl-C): the job was cancelled and its sinks gave up what was not yet published
          141  the reader of standard output has gone, as after `| head`
          143  stopped by SIGTERM, in the same way as by SIGINT
        """
}

/// Ends a command: what to print on standard error, and the status to end with.
struct CommandFailure: Error {
    /// The text, possibly of several lines; empty prints nothing.
    var text: String
    /// The exit status.
    var status: Int32
    /// Makes a failure.
    init(_ text: String, status: Int32 = ExitStatus.refused) {
        self.text = text
        self.status = status
    }
}
