import SluiceColumns

/// A count for each of dense numbers, in a few bits where it is small: most rows are there once.
struct CountLane<Small: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>: ~Copyable {
    private var counts = GrowableLane<Small>()
    /// Counts that do not fit, negative ones too; their slot says `Small.max`.
    private var large: [Int: Int64] = [:]

    /// Bytes held.
    var byteCount: Int { counts.byteCount + large.count * 2 * MemoryLayout<(Int, Int64)>.stride }

    /// Makes room for numbers below `bound`; new counts are 0.
    mutating func resize(to bound: Int) { counts.resize(to: bound, filling: 0) }

    /// The count of a number; 0 where there is no room for it.
    subscript(number: Int) -> Int64 {
        get {
            guard number < counts.count else { return 0 }
            let count = counts[number]
            return count == Small.max ? large[number, default: 0] : Int64(count)
        }
        set {
            if counts[number] == Small.max { large[number] = nil }
            if newValue >= 0 && newValue < Int64(Small.max) {
                counts[number] = Small(truncatingIfNeeded: newValue)
            } else {
                counts[number] = Small.max
                large[number] = newValue
            }
        }
    }
}
