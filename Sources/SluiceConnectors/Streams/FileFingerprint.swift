import SluiceColumns
import SluiceConnect

/// What a file is known by when its name and number may have changed: the bytes at its beginning and those before the
/// place up to which it was read.
struct FileFingerprint: Sendable, Hashable {
    /// How many bytes there are, and their hash.
    struct Digest: Sendable, Hashable {
        var byteCount: Int
        var hash: UInt64

        /// The digest of some bytes.
        init(_ bytes: [UInt8]) {
            byteCount = bytes.count
            hash = RowHash.mix(bytes.span)
        }

        /// Reads `text`.
        init?(_ text: String) {
            let parts = text.split(separator: "-")
            guard parts.count == 2, let byteCount = Int(parts[0]), let hash = UInt64(parts[1], radix: 16),
                (0...FileFingerprint.byteCountMax).contains(byteCount)
            else { return nil }
            self.byteCount = byteCount
            self.hash = hash
        }

        /// The stored form.
        var text: String { "\(byteCount)-\(String(hash, radix: 16))" }
    }

    /// Bytes of either digest at most.
    static let byteCountMax = 256

    /// The bytes from 0 on.
    var head = Digest([])
    /// The bytes up to `end`.
    var tail = Digest([])
    /// Where reading stood.
    var end: Int64 = 0

    /// What is known of a file of which nothing was read.
    init() {}

    /// What a file is known by that was read up to `end`.
    init(head: Digest, tail: Digest, end: Int64) {
        self.head = head
        self.tail = tail
        self.end = end
    }

    /// What a file is known by that was read to its present end.
    init(of file: OpenFile) throws(ConnectorError) {
        end = try file.byteCount()
        let count = Int(min(end, Int64(Self.byteCountMax)))
        head = Digest(try file.bytes(at: 0, count: count))
        tail = Digest(try file.bytes(at: end - Int64(count), count: count))
    }

    /// What the beginning of a stream is known by.
    init(beginning source: any ByteSource) throws(ConnectorError) {
        var first: [UInt8] = []
        let part = Arena.inputBlock(byteCount: Self.byteCountMax)
        if case .bytes(let count) = try source.read(into: part) {
            part.withBytes(0..<min(count, Self.byteCountMax)) { bytes in first = Array(bytes) }
        }
        self.init(head: Digest(first), tail: Digest(first), end: Int64(first.count))
    }

    /// Whether `file` has these bytes in these places.
    func matches(_ file: OpenFile) throws(ConnectorError) -> Bool {
        guard try file.byteCount() >= end else { return false }
        guard Digest(try file.bytes(at: 0, count: head.byteCount)) == head else { return false }
        return Digest(try file.bytes(at: end - Int64(tail.byteCount), count: tail.byteCount)) == tail
    }

    /// Whether a stream, which is read up to `end`, has these bytes in these places.
    func matches(_ source: any ByteSource) throws(ConnectorError) -> Bool {
        var offset: Int64 = 0
        var first: [UInt8] = []
        var last: [UInt8] = []
        while offset < end {
            let part = Arena.inputBlock(byteCount: 1 << 16)
            guard case .bytes(let count) = try source.read(into: part) else { return false }
            let used = Int(min(Int64(count), end - offset))
            part.withBytes(0..<used) { bytes in
                if first.count < head.byteCount { first += bytes.prefix(head.byteCount - first.count) }
                last = Array((last + bytes.suffix(tail.byteCount)).suffix(tail.byteCount))
            }
            offset += Int64(used)
            // Most files that are asked differ in their first block, and need not be decompressed to their end.
            if first.count == head.byteCount, Digest(first) != head { return false }
        }
        return Digest(first) == head && Digest(last) == tail
    }
}
