import SluiceColumns
import SluiceState

/// The rows of both sides in the storage, and those of keys that are not in memory (`ColdKeys`).
extension RegularJoinOperator {
    package var stateTables: [StateTable] {
        let names = ["left", "right"]
        return zip(sides, names).map { $0.stateTable($1) }
            + zip(sides, names).compactMap { $0.packedTable($1 + ", packed") }
    }

    package var spillTables: [StateTable] {
        zip(stateTables, sides).map { ColdKeys.spillTable($0, keyTypes: $1.keyTable.keyTypes) }
    }

    package func save(into snapshot: StateSnapshot) throws { for side in sides { side.save(into: snapshot) } }

    package func restore(from reader: StateReader) throws { for side in sides { try side.restore(from: reader) } }

    /// Rows without a key are all needed for each other row.
    package var canSpill: Bool { !sides[0].keyTable.keyTypes.isEmpty }

    package func spill(into spill: StateSpill) { for side in sides { side.spill(into: spill) } }

    package var wantsBarrier: Bool { sides.contains { $0.coldKeys?.wantsBarrier == true } }

    package var unsavedByteCount: Int { sides.reduce(0) { $0 + $1.unsavedByteCount } }

    package var counters: OperatorCounters {
        let counters = sides.compactMap { $0.coldKeys?.cold.counters }
        return OperatorCounters(cold: counters.isEmpty ? nil : counters.reduce(ColdCounters(), +))
    }

    /// Sees to it that the rows of a batch find room, where memory is short.
    func makeWay(for rowCount: Int) throws {
        for side in sides { try side.coldKeys?.makeWay(for: rowCount, in: side) }
    }
}
