import Testing

@testable import SluiceState

/// A filter never denies a key that was added, and denies most others.
@Suite struct KeyFilterTests {
    @Test(arguments: [1, 5_000, 300_000])
    func addedKeysAreKnown(count: Int) {
        var filter = KeyFilter()
        // Hashes as those of one shard: their ends are alike.
        func hash(_ number: Int) -> UInt64 { UInt64(number) &* 0xd6e8_feb8_6659_fd93 >> 3 }
        let isKnown = filter.mayContain(hash(1))
        #expect(!isKnown)
        for number in 0..<count { filter.add(hash(number)) }
        for number in 0..<count where !filter.mayContain(hash(number)) {
            Issue.record("key \(number) of \(count) is denied")
            return
        }
        let taken = (count..<count + 20_000).count { filter.mayContain(hash($0)) }
        #expect(taken < 2_000)
        let byteCount = filter.byteCount
        #expect(byteCount < 16_384 + 8 * count)
    }
}
