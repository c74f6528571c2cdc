import SluiceTesting
import Testing

@testable import SluiceColumns

/// The slots of a hash table against a dictionary, where hashes crowd and where the table grows.
@Suite struct HashSlotsTests {

    private static func number(_ slots: borrowing HashSlots, _ hash: UInt64) -> UInt32? {
        // Every number has a hash of its own here, so that the first one with it is the one.
        let found = unsafe slots.view.find(hash) { _ in true }
        return found.numberPlusOne == 0 ? nil : found.numberPlusOne - 1
    }

    private static func insert(_ slots: inout HashSlots, _ hash: UInt64, _ number: UInt32) {
        let position = unsafe slots.view.find(hash) { _ in true }.position
        slots.put(number, hash: hash, at: position)
    }

    /// Distinct lower halves: anywhere, all at the start of the range, all at its end, or at both.
    private static func hash(_ shape: Int, _ random: inout SeededRandom) -> UInt64 {
        let high = random.next() & 0xffff_ffff_0000_0000
        let low = random.next() & 0xffff_ffff
        switch shape {
        case 0: return high | low
        case 1: return high | low >> 14
        case 2: return high | (0xffff_ffff - low >> 14)
        default: return high | (low & 1 == 0 ? low >> 14 : 0xffff_ffff - low >> 14)
        }
    }

    @Test(
        "Numbers are found under their hashes, before and after the table grows",
        arguments: 0..<4,
        [1, 2, 3] as [UInt64]
    )
    func agreesWithADictionary(shape: Int, seed: UInt64) {
        var random = SeededRandom(seed)
        var slots = HashSlots()
        var model: [UInt64: UInt32] = [:]
        var halves: Set<UInt64> = []
        var next: UInt32 = 0
        for _ in 0..<40 {
            slots.reserve(adding: 500)
            for _ in 0..<Int.random(in: 0...500, using: &random) {
                let hash = Self.hash(shape, &random)
                guard halves.insert(hash & 0xffff_ffff).inserted else { continue }
                Self.insert(&slots, hash, next)
                model[hash] = next
                next += 1
            }
            for hash in model.keys.sorted() where Int.random(in: 0..<5, using: &random) == 0 {
                guard let number = model.removeValue(forKey: hash) else { continue }
                halves.remove(hash & 0xffff_ffff)
                slots.remove(number, hash: hash)
                #expect(Self.number(slots, hash) == nil, "seed \(seed)")
            }
            #expect(slots.count == model.count)
            for (hash, number) in model { #expect(Self.number(slots, hash) == number, "seed \(seed)") }
        }
        #expect(model.count > 300, "the table has grown several times")
    }

    @Test("A large table grows by a third and is never more than three quarters full for long")
    func largeTablesGrowByAThird() {
        var slots = HashSlots()
        var random = SeededRandom(7)
        var sizes: [Int] = []
        let count = 1 << 20
        for number in 0..<UInt32(count) {
            if number % 4_096 == 0 { slots.reserve(adding: 4_096) }
            slots.add(number, hash: random.next())
            if sizes.last != slots.byteCount { sizes.append(slots.byteCount) }
        }
        let steps = zip(sizes, sizes.dropFirst()).filter { $0.0 >= 4 << 20 }
        #expect(!steps.isEmpty && steps.allSatisfy { $0.1 - $0.0 <= max($0.0 * 34 / 100, 4 << 20) })
        #expect(slots.byteCount <= count * 15)
        var again = SeededRandom(7)
        var isFound = true
        for number in 0..<UInt32(count) {
            let found = unsafe slots.view.find(again.next()) { $0 == number }
            if found.numberPlusOne != number + 1 { isFound = false }
        }
        #expect(isFound)
    }

    @Test("Ascending offsets are given back, near to each other and far apart", arguments: [1, 2, 3, 4] as [UInt64])
    func ascendingOffsets(seed: UInt64) {
        var random = SeededRandom(seed)
        var offsets = AscendingOffsets()
        var model: [Int] = []
        var last = 0
        for _ in 0..<5_000 {
            let isFar = seed > 2 && Int.random(in: 0..<50, using: &random) == 0
            last += Int.random(in: 0...(isFar ? 1 << 33 : 900), using: &random)
            offsets.append(last)
            model.append(last)
        }
        #expect(model.indices.allSatisfy { offsets[$0] == model[$0] }, "seed \(seed)")
        #expect(seed > 2 || offsets.byteCount < 5_000 * 5)
    }
}
