import SluiceColumns
import SluicePlan
import SluiceSQL
import SluiceState

/// The stored state of one job, to be looked at: nothing is changed, and the job may go on meanwhile.
package struct StoredState {
    /// The last epoch that was committed.
    package var epoch: Int64 { manifest.epoch }
    /// Whether the job has processed all its input.
    package var isFinished: Bool { manifest.isFinished }
    let manifest: EpochManifest
    private let storage: RocksDBStorage

    /// The names of the jobs whose state lies in folder `directory`.
    package static func jobs(in directory: String) throws(StateError) -> [String] {
        try StateFolder.jobs(in: directory)
    }

    /// Opens the state of job `name` in folder `directory`.
    package init(_ name: String, in directory: String) throws(StateError) {
        guard try StateFolder.jobs(in: directory).contains(name) else {
            throw StateError(.user, "noState", "no job '\(name)' has stored state in '\(directory)'")
        }
        storage = try RocksDBStorage(reading: "\(directory)/\(name)")
        guard let manifest = try storage.manifest() else {
            throw StateError(.user, "noState", "the state of '\(name)' in '\(directory)' is empty")
        }
        self.manifest = manifest
    }

    /// A table of an operator.
    package struct Table: Sendable {
        /// The operator's number, as sixteen hexadecimal digits.
        package var operatorID: String
        /// What the operator does.
        package var summary: String
        /// What the operator calls it.
        package var name: String
        /// Types of the columns that identify a row.
        package var keyTypes: [String]
        /// Types of the other columns.
        package var valueTypes: [String]
        fileprivate var isPerShard: Bool
        fileprivate var isPacked: Bool
        fileprivate var owner: UInt64
        fileprivate var number: Int
    }

    /// All tables, operator by operator.
    ///
    /// - Throws: `noSchema` where the state was written by a release that did not say what is in it.
    package func tables() throws(StateError) -> [Table] {
        var found: [Table] = []
        for entry in manifest.operators {
            guard let tables = entry.tables else {
                throw StateError(
                    .user,
                    "noSchema",
                    "the state has the format of an earlier release, which does not say what it holds; run the job "
                        + "once with this release"
                )
            }
            let digits = String(entry.owner, radix: 16)
            let operatorID = String(repeating: "0", count: 16 - digits.count) + digits
            for (number, table) in tables.enumerated() {
                found.append(
                    Table(
                        operatorID: operatorID,
                        summary: entry.summary,
                        name: table.name,
                        keyTypes: table.keyTypes,
                        valueTypes: table.valueTypes,
                        isPerShard: table.isPerShard,
                        isPacked: table.isPacked,
                        owner: entry.owner,
                        number: number
                    )
                )
            }
        }
        return found
    }

    /// The columns of a table's rows: `key1` and so on, then `value1` and so on.
    package func fields(of table: Table) throws -> [SluiceColumns.RowField] {
        let keys = try table.keyTypes.enumerated().map { SluiceColumns.RowField("key\($0 + 1)", try Self.type($1)) }
        return try keys
            + table.valueTypes.enumerated().map { SluiceColumns.RowField("value\($0 + 1)", try Self.type($1)) }
    }

    /// Hands out the rows of a table, at most `limit`, in the order of their keys' bytes.
    package func forEachBatch(of table: Table, limit: Int = .max, _ body: (Batch) throws -> Void) throws {
        let fields = try fields(of: table)
        let keyCount = table.keyTypes.count
        let schema = StateTable(
            table.name,
            keyTypes: fields[..<keyCount].map(\.type),
            valueTypes: fields[keyCount...].map(\.type),
            scope: table.isPerShard ? .shard : .keyed(columns: keyCount),
            isPacked: table.isPacked
        )
        let reader = StateReader(
            storage,
            owner: table.owner,
            tables: [schema],
            firstTable: table.number,
            keyGroups: 0..<RowHash.keyGroupCount
        )
        var rest = limit
        do {
            try reader.forEachChunk(of: 0) { keys, values, rowCount in
                let batch = Batch(columns: keys + values, rowCount: rowCount)
                try body(rest < rowCount ? batch.slice(0..<rest) : batch)
                rest -= min(rest, rowCount)
                if rest == 0 { throw Enough() }
            }
        } catch is Enough {}
    }

    /// Ends a walk over rows.
    private struct Enough: Error {}

    private static func type(_ text: String) throws -> DataType {
        try TypeBinder.bind(try Parser.parseTypeName(text))
    }
}
