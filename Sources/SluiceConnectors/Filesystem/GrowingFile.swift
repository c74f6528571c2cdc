import Glibc
import SluiceColumns
import SluiceConnect

/// A file that is followed while it grows, whatever it is called by now.
final class GrowingFile {
    /// Its name when it was last seen.
    var path: String
    /// What the file system calls it.
    var identity: FileIdentity
    /// The next record.
    var offset: SplitOffset
    /// What it is known by, up to where it was read; what it had when it was found, before anything was.
    var fingerprint = FileFingerprint()
    /// Whether everything was read that was there at the last look.
    var isAtEnd = false
    /// Whether there may be something to read now.
    var isReady = true
    /// Whether nothing will be appended any more: it has no name left, or is a compressed copy.
    var isComplete = false
    /// Held open so that a file can be read to its end after its name is gone or another's; nil before it is found.
    private(set) var file: OpenFile?
    /// Whether it is a compressed copy: nothing is appended to it.
    private(set) var isCompressed = false

    /// Looks at which it was not found.
    var missedLookCount = 0

    /// Begins a file that nobody has read from; nil where it is not there any more, is still being compressed, or has
    /// nothing in it by which it could be known.
    init?(_ found: FoundFile) throws(ConnectorError) {
        guard let opened = try OpenFile.readingIfPresent(found.path) else { return nil }
        path = found.path
        identity = FileIdentity(try opened.status())
        offset = SplitOffset(0)
        do throws(ConnectorError) {
            let isPlain = !found.isCompressed
            fingerprint =
                try isPlain ? FileFingerprint(of: opened) : FileFingerprint(beginning: found.decompressed(opened))
        } catch {
            if error.code == "truncatedFile" { return nil }
            throw error
        }
        if fingerprint.end == 0 { return nil }
        hold(opened, isCompressed: found.isCompressed)
    }

    private init(path: String, _ identity: FileIdentity) {
        self.path = path
        self.identity = identity
        offset = SplitOffset(0)
    }

    /// Makes it the file that was found under another name or number, with the same bytes up to where it was read.
    func move(to path: String, _ opened: OpenFile, isCompressed: Bool) throws(ConnectorError) {
        self.path = path
        identity = FileIdentity(try opened.status())
        isReady = true
        missedLookCount = 0
        hold(opened, isCompressed: isCompressed)
    }

    private func hold(_ opened: OpenFile, isCompressed: Bool) {
        isComplete = isCompressed
        self.isCompressed = isCompressed
        file = opened
    }

    /// Whether the open file still has what was read.
    func isIntact() throws(ConnectorError) -> Bool {
        guard let file, !isCompressed else { return false }
        return try fingerprint.matches(file)
    }
}

extension GrowingFile {
    /// The stored form; the path comes last, since it may hold anything.
    var text: String {
        let numbers = [
            String(identity.device), String(identity.inode), String(offset.position), offset.detail["line"] ?? "1",
            String(fingerprint.end), fingerprint.head.text, fingerprint.tail.text, isAtEnd ? "1" : "0",
        ]
        return (numbers + [path]).joined(separator: " ")
    }

    /// Reads the stored form; the file itself is still to be found.
    convenience init?(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 8, omittingEmptySubsequences: false)
        guard parts.count == 9, let device = UInt64(parts[0]), let inode = UInt64(parts[1]),
            let position = Int64(parts[2]), let end = Int64(parts[4]),
            let head = FileFingerprint.Digest(String(parts[5])), let tail = FileFingerprint.Digest(String(parts[6]))
        else { return nil }
        self.init(path: String(parts[8]), FileIdentity(device: device, inode: inode))
        offset = SplitOffset(position, detail: ["line": String(parts[3])])
        fingerprint.end = end
        fingerprint.head = head
        fingerprint.tail = tail
        isAtEnd = parts[7] == "1"
        isReady = false
    }
}

/// Reads a file that may grow: its end is only the end when it is complete.
///
/// Keeps what the fingerprint of the file needs from the bytes that it has read, not from what is there later.
final class GrowingByteSource: ByteSource {
    private let file: OpenFile
    private let isComplete: Bool
    private var end: Int64
    private var first: [UInt8]
    private var last: [UInt8]

    /// Reads on from `offset`, the beginning of a record.
    init(_ file: OpenFile, from offset: Int64, isComplete: Bool) throws(ConnectorError) {
        self.file = file
        self.isComplete = isComplete
        end = offset
        let byteCount = min(offset, Int64(FileFingerprint.byteCountMax))
        first = try file.bytes(at: 0, count: Int(byteCount))
        last = try file.bytes(at: offset - byteCount, count: Int(byteCount))
        try file.seek(offset)
    }

    /// What the file is known by now.
    var fingerprint: FileFingerprint {
        FileFingerprint(head: FileFingerprint.Digest(first), tail: FileFingerprint.Digest(last), end: end)
    }

    func read(into block: Arena) throws(ConnectorError) -> ByteRead {
        let start = block.byteCount
        // A file that was cut meanwhile may have grown past this place again; the next look will find its copy.
        guard try file.bytes(at: end - Int64(last.count), count: last.count) == last else { return .nothing }
        let count = try file.read(into: block)
        if count == 0 { return isComplete ? .end : .nothing }
        block.withBytes(start..<start + count) { bytes in
            if first.count < FileFingerprint.byteCountMax {
                first += bytes.prefix(FileFingerprint.byteCountMax - first.count)
            }
            last = Array((last + bytes.suffix(FileFingerprint.byteCountMax)).suffix(FileFingerprint.byteCountMax))
        }
        end += Int64(count)
        return .bytes(count)
    }

    /// The file stays open: it is read on when it has grown.
    func close() {}
}
