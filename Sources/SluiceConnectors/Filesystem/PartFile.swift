import Glibc
import SluiceColumns
import SluiceConnect

/// One part file of a directory while it is written: under a hidden name until it is published whole.
final class PartFile {
    /// Bytes of records so far.
    private(set) var byteCount = 0
    /// When it was opened, monotonic milliseconds.
    let openedMillis: Int64
    /// When records were written last, monotonic milliseconds.
    var writtenMillis: Int64
    /// Records that are not in the file yet.
    var buffer = TextBuffer()
    /// Where it lies.
    let directory: String
    /// The name that it will have.
    let name: String
    private let hiddenPath: String
    private let file: OpenFile

    private static let bufferByteCountMax = 1 << 20

    /// Makes a file in `directory`, which is made too if need be.
    ///
    /// `stem` and the first free number make the name.
    init(directory: String, stem: String, counter: inout Int, nowMillis: Int64) throws(ConnectorError) {
        try Self.makeDirectory(directory)
        while true {
            let name = "\(stem)-\(counter)"
            let hiddenPath = PartName.hiddenPath(directory, name)
            counter += 1
            if access("\(directory)/\(name)", F_OK) == 0 || access(hiddenPath, F_OK) == 0 { continue }
            self.directory = directory
            self.name = name
            self.hiddenPath = hiddenPath
            file = try OpenFile.creating(hiddenPath)
            openedMillis = nowMillis
            writtenMillis = nowMillis
            return
        }
    }

    /// Writes the buffer out where it has grown large, or always.
    func drain(always: Bool) throws(ConnectorError) {
        guard always || buffer.count >= Self.bufferByteCountMax else { return }
        try file.write(buffer)
        byteCount += buffer.count
        buffer.removeAll()
    }

    /// Writes the rest and gives the file its name, so that others see it, whole.
    func publish() throws(ConnectorError) {
        try drain(always: true)
        try file.synchronise()
        file.close()
        let path = "\(directory)/\(name)"
        if rename(hiddenPath, path) != 0 { throw FileError.make(errno, path, "publish") }
    }

    /// Writes the rest and closes the file under its hidden name, for somebody else to publish.
    func finish() throws(ConnectorError) {
        try drain(always: true)
        file.close()
    }

    /// Closes the file and leaves it as it is.
    func abandon() { file.close() }

    /// Takes the file away.
    func discard() {
        file.close()
        unlink(hiddenPath)
    }

    /// Makes a directory and those above it.
    static func makeDirectory(_ path: String) throws(ConnectorError) {
        if access(path, F_OK) == 0 { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try makeDirectory(String(path[..<slash])) }
        if mkdir(path, 0o755) != 0, errno != EEXIST { throw FileError.make(errno, path, "make the directory") }
    }
}
