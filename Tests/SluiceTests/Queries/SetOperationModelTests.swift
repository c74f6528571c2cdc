import Sluice
import Testing

@Suite("EXCEPT, INTERSECT and UNION give what counting rows gives")
struct SetOperationModelTests {
    /// How often a row is in the result that is so often left and right.
    private static let operations: [(name: String, times: @Sendable (Int, Int) -> Int)] = [
        ("EXCEPT ALL", { max(0, $0 - $1) }), ("INTERSECT ALL", { min($0, $1) }), ("UNION ALL", { $0 + $1 }),
        ("EXCEPT", { $0 > 0 && $1 == 0 ? 1 : 0 }), ("INTERSECT", { $0 > 0 && $1 > 0 ? 1 : 0 }),
        ("UNION", { $0 + $1 > 0 ? 1 : 0 }),
    ]

    private static func expected(
        _ left: [NumberPair],
        _ right: [NumberPair],
        _ times: (Int, Int) -> Int
    ) -> [String] {
        Set(left + right).flatMap { row in
            let count = times(left.count { $0 == row }, right.count { $0 == row })
            return Array(repeating: "[\(text(row.a)), \(text(row.b))]", count: count)
        }.sorted()
    }

    @Test(arguments: RunSetting.all, 1...6 as ClosedRange<UInt64>)
    func rowsThatStay(setting: RunSetting, seed: UInt64) throws {
        let tables = PairQueries(seed: seed, countMax: 24)
        for (name, times) in Self.operations {
            let rows = try tables.rows("SELECT a, b FROM l \(name) SELECT a, b FROM r", setting)
            #expect(rows == Self.expected(tables.left, tables.right, times), "\(name), seed \(seed)")
        }
    }

    @Test(arguments: RunSetting.all, 1...6 as ClosedRange<UInt64>)
    func rowsThatChange(setting: RunSetting, seed: UInt64) throws {
        let tables = PairQueries(seed: seed, countMax: 24)
        for (name, times) in Self.operations {
            let rows = try tables.rows(
                "SELECT a, MAX(b) FROM l GROUP BY a \(name) SELECT a, MAX(b) FROM r GROUP BY a",
                setting
            )
            #expect(rows == Self.expected(tables.left.greatest, tables.right.greatest, times), "\(name), seed \(seed)")
        }
    }
}
