import Glibc

/// Catches what the process writes to standard output between `start` and `stop`: the rows of `print` sinks.
///
/// Works on the descriptor, so it sees every writer; for one thread of control at a time.
final class StandardOutputCapture {
    private let saved: Int32
    private let memory: Int32

    init() {
        saved = dup(STDOUT_FILENO)
        memory = memfd_create("captured", UInt32(MFD_CLOEXEC))
    }

    deinit {
        close(saved)
        close(memory)
    }

    /// From here on output is caught.
    func start() {
        ftruncate(memory, 0)
        lseek(memory, 0, SEEK_SET)
        fflush(stdout)
        dup2(memory, STDOUT_FILENO)
    }

    /// Gives standard output back; returns the lines that were written.
    func stop() -> [String] {
        fflush(stdout)
        dup2(saved, STDOUT_FILENO)
        lseek(memory, 0, SEEK_SET)
        let text = String(decoding: FileTree.bytes(from: memory), as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
    }
}
