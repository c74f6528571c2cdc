import SluiceColumns
import SluiceConnect

/// How the rows that wait for a database are held: in bytes that its connection applies without knowing their types.
protocol StagedForm: Sendable {
    /// Appends row `row` of `columns`, so that it can be told where it ends.
    static func append(_ columns: [Column], _ row: Int, to output: inout TextBuffer)
}

/// The rows of one transaction: what is added or replaced, and the keys of what goes.
struct StagedChanges: Sendable, Hashable {
    /// Rows in the database's form.
    var additions: [UInt8] = []
    /// Keys in the database's form.
    var removals: [UInt8] = []

    /// Whether there is nothing to do.
    var isEmpty: Bool { additions.isEmpty && removals.isEmpty }

    /// Makes changes.
    init(additions: [UInt8] = [], removals: [UInt8] = []) {
        self.additions = additions
        self.removals = removals
    }

    /// The stored form: the version, what the columns were (`DatabaseTable.digest`), the byte count of the additions,
    /// both parts; nothing where there is nothing.
    func bytes(columns digest: UInt64) -> [UInt8] {
        if isEmpty { return [] }
        var bytes: [UInt8] = [Self.version]
        bytes.reserveCapacity(Self.headerByteCount + additions.count + removals.count)
        for word in [digest, UInt64(additions.count)] {
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return bytes + additions + removals
    }

    /// Reads the stored form.
    ///
    /// - Throws: `badTransaction` where it is none, `otherColumns` where the table was declared otherwise.
    init(_ bytes: [UInt8], columns digest: UInt64, of table: String) throws(ConnectorError) {
        if bytes.isEmpty { return }
        guard bytes.count >= Self.headerByteCount, bytes[0] == Self.version else { throw Self.torn(table) }
        guard Self.word(bytes, at: 1) == digest else {
            throw ConnectorError(
                .user,
                "otherColumns",
                "the stored state holds rows for '\(table)' that were written when it was declared with other columns; "
                    + "run the job once with the former CREATE TABLE, then change it"
            )
        }
        guard let count = Int(exactly: Self.word(bytes, at: 9)), count <= bytes.count - Self.headerByteCount else {
            throw Self.torn(table)
        }
        additions = Array(bytes[Self.headerByteCount..<(Self.headerByteCount + count)])
        removals = Array(bytes[(Self.headerByteCount + count)...])
    }

    private static func word(_ bytes: [UInt8], at offset: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }

    private static func torn(_ table: String) -> ConnectorError {
        ConnectorError(.internal, "badTransaction", "the stored state holds no rows for '\(table)'")
    }

    private static let headerByteCount = 17
    private static let version: UInt8 = 1
}

/// Rows that wait for their transaction; with a key only the last change of each.
///
/// Single-threaded; belongs to a writer.
final class StagedRows<Form: StagedForm> {
    /// Rows that were added since the last `take`.
    private(set) var rowCount = 0

    private let keys: [Int]
    private var log = GrowableLane<UInt8>(minimumCapacity: 1 << 12)
    private var scratch = TextBuffer(byteCapacity: 1 << 12)
    // With a key: for each, by number, where its last change lies in the log.
    private var index = ByteKeyIndex()
    private let encodedKeys = EncodedRows()
    private var starts = GrowableLane<Int>()
    private var lengths = GrowableLane<Int>()
    private var removes = GrowableLane<Bool>()
    private var garbageByteCount = 0

    /// The log is rewritten when so many bytes of it, and half of them, are of changes that later ones replaced.
    private static var garbageByteCountMin: Int { 1 << 20 }

    /// Makes an empty stage; `keys` are the columns of the key, none where rows are only added.
    init(keys: [Int]) { self.keys = keys }

    /// Bytes of rows that wait.
    var byteCount: Int { log.count }

    /// Takes the rows of a batch.
    func append(_ batch: Batch) {
        scratch.removeAll()
        if keys.isEmpty {
            for row in 0..<batch.rowCount { Form.append(batch.columns, row, to: &scratch) }
            Self.append(scratch, to: &log)
        } else {
            appendByKey(batch)
        }
        rowCount += batch.rowCount
    }

    private static func append(_ rows: borrowing TextBuffer, to log: inout GrowableLane<UInt8>) {
        log.append(contentsOf: rows.bytes)
    }

    private func appendByKey(_ batch: Batch) {
        let keyColumns = keys.map { batch.columns[$0] }
        encodedKeys.encode(keyColumns, rowCount: batch.rowCount)
        let hashes = RowHash.hashes(keyColumns, rowCount: batch.rowCount)
        var numbers = MutableLane<UInt32>(count: batch.rowCount)
        do {
            var span = numbers.span
            index.insert(encodedKeys, hashes: hashes.readOnly, numbers: &span)
        }
        starts.resize(to: index.numberBound, filling: 0)
        lengths.resize(to: index.numberBound, filling: 0)
        removes.resize(to: index.numberBound, filling: false)
        let base = log.count
        for row in 0..<batch.rowCount {
            let kind = batch.kind(row)
            if kind == .updateBefore { continue }
            let start = scratch.count
            Form.append(kind == .delete ? keyColumns : batch.columns, row, to: &scratch)
            let number = Int(numbers.readOnly[row])
            garbageByteCount += lengths[number]
            starts[number] = base + start
            lengths[number] = scratch.count - start
            removes[number] = kind == .delete
        }
        Self.append(scratch, to: &log)
        if garbageByteCount > Self.garbageByteCountMin, garbageByteCount * 2 > log.count { compact() }
    }

    /// Leaves out of the log what was replaced.
    private func compact() {
        var kept = GrowableLane<UInt8>(minimumCapacity: log.count - garbageByteCount)
        for number in 0..<starts.count {
            let start = kept.count
            kept.append(contentsOf: log.span.extracting(starts[number]..<starts[number] + lengths[number]))
            starts[number] = start
        }
        swap(&kept, &log)
        garbageByteCount = 0
    }

    /// Gives away what waits and begins anew.
    func take() -> StagedChanges {
        defer { removeAll() }
        guard !keys.isEmpty else { return StagedChanges(additions: Self.copy(log.span)) }
        var additions = GrowableLane<UInt8>()
        var removals = GrowableLane<UInt8>()
        for number in 0..<starts.count {
            let change = log.span.extracting(starts[number]..<starts[number] + lengths[number])
            if removes[number] { removals.append(contentsOf: change) } else { additions.append(contentsOf: change) }
        }
        return StagedChanges(additions: Self.copy(additions.span), removals: Self.copy(removals.span))
    }

    /// Forgets what waits.
    func removeAll() {
        rowCount = 0
        log = GrowableLane<UInt8>(minimumCapacity: 1 << 12)
        guard !keys.isEmpty else { return }
        index = ByteKeyIndex()
        starts.truncate(to: 0)
        lengths.truncate(to: 0)
        removes.truncate(to: 0)
        garbageByteCount = 0
    }

    private static func copy(_ source: Span<UInt8>) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: source.count)
        var target = bytes.mutableSpan
        for index in 0..<source.count { target[index] = source[index] }
        return bytes
    }
}
