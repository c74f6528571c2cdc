import SluiceColumns
import SluiceState
import SluiceTesting
import Testing

/// A row store gives back, under the numbers it handed out, what was put in, through removals and compaction.
@Suite struct RowStoreTests {
    static let types = [
        DataType(.bigint), DataType(.string), DataType(.array(DataType(.int))), DataType(.boolean), DataType(.double),
    ]

    private static func randomRow(_ random: inout SeededRandom) -> [Value] {
        let number = Int64.random(in: -9...9, using: &random)
        let row: [Value] = [
            .integer(number), .string(String(repeating: "r", count: Int(abs(number)) * 20)),
            .array([.integer(number), .null]), .boolean(number > 0), .double(Double(number) / 4),
        ]
        return row.map { Int.random(in: 0..<5, using: &random) == 0 ? .null : $0 }
    }

    @Test(arguments: [UInt64(1), 2, 3], [false, true])
    func givesBackWhatWasPutIn(seed: UInt64, keepsAll: Bool) {
        var random = SeededRandom(seed)
        let store = RowStore(rowTypes: Self.types, keepsAll: keepsAll)
        var held: [UInt32: [Value]] = [:]
        for _ in 0..<60 {
            let rows = (0..<Int.random(in: 0...80, using: &random)).map { _ in Self.randomRow(&random) }
            let columns = Self.types.indices.map { field in Column.of(rows.map { $0[field] }, Self.types[field]) }
            let numbers = store.append(columns, rowCount: rows.count)
            for (index, row) in rows.enumerated() {
                #expect(held.updateValue(row, forKey: numbers.readOnly[index]) == nil, "seed \(seed)")
            }
            let doomed = held.keys.filter { _ in !keepsAll && Int.random(in: 0..<5, using: &random) < 2 }
            if !keepsAll { store.remove(doomed.span) }
            for number in doomed { held[number] = nil }
            #expect(store.count == held.count)
            let asked = Array(held.keys)
            let all = store.columns(of: asked.span)
            let some = store.columns(of: asked.span, fields: [4, 1])
            for (index, number) in asked.enumerated() {
                let row = held[number] ?? []
                #expect(all.map { $0.value(index) } == row, "seed \(seed)")
                #expect(some.map { $0.value(index) } == [row[4], row[1]], "seed \(seed)")
            }
        }
    }

    /// Rows of more than 16 MB have their lengths elsewhere.
    @Test func keepsVeryLongRows() {
        let types = [DataType(.string)]
        let store = RowStore(rowTypes: types)
        let texts = [Value.string(String(repeating: "a", count: 17 << 20)), .string("b"), .string("")]
        let numbers = store.append([Column.of(texts, types[0])], rowCount: 3)
        let asked = (0..<3).map { numbers.readOnly[$0] }
        #expect(store.columns(of: asked.span)[0].value(0) == texts[0])
        #expect(store.columns(of: asked.span)[0].value(1) == texts[1])
        // Its number goes to a short row, and its bytes are given back.
        store.remove(Array(asked.prefix(1)).span)
        let again = store.append([Column.of([.string("c")], types[0])], rowCount: 1).readOnly[0]
        #expect(again == asked[0])
        #expect(store.columns(of: [again].span)[0].value(0) == .string("c"))
        #expect(store.byteCount < 1 << 20)
    }
}
