import SluiceColumns
import SluiceTesting
import Testing

@testable import SluiceKernels

@Suite struct BitmapAggregateTests {
    private static let names = ["BITMAP_OR_AGG", "BITMAP_AND_AGG", "BITMAP_XOR_AGG"]

    private static func bitmap(_ members: some Sequence<UInt32>) -> Value {
        var buffer = TextBuffer()
        RoaringBitmap(unordered: Array(members)).append(to: &buffer)
        return .bytes(buffer.byteArray)
    }

    @Test func builds() throws {
        let probe = try ManyArgumentAggregate("BITMAP_BUILD_AGG", [ArgumentInfo(DataType(.int))])
        try probe.add([0, 0, 0, 1, 0], [[.integer(7)], [.integer(-1)], [.null], [.null], [.integer(7)]])
        #expect(try probe.result(0) == Self.bitmap([7, .max]))
        #expect(try probe.result(1) == .null)
    }

    @Test func emptyBitmapsAreNoNulls() throws {
        for name in Self.names {
            let probe = try ManyArgumentAggregate(name, [ArgumentInfo(DataType(.bitmap))])
            try probe.add([0, 0], [[Self.bitmap([])], [.null]])
            #expect(try probe.result(0) == Self.bitmap([]), "\(name)")
        }
    }

    @Test func brokenBytesAreRefused() throws {
        let probe = try ManyArgumentAggregate("BITMAP_OR_AGG", [ArgumentInfo(DataType(.bitmap))])
        #expect(throws: EvaluationError.self) { try probe.add([0], [[.bytes([1, 2, 3])]]) }
    }

    @Test(arguments: [("BITMAP_BUILD_AGG", LogicalType.bigint), ("BITMAP_OR_AGG", .int), ("BITMAP_AND_AGG", .bytes)])
    func refusals(name: String, type: LogicalType) {
        #expect(throws: FunctionError.self) { try ManyArgumentAggregate(name, [ArgumentInfo(DataType(type))]) }
    }

    @Test("Taking back and merging agree with combining what is left", arguments: 1...5 as ClosedRange<UInt64>)
    func model(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let suffixes = ["AGG", "CARDINALITY_AGG"]
        for (verb, suffix) in ["OR", "AND", "XOR"].flatMap({ verb in suffixes.map { (verb, $0) } }) {
            let arguments = [ArgumentInfo(DataType(.bitmap))]
            let name = "BITMAP_\(verb)_\(suffix)"
            let parts = try (0..<2).map { _ in try ManyArgumentAggregate(name, arguments, isRetractable: true) }
            var live: [Set<UInt32>] = []
            for part in parts { try part.add([0], [[.null]]) }
            for _ in 0..<200 {
                // A row may be taken back in another part than the one that it was added to.
                let part = parts[Int.random(in: 0..<2, using: &random)]
                if !live.isEmpty && Int.random(in: 0..<9, using: &random) < 4 {
                    let gone = live.remove(at: Int.random(in: live.indices, using: &random))
                    try part.add([0], [[Self.bitmap(gone)]], takenBack: [1])
                } else {
                    let members = (0..<Int.random(in: 1...9, using: &random)).map { _ in
                        UInt32.random(in: 0..<10, using: &random)
                    }
                    live.append(Set(members))
                    try part.add([0], [[Self.bitmap(Set(members))]], takenBack: [0])
                }
            }
            try parts[0].accumulator.merge(parts[1].accumulator, sources: [0].span, into: [0].span)
            let combined = live.dropFirst().reduce(live.first ?? []) { result, next in
                switch verb {
                case "OR": result.union(next)
                case "AND": result.intersection(next)
                default: result.symmetricDifference(next)
                }
            }
            let some: Value = suffix == "AGG" ? Self.bitmap(combined) : .integer(Int64(combined.count))
            #expect(try parts[0].result(0) == (live.isEmpty ? .null : some), "seed \(seed), \(name)")
        }
    }
}
