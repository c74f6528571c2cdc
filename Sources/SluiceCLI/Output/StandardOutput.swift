import Glibc
import Sluice

/// Standard output could not be written.
struct OutputFailure: Error {
    /// The system's error number.
    var code: Int32
    /// The text for people; empty where the reader has simply gone.
    var text: String {
        code == EPIPE ? "" : "error: standard output cannot be written: \(String(cString: strerror(code)))"
    }
    /// The exit status.
    var status: Int32 { code == EPIPE ? ExitStatus.outputClosed : ExitStatus.jobFailed }
}

/// Writes whole lines to standard output.
///
/// A pipe or terminal that nobody reads blocks a writer for ever; here the writer looks every tenth of a second whether
/// the session was cancelled meanwhile, and gives up between two lines.
struct StandardOutput: Sendable {
    /// As much as a pipe that is ready takes without blocking.
    private static let chunkByteCount = 4_096
    private static let pollMillis: Int32 = 100

    private let control: SessionControl?
    private let mayBlock: Bool

    /// Makes a writer that gives up when the session under `control` is cancelled.
    init(_ control: SessionControl? = nil) {
        self.control = control
        var status = stat()
        mayBlock = fstat(STDOUT_FILENO, &status) != 0 || status.st_mode & S_IFMT != S_IFREG
    }

    /// Writes a text.
    func write(_ text: String) throws { try write(Array(text.utf8)) }

    /// Writes lines.
    func write(lines: [String]) throws {
        if !lines.isEmpty { try write(lines.joined(separator: "\n") + "\n") }
    }

    /// Writes bytes that end with a line break.
    ///
    /// - Throws: `OutputFailure`; `SessionCancelled` where the session was cancelled while nobody read.
    func write(_ bytes: [UInt8]) throws {
        guard mayBlock else { return try writeAll(bytes[...]) }
        var rest = bytes[...]
        while !rest.isEmpty {
            try waitForReader()
            let chunk = Self.chunk(of: rest)
            try writeAll(chunk)
            rest = rest[chunk.endIndex...]
        }
    }

    /// As many whole lines as fit; a part of a line only where it alone is too long.
    private static func chunk(of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let head = bytes.prefix(chunkByteCount)
        if head.endIndex == bytes.endIndex { return head }
        guard let lineEnd = head.lastIndex(of: UInt8(ascii: "\n")) else { return head }
        return head[...lineEnd]
    }

    private func waitForReader() throws {
        while true {
            var descriptor = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
            let count = poll(&descriptor, 1, Self.pollMillis)
            // An error shows itself in the write that follows.
            if count > 0 || (count < 0 && errno != EINTR) { return }
            if let control, control.isCancelled { throw SessionCancelled() }
        }
    }

    private func writeAll(_ bytes: ArraySlice<UInt8>) throws {
        var rest = Array(bytes)
        while !rest.isEmpty {
            let count = Glibc.write(STDOUT_FILENO, rest, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw OutputFailure(code: errno) }
            if count == rest.count { return }
            rest.removeFirst(count)
        }
    }
}

/// Unwinds after a cancellation that no job noticed.
struct SessionCancelled: Error {}
