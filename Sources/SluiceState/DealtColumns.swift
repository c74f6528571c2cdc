import SluiceColumns

/// The columns of rows in the order of a state table: those that deal them to shards first, then the others.
///
/// So the table can be read by another number of shards, and no column is stored twice.
package struct DealtColumns: Sendable {
    /// The columns that deal, in the order in which the exchange hashes them.
    package let dealing: [Int]
    /// The other columns, ascending.
    package let others: [Int]

    /// Arranges the columns of rows that are dealt by `dealing`.
    package init(_ dealing: [Int], columnCount: Int) {
        self.dealing = dealing
        others = (0..<columnCount).filter { !dealing.contains($0) }
    }

    /// One per column, those that deal first.
    package func arranged<Element>(_ columns: [Element]) -> [Element] {
        dealing.map { columns[$0] } + others.map { columns[$0] }
    }

    /// The columns in the order of the rows.
    package func restored<Element>(_ dealt: [Element], _ rest: [Element]) -> [Element] {
        (0..<max(dealing.max() ?? -1, others.max() ?? -1) + 1).map { column in
            if let place = others.firstIndex(of: column) { return rest[place] }
            return dealt[dealing.firstIndex(of: column) ?? 0]
        }
    }
}
