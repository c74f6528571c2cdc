import SluiceColumns
import Testing

/// Columns of every lane give back what was put in, also after a gather and a concatenation.
@Suite struct ColumnTests {
    static let samples: [(DataType, [Value])] = [
        (DataType(.boolean), [.boolean(true), .null, .boolean(false)]),
        (DataType(.tinyint), [.integer(-128), .integer(127), .null]),
        (DataType(.int), [.integer(1), .integer(-2), .null, .integer(2_147_483_647)]),
        (DataType(.bigint), [.integer(.min), .null, .integer(.max)]),
        (DataType(.decimal(precision: 38, scale: 2)), [.wide(Int128.max), .null, .wide(-1)]),
        (DataType(.double), [.double(1.5), .null, .double(-0.0)]),
        (
            DataType(.string),
            (0..<40).map { $0 % 7 == 3 ? .null : .string(String(repeating: "aé日", count: $0 / 3) + "\($0)") }
        ),
        (
            DataType(.array(DataType(.int))),
            [.array([.integer(1), .null]), .null, .array([]), .array([.integer(4)])]
        ),
        (
            DataType(.map(DataType(.string), DataType(.int))),
            [.map(keys: [.string("k")], values: [.integer(1)]), .null, .map(keys: [], values: [])]
        ),
        (
            DataType(.row([RowField("a", DataType(.int)), RowField("b", DataType(.string))])),
            [.row([.integer(1), .string("x")]), .null, .row([.null, .string("a text longer than inline")])]
        ),
        (DataType(.null), [.null, .null]),
    ]

    @Test(arguments: samples.indices)
    func roundTrip(sample: Int) {
        let (type, values) = Self.samples[sample]
        let column = Column.of(values, type)
        #expect((0..<column.count).map { column.value($0) } == values)
        let reversed = column.gathered(SelectionVector((0..<values.count).reversed().map { Int32($0) }))
        #expect((0..<column.count).map { reversed.value($0) } == values.reversed())
        let twice = Column.concatenated([column, reversed, Column.constant(values[0], type, count: 3)])
        let expected = values + values.reversed() + Array(repeating: values[0], count: 3)
        #expect((0..<twice.count).map { twice.value($0) } == expected)
    }

    @Test(arguments: 0...40)
    func viewsHoldAndCompareEveryLength(length: Int) {
        let text = (0..<length).map { UInt8(65 + $0 % 26) }
        var other = text
        if length > 0 { other[length - 1] = 0x7a }
        let column = Column.of([.bytes(text), .bytes(text), .bytes(other)], DataType(.bytes))
        #expect(column.value(0) == .bytes(text))
        let views = column.views
        #expect(StringView.equal(views[0], views[1]))
        #expect(StringView.equal(views[0], views[2]) == (length == 0))
    }

    @Test func selectionKeepsTrueRowsOnly() {
        let condition = Column.of([.boolean(true), .null, .boolean(false), .boolean(true)], DataType(.boolean))
        let selection = SelectionVector.selecting(condition)
        #expect(selection?.count == 2)
        #expect(selection.map { [$0.rows[0], $0.rows[1]] } == [0, 3])
        #expect(SelectionVector.selecting(Column.constant(.boolean(true), DataType(.boolean), count: 5)) == nil)
        #expect(SelectionVector.selecting(Column.constant(.null, DataType(.boolean), count: 5))?.count == 0)
    }

    @Test func memoryIsAccountedAndReleased() {
        let before = MemoryLedger.bytesHeld(for: .tables)
        do {
            let buffer = RawBuffer(byteCount: 10_000, purpose: .tables)
            #expect(MemoryLedger.bytesHeld(for: .tables) >= before + 10_000)
            _ = buffer.byteCount
        }
        #expect(MemoryLedger.bytesHeld(for: .tables) <= before)
    }
}
