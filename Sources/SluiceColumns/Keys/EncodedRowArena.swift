import Glibc

/// Byte strings under dense numbers 0, 1, 2 ..., in one growing block.
///
/// Holds encoded rows (`EncodedRows`) or sort keys (`SortKeys`). Numbers of removed strings are given out again, their
/// places too (`VacantPlaces`), and the block is compacted when half of it belongs to removed ones. While all strings
/// have the same length, as keys of numbers do, a string costs its bytes, and its number says where it is. From the
/// first other one on it costs eight more: where it begins, in 40 bits, and its length, in 24; the lengths of very long
/// ones are listed. Where none is ever removed, it costs little more than two (`AscendingOffsets`). Single-threaded.
public struct EncodedRowArena: ~Copyable {
    private var bytes = GrowableLane<UInt8>(minimumCapacity: 1 << 10)
    /// Per number the start, above the length or `longLength`.
    private var places = GrowableLane<UInt64>()
    /// Per number the start, where strings are kept for good; then there are no `places`.
    private var starts = AscendingOffsets()
    private let keepsAll: Bool
    /// The length of all strings while they have one, and there are no `places` then; 0 where lengths differ.
    private var commonByteCount = 0
    /// Numbers given out while all strings have one length.
    private var uniformCount = 0
    private var longLengths: [UInt32: UInt32] = [:]
    private var freeNumbers: [UInt32] = []
    private var vacant = VacantPlaces()
    private var garbageByteCount = 0

    private static let lengthBits: UInt64 = 24
    private static let longLength: UInt64 = 1 << 24 - 1

    /// Makes an empty arena; one that `keepsAll` removes nothing.
    public init(keepsAll: Bool = false) { self.keepsAll = keepsAll }

    /// Strings held.
    public var count: Int { numberBound - freeNumbers.count }

    /// Numbers given out so far, free ones included.
    public var numberBound: Int {
        commonByteCount > 0 ? uniformCount : keepsAll ? starts.count : places.count
    }

    /// Numbers below `numberBound` that belong to no string, ascending.
    public var freeNumbersSorted: [UInt32] { freeNumbers.sorted() }

    /// Bytes held.
    public var byteCount: Int {
        bytes.byteCount + places.byteCount + starts.byteCount + vacant.byteCount
            + freeNumbers.capacity * MemoryLayout<UInt32>.stride
    }

    @inline(__always)
    private func start(_ number: UInt32) -> Int {
        if commonByteCount > 0 { return uniformStart(number) }
        return keepsAll ? starts[Int(number)] : Int(truncatingIfNeeded: places[Int(number)] >> Self.lengthBits)
    }

    @inline(__always)
    private func uniformStart(_ number: UInt32) -> Int {
        precondition(Int(number) < uniformCount)
        return Int(number) &* commonByteCount
    }

    @inline(__always)
    private func length(_ number: UInt32) -> Int {
        if commonByteCount > 0 { return commonByteCount }
        if keepsAll {
            let next = Int(number) + 1
            return (next == starts.count ? bytes.count : starts[next]) - starts[Int(number)]
        }
        let length = places[Int(number)] & Self.longLength
        return length == Self.longLength ? longLength(number) : Int(truncatingIfNeeded: length)
    }

    @inline(never)
    private func longLength(_ number: UInt32) -> Int { Int(longLengths[number] ?? 0) }

    /// Where a string stands that goes under `number`.
    private mutating func place(_ start: Int, _ length: Int, _ number: UInt32) -> UInt64 {
        let short = min(UInt64(length), Self.longLength)
        if short == Self.longLength { longLengths[number] = UInt32(truncatingIfNeeded: length) }
        return UInt64(start) << Self.lengthBits | short
    }

