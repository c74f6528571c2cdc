import SluiceColumns
import SluiceTesting
import Testing

@testable import SluiceKernels

@Suite("Digests, hash codes and bitmaps")
struct HashAndBitmapTests {
    static let catalogue = FunctionCatalogue(scalars: HashFunctions.all + BitmapFunctions.all)

    /// Lengths around the ends of blocks; what Flink 2.3 gives.
    static let digests: [Golden] = [
        Golden("MD5", [""], "d41d8cd98f00b204e9800998ecf8427e"),
        Golden("MD5", [repeated(55)], "ef1772b6dff9a122358552954ad0df65"),
        Golden("MD5", [repeated(56)], "3b0c8ac703f828b04c6c197006d17218"),
        Golden("MD5", [repeated(63)], "b06521f39153d618550606be297466d5"),
        Golden("MD5", [repeated(64)], "014842d480b571495a4a0363793f7367"),
        Golden("MD5", [repeated(120)], "5f61c0ccad4cac44c75ff505e1f1e537"),
        Golden("MD5", [repeated(1000)], "cabe45dcc9ae5b66ba86600cca6b8ba8"),
        Golden("SHA1", [repeated(55)], "c1c8bbdc22796e28c0e15163d20899b65621d65a"),
        Golden("SHA1", [repeated(64)], "0098ba824b5c16427bd7a1122a5a442a25ec644d"),
        Golden("SHA256", [repeated(56)], "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"),
        Golden(
            "SHA384",
            [repeated(112)],
            "187d4e07cb306103c69967bf544d0dfbe9042577599c73c330abc0cb64c61236d5ed565ee19119d8c31779a38f791fcd"
        ),
        Golden("MD5", [.bytes([0x61, 0x62, 0x63])], "900150983cd24fb0d6963f7d28e17f72"),
        Golden("MD5", [.nullText], nil),
        Golden("SHA2", [.bytes([]), 224], "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f"),
        Golden("SHA2", ["a", .null(.int)], nil),
    ]

    static let codes: [Golden] = [
        Golden("HASH_CODE", ["hello world"], 1_794_106_052), Golden("HASH_CODE", ["日本"], 835_047),
        Golden("HASH_CODE", ["日本語テキスト"], 304_642_003),
        Golden("HASH_CODE", [true], 1_231), Golden("HASH_CODE", [Argument(.integer(-1), .bigint)], 0),
        Golden("HASH_CODE", [Argument(.integer(15), .decimal(precision: 2, scale: 1))], 466),
        Golden("HASH_CODE", [1.5], 1_073_217_536),
        Golden("HASH_CODE", [Argument(.integer(1_704_067_200_000_000), .timestamp(0))], -2_014_528_524),
        Golden("HASH_CODE", [Argument(.wide(1_704_067_200_123_456_789), .timestamp(9))], -2_014_068_418),
    ]

    private static func repeated(_ count: Int) -> Argument {
        Argument(stringLiteral: String(repeating: "a", count: count))
    }

    @Test(arguments: digests + codes)
    func golden(_ golden: Golden) throws { try golden.check(Self.catalogue) }

    @Test func anUnknownDigestLengthFails() throws {
        let function = try #require(Self.catalogue.scalar("SHA2"))
        #expect(throws: EvaluationError.self) { try FunctionRun(function, ["a", 128]) }
    }

    @Test("Sets of every kind of container come back from their bytes", arguments: UInt64(1)...8)
    func roundTrip(seed: UInt64) {
        var random = SeededRandom(seed)
        var members: Set<UInt32> = []
        for _ in 0..<1 + random.next() % 6 {
            let key = UInt32(random.next() % 5) << 16
            switch random.next() % 3 {
            case 0: for _ in 0..<random.next() % 50 { members.insert(key | UInt32(random.next() & 0xFFFF)) }
            case 1: for _ in 0..<6_000 { members.insert(key | UInt32(random.next() & 0xFFFF)) }
            default: for low in 0..<UInt32(random.next() % 30_000) { members.insert(key | low) }
            }
        }
        var bytes = TextBuffer()
        RoaringBitmap(unordered: Array(members)).append(to: &bytes)
        let back = RoaringBitmap(bytes.byteArray.span)
        #expect(back?.values == members.sorted(), "seed \(seed)")
    }

    @Test("Broken bytes are refused, whatever is cut off or changed", arguments: UInt64(1)...4)
    func brokenBytes(seed: UInt64) {
        var random = SeededRandom(seed)
        var buffer = TextBuffer()
        RoaringBitmap(unordered: (0..<40).map { _ in UInt32(random.next() & 0x3_FFFF) }).append(to: &buffer)
        let bytes = buffer.byteArray
        for count in 0..<bytes.count { #expect(RoaringBitmap(Array(bytes[..<count]).span) == nil, "seed \(seed)") }
        for _ in 0..<500 {
            var changed = bytes
            changed[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            // Whatever it is read as, it must not trap, and be in order.
            if let values = RoaringBitmap(changed.span)?.values { #expect(values == values.sorted(), "seed \(seed)") }
        }
    }

    @Test("Combinations agree with those of sets", arguments: UInt64(1)...6)
    func combinations(seed: UInt64) {
        var random = SeededRandom(seed)
        let left = Set((0..<random.next() % 40).map { _ in UInt32(random.next() % 50) })
        let right = Set((0..<random.next() % 40).map { _ in UInt32(random.next() % 50) })
        let (here, there) = (RoaringBitmap(unordered: Array(left)), RoaringBitmap(unordered: Array(right)))
        #expect(here.combined(with: there) { $0 && $1 }.values == left.intersection(right).sorted())
        #expect(here.combined(with: there) { $0 || $1 }.values == left.union(right).sorted())
        #expect(here.combined(with: there) { $0 != $1 }.values == left.symmetricDifference(right).sorted())
        #expect(here.combined(with: there) { $0 && !$1 }.values == left.subtracting(right).sorted(), "seed \(seed)")
    }
}
