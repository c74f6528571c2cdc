import SluiceColumns
import SluiceConnect
import SluiceTesting
import Testing

@testable import SluiceConnectors

@Suite("Sorting and dealing on disk")
struct ExternalSorterTests {
    @Test("Values come out in order, whatever fits into memory", arguments: [1, 2, 7, 100, 1_000])
    func sorts(runCount: Int) throws {
        let directory = ScratchDirectory()
        var generator = SeededRandom(UInt64(runCount))
        let values = (0..<500).map { _ in UInt32(truncatingIfNeeded: generator.next() % 300) }
        var sorter = ExternalSorter<UInt32>(in: directory.path, runCount: runCount)
        for value in values { try sorter.append(value) }
        #expect(sorter.count == 500)
        var sorted: [UInt32] = []
        try sorter.forEach { sorted.append($0) }
        #expect(sorted == values.sorted())
        // Nothing is left, and nothing would be after a kill.
        #expect(try FileListing.names(in: directory.path).isEmpty)
    }

    @Test("A partition gives its values in the order in which they came", arguments: [1, 3, 1_000])
    func deals(chunkCount: Int) throws {
        let directory = ScratchDirectory()
        var spill = try SpillFile<UInt64>(in: directory.path, partitions: 4, chunkCount: chunkCount)
        for value in UInt64(0)..<1_001 { try spill.append(value, to: Int(value % 3)) }
        var lane = GrowableLane<UInt64>()
        for partition in 0..<4 {
            try spill.load(partition, into: &lane)
            let expected = (UInt64(0)..<1_001).filter { $0 % 3 == UInt64(partition) }
            #expect((0..<lane.count).map { lane[$0] } == expected)
        }
    }

    @Test("More rows than one bucket and one directory slot hold")
    func manyRows() throws {
        let fixture = DimensionFixture([("key", .bigint), ("low", .bigint), ("high", .bigint)])
        fixture.write((0..<20_000).map { "\($0),\($0 * 3),\($0 * 3 + ($0 % 100 == 0 ? 600 : 1))" })
        let byKey = try fixture.reader(fixture.table(), LookupRequest(keys: [0]))
        let asked = Column.numbers((0..<4_000).map { $0 * 7 })
        let found = try byKey.lookUp([asked], rowCount: 4_000)
        #expect(
            DimensionFixture.lines(found)
                == (0..<2_858).map { index in
                    let key = index * 7
                    return "\(index): \(key)|\(key * 3)|\(key * 3 + (key % 100 == 0 ? 600 : 1))"
                }
        )
        let byRange = try fixture.reader(fixture.table(), LookupRequest(keys: [], probe: .range(low: 1, high: 2)))
        let values = try byRange.lookUp([.numbers([0, 2, 301, 902, 59_998, 60_300, -1])], rowCount: 7)
        #expect(
            DimensionFixture.lines(values) == [
                "0: 0|0|600", "1: 0|0|600", "2: 0|0|600", "2: 100|300|900", "3: 200|600|1200",
                "3: 300|900|1500", "4: 19800|59400|60000", "4: 19900|59700|60300", "4: 19999|59997|59998",
                "5: 19900|59700|60300",
            ]
        )
    }
}
