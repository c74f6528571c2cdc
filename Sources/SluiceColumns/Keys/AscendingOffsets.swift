/// Offsets that only ascend, in little more than two bytes each.
///
/// Every 64 of them share a base of eight bytes, and each is two bytes above it. Where 64 go over a wider range, which
/// takes long strings between them, they are kept in full.
struct AscendingOffsets: ~Copyable {
    private var bases = GrowableLane<Int>()
    private var distances = GrowableLane<UInt16>()
    /// The offsets of blocks that are too wide, in full; the base of such a block is the complement of its place here.
    private var wide = GrowableLane<Int>()

    private static let blockBits = 6
    private static let blockCount = 1 << blockBits

    /// Offsets held.
    var count: Int { distances.count }

    /// Bytes held.
    var byteCount: Int { bases.byteCount + distances.byteCount + wide.byteCount }

    /// The offset at `index`.
    subscript(index: Int) -> Int {
        @inline(__always)
        get {
            let base = bases[index >> Self.blockBits]
            return base >= 0 ? base + Int(distances[index]) : wide[~base + index & (Self.blockCount - 1)]
        }
    }

    /// Appends an offset, which is not below the last one.
    mutating func append(_ offset: Int) {
        let place = count & (Self.blockCount - 1)
        let block = count >> Self.blockBits
        if place == 0 { bases.append(offset) }
        var base = bases[block]
        if base >= 0, offset - base > Int(UInt16.max) {
            base = widen(block)
            bases[block] = base
        }
        if base < 0 { wide[~base + place] = offset }
        distances.append(base < 0 ? 0 : UInt16(truncatingIfNeeded: offset - base))
    }

    /// Keeps the last block in full from now on; gives what is its base then.
    private mutating func widen(_ block: Int) -> Int {
        let start = wide.count
        wide.resize(to: start + Self.blockCount, filling: 0)
        for index in block << Self.blockBits..<count {
            wide[start + index & (Self.blockCount - 1)] = bases[block] + Int(distances[index])
        }
        return ~start
    }
}
