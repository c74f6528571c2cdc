import SluiceState

/// An operator whose rows lie under keys of one kind, so that it can let keys leave memory (`ColdKeys`).
protocol KeyedRowOperator: Operator, KeyedRows {
    /// Which keys are in memory; nil where all of them are.
    var coldKeys: ColdKeys? { get set }
    /// Rows that have changed since the last barrier, about.
    var changedRowCount: Int { get }
    /// Begins to keep what it needs to say in which order rows came; no checkpoint is going to take them.
    func beginSpilling()
}

extension KeyedRowOperator {
    package var byteCount: Int { stateByteCount }

    /// Without a key all rows would go together, and come back with the next one.
    package var canSpill: Bool { !keyTable.keyTypes.isEmpty }

    package var spillTables: [StateTable] {
        stateTables.map { ColdKeys.spillTable($0, keyTypes: keyTable.keyTypes) }
    }

    package func spill(into spill: StateSpill) {
        beginSpilling()
        coldKeys = ColdKeys(ColdRows(spill))
    }

    package var wantsBarrier: Bool { coldKeys?.wantsBarrier == true }

    package var unsavedByteCount: Int {
        guard coldKeys?.cold.policy.isBounded == true else { return 0 }
        return changedRowCount * (stateByteCount / max(1, keyTable.count))
    }

    package var counters: OperatorCounters { OperatorCounters(cold: coldKeys?.cold.counters) }

    func beginSpilling() {}
}
