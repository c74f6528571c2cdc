import Glibc
import Synchronization

/// Runs the built `sluice` as a process of its own.
enum SluiceProcess {
    /// What a process printed, and how it ended.
    struct Ending {
        var output: String
        var errors: String
        /// The exit status, or 128 and the number of the signal that ended it.
        var status: Int32
        /// The lines of standard output.
        var lines: [String] {
            output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        }
    }

    /// The binary stands beside the test bundle.
    static let path: String = {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let folder = String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self).split(separator: "/").dropLast()
        return "/" + folder.joined(separator: "/") + "/sluice"
    }()

    /// Runs to the end.
    static func run(_ arguments: String..., input: String = "") -> Ending { run(arguments, input: input) }

    /// Runs to the end.
    static func run(_ arguments: [String], input: String = "", environment: [String] = []) -> Ending {
        let process = RunningProcess(path, arguments, environment: environment)
        process.send(input)
        return process.wait()
    }
}

/// A process that runs now.
///
/// Its standard error goes to a file without a name; its output is read through a pipe.
final class RunningProcess {
    let id: pid_t
    private var inputEnd: Int32
    private var outputEnd: Int32
    private let errorFile: Int32

    /// A process started between the making of a pipe and its closing would keep it open for ever.
    private static let spawning = Mutex<Void>(())

    /// Starts a process; its standard output goes to `outputPath` where that is given.
    init(_ path: String, _ arguments: [String], environment: [String] = [], outputPath: String? = nil) {
        let started = Self.spawning.withLock { _ in Self.start(path, arguments, environment, outputPath) }
        (id, inputEnd, outputEnd, errorFile) = started
    }

    private static func start(
        _ path: String,
        _ arguments: [String],
        _ environment: [String],
        _ outputPath: String?
    ) -> (id: pid_t, input: Int32, output: Int32, errors: Int32) {
        let input = makePipe()
        let output = makePipe()
        let errors = makeFile()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, input.read, 0)
        if let outputPath {
            posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY, 0)
        } else {
            posix_spawn_file_actions_adddup2(&actions, output.write, 1)
        }
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        // The test runner may ignore or block signals; the process must not inherit that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var all = sigset_t()
        sigfillset(&all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        var variables = (["PATH=/usr/bin:/bin"] + environment).map { strdup($0) } + [nil]
        var id: pid_t = 0
        let code = posix_spawn(&id, path, &actions, &attributes, &words, &variables)
        precondition(code == 0, "\(path) cannot be started: \(String(cString: strerror(code)))")
        for word in words + variables { free(word) }
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
        close(input.read)
        close(output.write)
        return (id, input.write, output.read, errors)
    }

    private static func makePipe() -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0)
        for end in ends { precondition(fcntl(end, F_SETFD, FD_CLOEXEC) == 0) }
        return (ends[0], ends[1])
    }

    /// A file that is gone when it is closed.
    private static func makeFile() -> Int32 {
        var template = Array("/tmp/sluice-errors-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        precondition(descriptor >= 0 && fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0)
        unlink(template)
        return descriptor
    }

    deinit {
        closeInput()
        closeOutput()
        close(errorFile)
    }

    /// Sends a signal.
    func signal(_ number: Int32) { kill(id, number) }

    /// Whether the process has ended and waits to be waited for.
    var hasEnded: Bool {
        var info = siginfo_t()
        return waitid(P_PID, id_t(id), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == SIGCHLD
    }

    /// Gives the process all of its standard input.
    func send(_ text: String) {
        let bytes = Array(text.utf8)
        if !bytes.isEmpty { _ = write(inputEnd, bytes, bytes.count) }
        closeInput()
    }

    /// Waits for at least one byte of output.
    func waitForOutput() -> String {
        var block = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(outputEnd, &block, block.count)
        return String(decoding: block.prefix(max(count, 0)), as: UTF8.self)
    }

    /// Closes the reading end of standard output.
    func closeOutput() {
        if outputEnd >= 0 { close(outputEnd) }
        outputEnd = -1
    }

    /// Reads everything that is left and waits for the end.
    func wait() -> SluiceProcess.Ending {
        closeInput()
        let output = outputEnd >= 0 ? Self.text(of: outputEnd) : ""
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        lseek(errorFile, 0, SEEK_SET)
        let signalNumber = status & 0x7f
        return SluiceProcess.Ending(
            output: output,
            errors: Self.text(of: errorFile),
            status: signalNumber == 0 ? status >> 8 & 0xff : 128 + signalNumber
        )
    }

    private func closeInput() {
        if inputEnd >= 0 { close(inputEnd) }
        inputEnd = -1
    }

    private static func text(of descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &block, block.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += block[..<count]
        }
    }
}
