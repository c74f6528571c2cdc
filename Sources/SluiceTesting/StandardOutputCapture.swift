import Glibc

/// Catches what the process writes to standard output between `start` and `stop`: the rows of `print` sinks.
///
/// Works on the descriptor, so it sees every writer; for one thread of control at a time.
final class StandardOutputCapture {
    private let saved: Int32
    private let memory: Int32

    init() {
        saved = dup(STDOUT_FILENO)
        // An unnamed file: it is gone as soon as it is closed.
        var template = Array("/tmp/sluice-capture-XXXXXX".utf8CString)
        memory = mkstemp(&template)
        unlink(template)
    }

    deinit {
        close(saved)
        close(memory)
    }

    /// From here on output is caught.
    func start() {
        ftruncate(memory, 0)
        lseek(memory, 0, SEEK_SET)
        fflush(nil)
        dup2(memory, STDOUT_FILENO)
    }

    /// Gives standard output back; returns the lines that were written.
    func stop() -> [String] {
        fflush(nil)
        dup2(saved, STDOUT_FILENO)
        lseek(memory, 0, SEEK_SET)
        let text = String(decoding: FileTree.bytes(from: memory), as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
    }
}
