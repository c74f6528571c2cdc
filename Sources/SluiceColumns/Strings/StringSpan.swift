/// Read access to the text or bytes of a `view` column.
///
/// Borrows from the column, which keeps the arenas alive.
@safe
public struct StringSpan: ~Escapable {
    @usableFromInline let base: UnsafePointer<StringView>
    /// Rows.
    public let count: Int

    @inlinable @inline(__always)
    @_lifetime(copy views)
    init(views: Span<StringView>) {
        // SAFETY: the pointer is only used while what `views` borrows from is borrowed.
        unsafe base = views.withUnsafeBufferPointer { slots in
            unsafe slots.baseAddress ?? UnsafePointer(bitPattern: 16).unsafelyUnwrapped
        }
        count = views.count
    }

    /// The bytes of row `index`.
    @inlinable @inline(__always)
    public subscript(index: Int) -> Span<UInt8> {
        @_lifetime(copy self)
        get {
            precondition(index >= 0 && index < count)
            // SAFETY: the slot is in range; a long view's address is alive because the column is borrowed; the bytes of
            // an inline view lie in the slot itself, from its fourth byte.
            let slot = unsafe base + index
            let view = unsafe slot.pointee
            let start =
                unsafe view.isInline
                ? (UnsafeRawPointer(slot) + 4).assumingMemoryBound(to: UInt8.self)
                : view.address
            return unsafe _overrideLifetime(Span(_unsafeStart: start, count: view.byteCount), copying: self)
        }
    }

    /// Length of row `index` in bytes.
    @inlinable @inline(__always)
    public func byteCount(_ index: Int) -> Int {
        precondition(index >= 0 && index < count)
        // SAFETY: checked just above.
        return unsafe base[index].byteCount
    }
}

/// Builds the views of a `view` column row by row; bytes go to arenas of its own or stay in a shared one.
@safe
public struct StringBuilder: ~Copyable {
    @usableFromInline var lane: MutableLane<StringView>
    @usableFromInline var row = 0
    @usableFromInline var arenas: ArenaSet
    /// The arena being filled; it learns what was written when the next one is begun, or at the end.
    private var chunk: Arena?
    /// Where its next byte goes, so that no row touches the arena's reference count.
    @usableFromInline var tail: UnsafeMutableRawPointer
    /// Bytes left behind `tail`.
    @usableFromInline var room = 0
    private let purpose: MemoryLedger.Purpose

    /// Prepares `count` rows.
    ///
    /// All slots start as the empty value.
    public init(count: Int, sharing arenas: ArenaSet = ArenaSet(), purpose: MemoryLedger.Purpose = .batches) {
        lane = MutableLane(count: count, zeroed: true, purpose: purpose)
        // No byte is written there: there is no room.
        unsafe tail = UnsafeMutableRawPointer(lane.buffer.base)
        self.arenas = arenas
        self.purpose = purpose
    }

    /// Rows set by `append` so far.
    @inlinable
    public var appendedCount: Int { row }

    /// Sets row `index` to a copy of `bytes`.
    @inlinable
    public mutating func set(_ index: Int, to bytes: Span<UInt8>) {
        if bytes.count <= StringView.inlineByteCountMax {
            var slots = lane.span
            // SAFETY: short bytes are copied into the view.
            unsafe bytes.withUnsafeBufferPointer { source in
                guard let start = source.baseAddress else { return }
                slots[index] = unsafe StringView(start: start, byteCount: source.count)
            }
            return
        }
        if bytes.count > room { beginChunk(holding: bytes.count) }
        // SAFETY: there is room for the bytes at `tail`, in an arena that the column will keep alive.
        unsafe bytes.withUnsafeBufferPointer { source in
            unsafe tail.copyMemory(from: source.baseAddress.unsafelyUnwrapped, byteCount: source.count)
        }
        let start = unsafe UnsafePointer(tail.assumingMemoryBound(to: UInt8.self))
        unsafe tail += bytes.count
        room -= bytes.count
        var slots = lane.span
        slots[index] = unsafe StringView(start: start, byteCount: bytes.count)
    }

    /// Sets row `index` to a view whose arena is in the set passed to `init` or `share`.
    @inlinable @inline(__always)
    public mutating func set(_ index: Int, toView view: StringView) {
        var slots = lane.span
        slots[index] = view
    }

    /// Keeps `arenas` alive with the column.
    public mutating func share(_ arenas: ArenaSet) { self.arenas.formUnion(arenas) }

    /// Appends a copy of `bytes` as the next row.
    @inlinable
    public mutating func append(_ bytes: Span<UInt8>) {
        set(row, to: bytes)
        row += 1
    }

    /// Appends the empty value, which also stands for NULL.
    @inlinable
    public mutating func appendEmpty() { row += 1 }

    /// Appends an ASCII or UTF-8 text; for literals and tests, not for loops.
    public mutating func append(_ text: String) {
        let bytes = Array(text.utf8)
        append(bytes.span)
    }

    @usableFromInline @inline(never)
    mutating func beginChunk(holding byteCount: Int) {
        settle()
        let rest = max(1, lane.count - row)
        let size = max(byteCount, min(1 << 16, max(1 << 10, rest * byteCount)))
        let arena = Arena(byteCount: size, purpose: purpose)
        chunk = arena
        arenas.formUnion(ArenaSet([arena]))
        // SAFETY: the arena is new, and `arenas` keeps it alive.
        unsafe tail = arena.buffer.base
        room = arena.capacity
    }

    /// Tells the arena what was written to it.
    private mutating func settle() {
        if let chunk { chunk.used = chunk.capacity - room }
        (chunk, room) = (nil, 0)
    }

    /// Freezes the rows as a column of `type`.
    public consuming func finish(_ type: DataType, validity: Bitmap? = nil) -> Column {
        settle()
        let count = lane.count
        let arenas = self.arenas
        return Column(type: type, count: count, values: lane.finish(), validity: validity, arenas: arenas)
    }
}
