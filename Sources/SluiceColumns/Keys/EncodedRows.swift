import Glibc

/// Rows of key columns as byte strings: equal rows have equal bytes, and the columns can be had back.
///
/// Per column one byte (0 NULL, 1 present), then the slot in native byte order, or for the `view` lane four bytes of
/// length and the bytes, or for nested lanes the self-describing form of `RowKeyCodec`. Reused from batch to batch.
public final class EncodedRows {
    private var bytes = GrowableLane<UInt8>(minimumCapacity: 1 << 12)
    private var ends = GrowableLane<Int>()
    private var cursors = GrowableLane<Int>()

    /// Makes an empty buffer.
    public init() {}

    /// Rows held.
    public var count: Int { ends.count }

    /// The bytes of row `row`.
    @_lifetime(borrow self)
    public func row(_ row: Int) -> Span<UInt8> {
        let start = row == 0 ? 0 : ends[row - 1]
        let length = ends[row] - start
        // SAFETY: the row lies in the buffer, which self owns and which does not change while self is borrowed.
        return unsafe _overrideLifetime(
            Span(_unsafeStart: UnsafePointer(bytes.base + start), count: length),
            borrowing: self
        )
    }

    /// All rows, for a loop: what it needs is looked up once.
    public var all: EncodedRowSpan {
        @_lifetime(borrow self)
        get {
            // SAFETY: self owns both blocks, and they do not change while self is borrowed.
            unsafe _overrideLifetime(
                EncodedRowSpan(bytes: UnsafePointer(bytes.base), ends: UnsafePointer(ends.base), count: ends.count),
                borrowing: self
            )
        }
    }

    /// Replaces the content with the rows of `columns`.
    public func encode(_ columns: [Column], rowCount: Int) {
        ends.truncate(to: 0)
        ends.resize(to: rowCount, filling: 0)
        cursors.truncate(to: 0)
        cursors.resize(to: rowCount, filling: 0)
        let nested = columns.map { Self.nestedForms($0, rowCount) }
        for (position, column) in columns.enumerated() { addSizes(column, nested[position]) }
        var total = 0
        for row in 0..<rowCount {
            let size = ends[row]
            cursors[row] = total
            total += size
            ends[row] = total
        }
        // Every byte of a row is written, so what earlier rows left behind may stay.
        bytes.resize(to: total, filling: 0)
        for (position, column) in columns.enumerated() { write(column, nested[position]) }
    }

    private static func nestedForms(_ column: Column, _ rowCount: Int) -> [[UInt8]]? {
        switch column.type.lane {
        case .list, .map, .row:
            return (0..<rowCount).map { row in
                var form: [UInt8] = []
                RowKeyCodec.append(column.value(row), to: &form)
                return form
            }
        default: return nil
        }
    }

    private func addSizes(_ column: Column, _ nested: [[UInt8]]?) {
        if let nested {
            for row in 0..<ends.count { ends[row] += 1 + nested[row].count }
            return
        }
        let isText = column.type.lane == .view
        let stride = column.type.lane == .null ? 0 : column.type.lane.stride
        if column.hasNoNulls && !isText {
            for row in 0..<ends.count { ends[row] += 1 + stride }
            return
        }
        if isText {
            let step = column.isConstant ? 0 : 1
            let views = column.views
            for row in 0..<ends.count { ends[row] += column.isNull(row) ? 1 : 5 + views[row &* step].byteCount }
            return
        }
        for row in 0..<ends.count { ends[row] += column.isNull(row) ? 1 : 1 + stride }
    }

    private func write(_ column: Column, _ nested: [[UInt8]]?) {
        if let nested {
            for row in 0..<ends.count {
                put([1], row)
                put(nested[row], row)
            }
            return
        }
        switch column.type.lane {
        case .bool, .int8: fixed(column, column.lane(UInt8.self))
        case .int16: fixed(column, column.lane(UInt16.self))
        case .int32, .float: fixed(column, column.lane(UInt32.self))
        case .int64, .double: fixed(column, column.lane(UInt64.self))
        case .int128: fixed(column, column.int128s)
        case .view: text(column)
        case .null: for row in 0..<ends.count { put([0], row) }
        case .list, .map, .row: break
        }
    }

    private func put(_ form: [UInt8], _ row: Int) {
        for byte in form {
            bytes[cursors[row]] = byte
            cursors[row] += 1
        }
    }

    private func fixed<Slot: BitwiseCopyable>(_ column: Column, _ slots: Span<Slot>) {
        let stride = MemoryLayout<Slot>.stride
        let step = column.isConstant ? 0 : 1
        for row in 0..<ends.count {
            let at = cursors[row]
            if column.isNull(row) {
                bytes[at] = 0
                cursors[row] = at + 1
                continue
            }
            bytes[at] = 1
            precondition(at + 1 + stride <= bytes.count)
            // SAFETY: checked just above.
            unsafe UnsafeMutableRawPointer(bytes.base + at + 1).storeBytes(of: slots[row &* step], as: Slot.self)
            cursors[row] = at + 1 + stride
        }
    }

    private func text(_ column: Column) {
        let strings = column.strings
        for row in 0..<ends.count {
            let at = cursors[row]
            if column.isNull(row) {
                bytes[at] = 0
                cursors[row] = at + 1
                continue
            }
            let value = strings[column.isConstant ? 0 : row]
            bytes[at] = 1
            precondition(at + 5 + value.count <= bytes.count)
            // SAFETY: checked just above.
            unsafe UnsafeMutableRawPointer(bytes.base + at + 1).storeBytes(
                of: UInt32(truncatingIfNeeded: value.count),
                as: UInt32.self
            )
            unsafe value.withUnsafeBufferPointer { source in
                guard let start = source.baseAddress else { return }
                unsafe memcpy(bytes.base + at + 5, start, source.count)
            }
            cursors[row] = at + 5 + value.count
        }
    }
}

/// Read access to encoded rows; borrows from the buffer that holds them.
@safe
public struct EncodedRowSpan: ~Escapable {
    private let bytes: UnsafePointer<UInt8>
    private let ends: UnsafePointer<Int>
    /// Rows.
    public let count: Int

    @_lifetime(immortal)
    fileprivate init(bytes: UnsafePointer<UInt8>, ends: UnsafePointer<Int>, count: Int) {
        unsafe self.bytes = bytes
        unsafe self.ends = ends
        self.count = count
    }

    /// The bytes of all rows, one after the other.
    public var joined: Span<UInt8> {
        @_lifetime(copy self)
        get {
            // SAFETY: the last row ends where its end says.
            let byteCount = unsafe count == 0 ? 0 : ends[count &- 1]
            return unsafe _overrideLifetime(Span(_unsafeStart: bytes, count: byteCount), copying: self)
        }
    }

    /// The bytes of row `row`.
    @inline(__always)
    public subscript(row: Int) -> Span<UInt8> {
        @_lifetime(copy self)
        get {
            precondition(UInt(bitPattern: row) < UInt(bitPattern: count))
            // SAFETY: the row exists; it ends where its end says and begins where the one before it ends.
            let start = unsafe row == 0 ? 0 : ends[row &- 1]
            return unsafe _overrideLifetime(
                Span(_unsafeStart: bytes + start, count: ends[row] &- start),
                copying: self
            )
        }
    }
}
