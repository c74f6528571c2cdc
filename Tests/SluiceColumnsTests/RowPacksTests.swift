import SluiceColumns
import Testing

@Suite("Encoded rows that are joined by key group")
struct RowPacksTests {
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 1
            return RowHash.mix(state)
        }
    }

    @Test("Each key group has its rows in the order in which they came", arguments: UInt64(1)...10)
    func joined(seed: UInt64) {
        var random = Numbers(state: seed)
        let packs = RowPacks()
        let encoded = EncodedRows()
        var expected: [Int: [[UInt8]]] = [:]
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let texts = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                Value.string(String(repeating: "x", count: Int.random(in: 0...20, using: &random)))
            }
            let column = Column.of(texts, DataType(.string))
            let hashes = texts.indices.map { _ in UInt64.random(in: 0 ... .max, using: &random) }
            encoded.encode([column], rowCount: texts.count)
            packs.append(encoded.all, hashes: hashes.span)
            for row in texts.indices {
                let bytes = encoded.row(row)
                expected[RowHash.keyGroup(of: hashes[row]), default: []].append(bytes.indices.map { bytes[$0] })
            }
        }
        var found: [Int: [[UInt8]]] = [:]
        let log = RecordLog()
        log.put(prefix: [1].span, key: [2].span, value: [3].span)
        packs.put(into: log, key: [7, 8].span) { [UInt8(truncatingIfNeeded: $0)] }
        log.freeze()
        log.forEach { key, value in
            guard let joined = value, key.count == 3 else { return }
            #expect(key[1] == 7 && key[2] == 8)
            let isWhole = RowPacks.forEachRow(of: joined) { row in
                found[Int(key[0]), default: []].append(row.indices.map { row[$0] })
            }
            #expect(isWhole)
            let cut = joined.extracting(0..<joined.count - 1)
            #expect(!RowPacks.forEachRow(of: cut) { _ in })
        }
        #expect(found == expected, "seed \(seed)")
        #expect(packs.rowCount == expected.values.reduce(0) { $0 + $1.count })
    }
}