    /// The string of `number`.
    public subscript(number: UInt32) -> Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let (start, length) = (start(number), length(number))
            // SAFETY: the string lies in the block, which does not change while self is borrowed.
            return unsafe _overrideLifetime(
                Span(_unsafeStart: UnsafePointer(bytes.base + start), count: length),
                borrowing: self
            )
        }
    }

    /// Asks the cache for where the string of `number`, which need not exist, begins.
    @inline(__always)
    func prefetchPlace(_ number: Int) { places.prefetch(number) }

    /// Asks the cache for the string of `number`, which need not exist.
    @inline(__always)
    func prefetchBytes(_ number: Int) {
        if commonByteCount > 0 {
            if UInt(bitPattern: number) < UInt(bitPattern: uniformCount) { bytes.prefetch(number &* commonByteCount) }
            return
        }
        if UInt(bitPattern: number) < UInt(bitPattern: places.count) {
            bytes.prefetch(Int(truncatingIfNeeded: places[number] >> Self.lengthBits))
        }
    }

    /// Whether the string of `number` has the bytes of `other`.
    @inline(__always)
    public func holds(_ number: UInt32, _ other: Span<UInt8>) -> Bool {
        guard length(number) == other.count else { return false }
        let start = start(number)
        // SAFETY: the stored string has the same length and lies in the block.
        return unsafe other.withUnsafeBufferPointer { source in
            guard let address = source.baseAddress else { return true }
            return unsafe memcmp(bytes.base + start, address, source.count) == 0
        }
    }

    /// Adds a string; gives its number.
    public mutating func append(_ string: Span<UInt8>) -> UInt32 {
        let place = newPlace(string.count)
        write(string, at: place.start)
        return place.number
    }

    /// Adds the string `prefix` + `string`; gives its number.
    public mutating func append(_ prefix: Span<UInt8>, _ string: Span<UInt8>) -> UInt32 {
        let place = newPlace(prefix.count + string.count)
        write(prefix, at: place.start)
        write(string, at: place.start + prefix.count)
        return place.number
    }

    /// A number for a string of `byteCount` bytes, and where they are to be written.
    private mutating func newPlace(_ byteCount: Int) -> (number: UInt32, start: Int) {
        if numberBound == 0, !keepsAll { commonByteCount = byteCount }
        if commonByteCount > 0 {
            if byteCount == commonByteCount { return newUniformPlace() }
            giveUpOneLength()
        }
        let start = room(for: byteCount)
        return (number(start, byteCount), start)
    }

    private mutating func newUniformPlace() -> (number: UInt32, start: Int) {
        if let free = freeNumbers.popLast() {
            garbageByteCount -= commonByteCount
            return (free, uniformStart(free))
        }
        let start = bytes.count
        bytes.extend(by: commonByteCount)
        uniformCount += 1
        return (UInt32(truncatingIfNeeded: uniformCount - 1), start)
    }

    /// Writes down where each string is: from now on lengths may differ, and strings may move.
    private mutating func giveUpOneLength() {
        let length = commonByteCount
        commonByteCount = 0
        for number in 0..<uniformCount {
            places.append(place(number * length, length, UInt32(truncatingIfNeeded: number)))
        }
        for free in freeNumbers {
            places[Int(free)] = 0
            if !longLengths.isEmpty { longLengths[free] = nil }
            vacant.add(Int(free) * length, length, in: bytes)
        }
    }

    /// Where `byteCount` bytes may be written: the place of a removed string, or the end of the block.
    private mutating func room(for byteCount: Int) -> Int {
        if let start = vacant.take(byteCount, in: bytes) {
            garbageByteCount -= byteCount
            return start
        }
        let start = bytes.count
        bytes.extend(by: byteCount)
        return start
    }

    private func write(_ string: Span<UInt8>, at start: Int) {
        // SAFETY: `room` has made place for the string in the block, which it is no part of.
        unsafe string.withUnsafeBufferPointer { source in
            guard let address = source.baseAddress else { return }
            unsafe memcpy(bytes.base + start, address, source.count)
        }
    }

    /// Gives the bytes from `start` on a number.
    private mutating func number(_ start: Int, _ byteCount: Int) -> UInt32 {
        if keepsAll {
            starts.append(start)
            return UInt32(truncatingIfNeeded: starts.count - 1)
        }
        guard let free = freeNumbers.popLast() else {
            let number = UInt32(truncatingIfNeeded: places.count)
            places.append(place(start, byteCount, number))
            return number
        }
        places[Int(free)] = place(start, byteCount, free)
        return free
    }

    /// Takes one string out; `compactIfWasteful` gives its bytes back.
    public mutating func remove(_ number: UInt32) {
        precondition(!keepsAll)
        let length = length(number)
        garbageByteCount += length
        if commonByteCount > 0 { return freeNumbers.append(number) }
        vacant.add(start(number), length, in: bytes)
        if !longLengths.isEmpty { longLengths[number] = nil }
        places[Int(number)] = 0
        freeNumbers.append(number)
    }

    /// Gives the bytes of removed strings back once they are half of the block; to be called after removals.
    public mutating func compactIfWasteful() {
        guard garbageByteCount > 1 << 16, garbageByteCount * 2 > bytes.count else { return }
        guard MemoryLedger.hasRoom(for: bytes.count - garbageByteCount) else { return compact() }
        if commonByteCount > 0 { giveUpOneLength() }
        var kept = GrowableLane<UInt8>(minimumCapacity: bytes.count - garbageByteCount)
        for number in 0..<UInt32(truncatingIfNeeded: places.count) where length(number) > 0 {
            let start = kept.count
            let length = length(number)
            kept.extend(by: length)
            // SAFETY: both ranges lie in their blocks.
            unsafe memcpy(kept.base + start, bytes.base + self.start(number), length)
            places[Int(number)] = place(start, length, number)
        }
        swap(&kept, &bytes)
        vacant.removeAll()
        garbageByteCount = 0
    }

    /// Parts of the block that `compact` goes through one by one, and bytes of one at least.
    private static let (compactedPartCount, compactedByteCountMin) = (16, 1 << 20)

    /// Gives the bytes of removed strings back to the system, and needs little memory for it.
    ///
    /// Strings move towards the front in the order in which they lie. Those that lie in one part of the block are
    /// looked for at a time, so that never all of them are listed.
    public mutating func compact() {
        guard !keepsAll, garbageByteCount > 0 else { return }
        if commonByteCount > 0 { giveUpOneLength() }
        let part = max(bytes.count / Self.compactedPartCount, Self.compactedByteCountMin)
        var end = 0
        var partStart = 0
        while partStart < bytes.count {
            for entry in strings(from: partStart, to: partStart + part).sorted() {
                let number = UInt32(truncatingIfNeeded: entry)
                let length = length(number)
                // SAFETY: the string lies in the block, and moves to its front.
                unsafe memmove(bytes.base + end, bytes.base + start(number), length)
                places[Int(number)] = place(end, length, number)
                end += length
            }
            partStart += part
        }
        bytes.truncate(to: end)
        bytes.shrink()
        vacant.removeAll()
        garbageByteCount = 0
    }

    /// The strings that begin in a part of the block: where in it, above the number.
    private func strings(from start: Int, to end: Int) -> [UInt64] {
        var found: [UInt64] = []
        for number in 0..<UInt32(truncatingIfNeeded: places.count) where length(number) > 0 {
            let place = self.start(number)
            if place >= start, place < end { found.append(UInt64(place - start) << 32 | UInt64(number)) }
        }
        return found
    }
}
