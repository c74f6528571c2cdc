import Sluice
import SluiceTesting
import Testing

@Suite("Joins give what nested loops in the written order give, in whatever order they run")
struct JoinOrderModelTests {
    private static let keysFirst = "SET 'table.optimizer.join-reorder-enabled' = 'true';"

    @Test(arguments: RunSetting.all, 1...8 as ClosedRange<UInt64>)
    func randomTrees(setting: RunSetting, seed: UInt64) throws {
        var numbers = SeededRandom(seed)
        for round in 0..<6 {
            let tables = PairQueries(seed: seed * 100 + UInt64(round), countMax: 7)
            let leaves = Int.random(in: 2...5, using: &numbers)
            let query = JoinTree.random(leaves, of: tables, using: &numbers).query(using: &numbers)
            for settings in ["", Self.keysFirst] {
                let rows = try tables.rows(query.sql, setting, settings: settings)
                #expect(rows == query.rows, "seed \(seed), round \(round), \(settings) \(query.sql)")
            }
        }
    }

    @Test("The trees are such that the order changes") func orders() throws {
        var changed = 0
        for seed in 1...8 as ClosedRange<UInt64> {
            var numbers = SeededRandom(seed)
            let tables = PairQueries(seed: seed, countMax: 7)
            for _ in 0..<6 {
                let query = JoinTree.random(4, of: tables, using: &numbers).query(using: &numbers).sql
                let plans = try ["", Self.keysFirst].map { try tables.plan(query, settings: $0) }
                if plans[0] != plans[1] { changed += 1 }
            }
        }
        #expect(changed > 3)
    }
}
