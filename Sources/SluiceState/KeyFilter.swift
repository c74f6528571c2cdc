import SluiceColumns

/// Says of a key's hash that it was never added, or that it may have been: a Bloom filter that grows.
///
/// Of parts that double in size; all bits of a key lie in one word of a part, so a question is one line of memory for
/// each part. About one in thirty keys that were never added is taken for one that was.
struct KeyFilter: ~Copyable {
    /// The words of all parts, the smallest first.
    private var words = GrowableLane<UInt64>()
    /// Powers of two of the sizes of the parts.
    private var partSizes: [Int] = []
    /// Keys that the last part still takes.
    private var room = 0

    private static let firstPartSize = 10
    /// Keys that a part takes for each of its words.
    private static let keysPerWord = 5

    /// Bytes held.
    var byteCount: Int { words.byteCount }

    /// Adds a key.
    mutating func add(_ hash: UInt64) {
        if room == 0 {
            let size = (partSizes.last ?? Self.firstPartSize - 1) + 1
            partSizes.append(size)
            words.appendZeros(1 << size)
            room = Self.keysPerWord << size
        }
        guard let size = partSizes.last else { return }
        room -= 1
        let (place, bits) = Self.place(hash, size)
        words[words.count - 1 << size + place] |= bits
    }

    /// Whether a key may have been added.
    func mayContain(_ hash: UInt64) -> Bool {
        var start = 0
        for size in partSizes {
            let (place, bits) = Self.place(hash, size)
            if words[start + place] & bits == bits { return true }
            start += 1 << size
        }
        return false
    }

    /// The word of a part of 2^size words, and the key's bits in it.
    private static func place(_ hash: UInt64, _ size: Int) -> (place: Int, bits: UInt64) {
        // Shards and slots of tables use the ends of the hash; all of it decides here.
        let mixed = (hash ^ hash >> 32) &* 0x9e37_79b9_7f4a_7c15
        var bits: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 24, by: 6) { bits |= 1 << (mixed >> shift & 63) }
        return (Int(truncatingIfNeeded: mixed >> UInt64(64 - size)), bits)
    }
}
