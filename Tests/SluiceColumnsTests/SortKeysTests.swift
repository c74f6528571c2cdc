import SluiceColumns
import Testing

/// The byte order of sort keys is the order of the values, whatever the type, the direction and the place of NULLs.
@Suite struct SortKeysTests {
    /// Values of each type in ascending order; neighbours in one inner list are equal.
    static let ascending: [(DataType, [[Value]])] = [
        (DataType(.bigint), [[.integer(.min)], [.integer(-300)], [.integer(-1)], [.integer(0)], [.integer(256)]]),
        (DataType(.int), [[.integer(-70_000)], [.integer(-1)], [.integer(0)], [.integer(70_000)]]),
        (DataType(.smallint), [[.integer(-300)], [.integer(0)], [.integer(299)]]),
        (DataType(.tinyint), [[.integer(-128)], [.integer(0)], [.integer(127)]]),
        (DataType(.boolean), [[.boolean(false)], [.boolean(true)]]),
        (
            DataType(.double),
            [
                [.double(-.infinity)], [.double(-2.5)], [.double(-1e-300)], [.double(-0.0), .double(0)],
                [.double(1e-300)], [.double(.infinity)], [.double(.nan)],
            ]
        ),
        (DataType(.float), [[.float(-2.5)], [.float(-0.0), .float(0)], [.float(3)], [.float(.nan)]]),
        (
            DataType(.decimal(precision: 38, scale: 0)),
            [[.wide(-1 << 100)], [.wide(-1)], [.wide(0)], [.wide(1 << 64)], [.wide(1 << 100)]]
        ),
        (
            DataType(.string),
            [
                [.string("")], [.string("\0")], [.string("\0a")], [.string("a")], [.string("a\0")], [.string("a\0b")],
                [.string("aa")], [.string("b")], [.string("ü")],
            ]
        ),
    ]

    private static func sign(_ keys: SortKeys, _ one: Int, _ other: Int) -> Int {
        SortKeys.compare(keys.key(one), keys.key(other)).signum()
    }

    @Test(arguments: ascending.indices, [false, true])
    func bytesHaveTheOrderOfValues(shape: Int, isDescending: Bool) {
        let (type, groups) = Self.ascending[shape]
        let ranked = groups.enumerated().flatMap { rank, values in values.map { (rank, $0) } }
        let keys = SortKeys()
        let column = Column.of(ranked.map(\.1), type)
        keys.encode([column], [SortField(column: 0, isDescending: isDescending)], rowCount: ranked.count)
        for one in ranked.indices {
            for other in ranked.indices {
                let expected = (ranked[one].0 - ranked[other].0).signum() * (isDescending ? -1 : 1)
                #expect(Self.sign(keys, one, other) == expected, "\(ranked[one].1) against \(ranked[other].1)")
            }
        }
    }

    @Test(arguments: ascending.indices, [false, true])
    func nullsStandWhereTheFieldSays(shape: Int, isDescending: Bool) {
        let (type, groups) = Self.ascending[shape]
        let values = groups.flatMap(\.self)
        let keys = SortKeys()
        for nullsFirst in [false, true] {
            let field = SortField(column: 0, isDescending: isDescending, nullsFirst: nullsFirst)
            keys.encode([Column.of([.null] + values, type)], [field], rowCount: values.count + 1)
            for row in 1...values.count { #expect(Self.sign(keys, 0, row) == (nullsFirst ? -1 : 1)) }
        }
        #expect(SortField(column: 0).nullsFirst)
        #expect(!SortField(column: 0, isDescending: true).nullsFirst)
    }

    @Test func laterFieldsDecideAmongEquals() {
        let keys = SortKeys()
        let first = Column.of([.string("a"), .string("a"), .string("ab")], DataType(.string))
        let second = Column.of([.integer(1), .integer(2), .integer(0)], DataType(.int))
        let fields = [SortField(column: 0), SortField(column: 1, isDescending: true)]
        keys.encode([first, second], fields, rowCount: 3)
        #expect(Self.sign(keys, 0, 1) == 1)
        #expect(Self.sign(keys, 0, 2) == -1)
        #expect(Self.sign(keys, 0, 0) == 0)
    }
}
