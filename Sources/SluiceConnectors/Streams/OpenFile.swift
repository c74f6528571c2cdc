import Glibc
import SluiceColumns
import SluiceConnect

/// An open file descriptor with the name that errors give it.
final class OpenFile {
    /// For messages.
    let name: String
    private var descriptor: Int32
    private let isOwned: Bool

    /// Takes over `descriptor`; closes it in the end where `isOwned`.
    init(descriptor: Int32, name: String, isOwned: Bool = true) {
        self.descriptor = descriptor
        self.name = name
        self.isOwned = isOwned
    }

    deinit { close() }

    /// Opens a file for reading.
    static func reading(_ path: String) throws(ConnectorError) -> OpenFile {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw FileError.make(errno, path, "open") }
        return OpenFile(descriptor: descriptor, name: path)
    }

    /// Opens a file for reading; nil where there is none of that name.
    static func readingIfPresent(_ path: String) throws(ConnectorError) -> OpenFile? {
        do throws(ConnectorError) {
            return try reading(path)
        } catch {
            if error.code == "missingFile" { return nil }
            throw error
        }
    }

    /// Opens a file for reading and writing; makes it where there is none.
    static func updating(_ path: String) throws(ConnectorError) -> OpenFile {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw FileError.make(errno, path, "open") }
        return OpenFile(descriptor: descriptor, name: path)
    }

    /// Makes a file that must not exist yet, for writing.
    static func creating(_ path: String) throws(ConnectorError) -> OpenFile {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw FileError.make(errno, path, "create") }
        return OpenFile(descriptor: descriptor, name: path)
    }

    /// The same open file, with the same place, that is closed by itself.
    func shared() throws(ConnectorError) -> OpenFile {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        if copy < 0 { throw FileError.make(errno, name, "open") }
        return OpenFile(descriptor: copy, name: name)
    }

    /// Moves to `offset`.
    func seek(_ offset: Int64) throws(ConnectorError) {
        if lseek(descriptor, off_t(offset), SEEK_SET) < 0 { throw FileError.make(errno, name, "seek in") }
    }

    /// What the system says about the file.
    func status() throws(ConnectorError) -> stat {
        var status = stat()
        if fstat(descriptor, &status) != 0 { throw FileError.make(errno, name, "read") }
        return status
    }

    /// Bytes in the file now.
    func byteCount() throws(ConnectorError) -> Int64 { Int64(try status().st_size) }

    /// Up to `count` bytes from `offset` on, fewer where the file ends before; the place of `read` stays.
    func bytes(at offset: Int64, count: Int) throws(ConnectorError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let read = bytes.withUnsafeMutableBytes { target in
                target.baseAddress.map { pread(descriptor, $0 + filled, count - filled, off_t(offset) + filled) } ?? 0
            }
            if read == 0 { break }
            if read > 0 { filled += read } else if errno != EINTR { throw FileError.make(errno, name, "read") }
        }
        return Array(bytes[..<filled])
    }

    /// Appends to an input block up to its free bytes; 0 at the end.
    func read(into block: Arena) throws(ConnectorError) -> Int {
        let room = block.freeByteCount
        while true {
            var code: Int32 = 0
            let count = block.fill { free in
                let count = Glibc.read(descriptor, free.baseAddress, min(room, free.count))
                if count < 0 { code = errno }
                return max(0, count)
            }
            if code == 0 { return count }
            if code != EINTR { throw FileError.make(code, name, "read") }
        }
    }

    /// Whether a read would not block, waiting up to `millis`.
    func isReadable(waitingMillis millis: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, millis) > 0
    }

    /// Writes all of `text`.
    func write(_ text: TextBuffer) throws(ConnectorError) {
        let bytes = text.bytes
        var offset = 0
        while offset < bytes.count {
            let written = bytes.withUnsafeBufferPointer { source in
                source.baseAddress.map { Glibc.write(descriptor, $0 + offset, source.count - offset) } ?? 0
            }
            if written >= 0 {
                offset += written
            } else if errno == EAGAIN {
                var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&request, 1, 100)
            } else if errno != EINTR {
                throw FileError.make(errno, name, "write to")
            }
        }
    }

    /// Writes `bytes` from byte `offset` on; the place of `write` stays.
    func write(_ bytes: RawSpan, at offset: Int64) throws(ConnectorError) {
        var done = 0
        while done < bytes.byteCount {
            let written = bytes.withUnsafeBytes { source in
                source.baseAddress.map { pwrite(descriptor, $0 + done, source.count - done, off_t(offset) + done) } ?? 0
            }
            if written >= 0 { done += written } else if errno != EINTR { throw FileError.make(errno, name, "write to") }
        }
    }

    /// Reads from byte `offset` on until `target` is full or the file ends; the place of `read` stays.
    ///
    /// - Returns: how many bytes were read.
    func read(at offset: Int64, into target: inout MutableRawSpan) throws(ConnectorError) -> Int {
        var done = 0
        let count = target.byteCount
        while done < count {
            let read = target.withUnsafeMutableBytes { free in
                free.baseAddress.map { pread(descriptor, $0 + done, count - done, off_t(offset) + done) } ?? 0
            }
            if read == 0 { break }
            if read > 0 { done += read } else if errno != EINTR { throw FileError.make(errno, name, "read") }
        }
        return done
    }

    /// The first `byteCount` bytes, mapped.
    func mapped(byteCount: Int) throws(ConnectorError) -> MappedFile {
        guard let file = MappedFile(descriptor: descriptor, byteCount: byteCount) else {
            throw FileError.make(errno, name, "map")
        }
        return file
    }

    /// Waits until nobody else has locked the file, and locks it until it is closed.
    func lock() throws(ConnectorError) {
        while flock(descriptor, LOCK_EX) != 0 {
            if errno != EINTR { throw FileError.make(errno, name, "lock") }
        }
    }

    /// Makes what was written durable.
    func synchronise() throws(ConnectorError) {
        if fsync(descriptor) != 0 { throw FileError.make(errno, name, "write to") }
    }

    /// Removes the name; what is open stays readable.
    func remove() { unlink(name) }

    /// Closes the descriptor; harmless if done before.
    func close() {
        if isOwned, descriptor >= 0 { _ = Glibc.close(descriptor) }
        descriptor = -1
    }
}
