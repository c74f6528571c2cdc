/// Where removed strings stood in a block of bytes, by their length, for strings of about that length to come.
///
/// The places of one length are a chain in the block itself: each holds where the next one begins. So they cost nothing
/// but a table of 8 KB, which is made at the first removal. Very short and long places are not listed. Single-threaded;
/// owned by the block's owner.
struct VacantPlaces: ~Copyable {
    /// Per length where the first place begins, or `none`; empty where nothing was ever added.
    private var firsts = GrowableLane<UInt64>()
    /// A bit per length that has a place.
    private var lengths = GrowableLane<UInt64>()

    private static let none = UInt64.max
    /// A place holds the eight bytes of where the next one begins.
    private static let lengthMin = 8
    private static let lengthBound = 1_024

    /// Makes an empty list.
    init() {}

    /// Bytes held.
    var byteCount: Int { firsts.byteCount + lengths.byteCount }

    /// Forgets all places.
    mutating func removeAll() {
        firsts.truncate(to: 0)
        lengths.truncate(to: 0)
    }

    /// Adds the `length` bytes from `start` on, which nobody reads any more.
    mutating func add(_ start: Int, _ length: Int, in bytes: borrowing GrowableLane<UInt8>) {
        guard length >= Self.lengthMin, length < Self.lengthBound else { return }
        precondition(start + length <= bytes.count)
        if firsts.count == 0 {
            firsts.resize(to: Self.lengthBound, filling: Self.none)
            lengths.resize(to: Self.lengthBound / 64, filling: 0)
        }
        // SAFETY: the place lies in the block and has eight bytes at least.
        unsafe UnsafeMutableRawPointer(bytes.base + start).storeBytes(of: firsts[length], as: UInt64.self)
        firsts[length] = UInt64(start)
        lengths[length >> 6] |= 1 << UInt64(length & 63)
    }

    /// Takes out a place for `length` bytes, of which an eighth and eight bytes may be left over; gives its start.
    mutating func take(_ length: Int, in bytes: borrowing GrowableLane<UInt8>) -> Int? {
        if firsts.count == 0 { return nil }
        let largest = min(length + length / 8 + 8, Self.lengthBound - 1)
        guard let found = first(from: max(length, Self.lengthMin), through: largest) else { return nil }
        let start = Int(truncatingIfNeeded: firsts[found])
        precondition(start + found <= bytes.count)
        // SAFETY: the place lies in the block and begins with where the next one does.
        let next = unsafe UnsafeRawPointer(bytes.base + start).loadUnaligned(as: UInt64.self)
        firsts[found] = next
        if next == Self.none { lengths[found >> 6] &= ~(1 << UInt64(found & 63)) }
        return start
    }

    /// The least length of a range that has a place.
    private func first(from low: Int, through high: Int) -> Int? {
        guard low <= high else { return nil }
        var word = low >> 6
        var bits = lengths[word] & (UInt64.max << UInt64(low & 63))
        while bits == 0 {
            word += 1
            if word > high >> 6 { return nil }
            bits = lengths[word]
        }
        let found = word << 6 + bits.trailingZeroBitCount
        return found <= high ? found : nil
    }
}
