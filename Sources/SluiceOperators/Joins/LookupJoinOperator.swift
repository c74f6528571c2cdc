import SluiceColumns
import SluiceConnect
import SluiceKernels
import SluicePlan
import SluiceState

/// Joins each row with the rows that a table holds for its key now; asks the table once a batch.
///
/// Keeps no state: changes of the table do not touch what was emitted. Row kinds and watermarks are those of the input.
package final class LookupJoinOperator: Operator {
    private let operation: LookupJoinOperation
    private let reader: any LookupReader
    private let condition: JoinCondition
    private let probe: ExpressionEvaluator?
    private let predicate: ExpressionEvaluator?
    private let projections: ExpressionEvaluator
    /// Types of the columns behind those of the input.
    private let foundTypes: [DataType]

    /// Makes the operator for one shard, which owns `reader`.
    package init(
        _ operation: LookupJoinOperation,
        reader: any LookupReader,
        outputFields: [RowField],
        context: EvaluationContext
    ) throws {
        self.operation = operation
        self.reader = reader
        condition = try JoinCondition(
            leftKeys: [],
            rightKeys: [],
            nullSafe: operation.nullSafe + (operation.probe == nil ? [] : [false]),
            residual: operation.residual,
            context: context
        )
        probe = try operation.probe.map { try ExpressionEvaluator([$0.value], context: context) }
        predicate = try operation.predicate.map { try ExpressionEvaluator([$0], context: context) }
        projections = try ExpressionEvaluator(operation.projections, context: context)
        foundTypes = outputFields.suffix(operation.projections.count).map(\.type)
    }

    package var stateByteCount: Int { reader.byteCount }

    /// What a table held when a row came is not stored: a table that is read once is read anew at a restart, and rows
    /// that come again ask again, as in Flink.
    package var stateTables: [StateTable] { [] }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        guard operation.isScan else { return try join(batch, into: output) }
        // Each row meets the whole table: one at a time, so that memory holds one table more and not thousands.
        for row in 0..<batch.rowCount { try join(batch.slice(row..<row + 1), into: output) }
    }

    private func join(_ batch: Batch, into output: borrowing Output) throws {
        let found = try partners(batch)
        guard operation.keepsUnmatched else {
            if found.askers.count > 0 { try output.emit(joined(batch, found.askers, found.columns)) }
            return
        }
        try output.emit(padded(batch, found))
    }

    package func finish(into output: borrowing Output) throws { reader.close() }

    /// The rows that the table has for the batch, with the rows of the batch that asked for them.
    private func partners(_ batch: Batch) throws -> LookupRows {
        var keys = operation.keys.map { key in
            switch key.value {
            case .column(let column): batch.columns[column]
            case .constant(let value, let type): Column.constant(value, type, count: batch.rowCount)
            }
        }
        if let probe { keys += try probe.evaluate(batch) }
        var asking: SelectionVector?
        if let split = condition.matchable(keys, rowCount: batch.rowCount) {
            asking = split.can
            keys = keys.map { $0.gathered(split.can) }
        }
        var found = try reader.lookUp(keys, rowCount: asking?.count ?? batch.rowCount)
        if let asking { found.askers = asking.composed(with: found.askers) }
        return try narrowed(found, batch)
    }

    /// The rows found that fit the filter on the table and the rest of the condition.
    private func narrowed(_ found: LookupRows, _ batch: Batch) throws -> LookupRows {
        var rows = Batch(columns: found.columns, rowCount: found.askers.count)
        var askers = found.askers
        if let passing = try predicate?.evaluateSelection(0, rows) {
            rows = rows.gathered(passing)
            askers = askers.composed(with: passing)
        }
        var columns = try projections.evaluate(rows)
        let passing = try condition.passing(
            left: operation.residual == nil ? [] : batch.columns.map { $0.gathered(askers) },
            right: columns,
            count: askers.count
        )
        if let passing {
            columns = columns.map { $0.gathered(passing) }
            askers = askers.composed(with: passing)
        }
        return LookupRows(askers: askers, columns: columns)
    }

    private func joined(_ batch: Batch, _ rows: SelectionVector, _ found: [Column]) -> Batch {
        let own = batch.gathered(rows)
        return own.withColumns(own.columns + found)
    }

    /// All rows of the batch in order, those that found nothing with NULLs.
    private func padded(_ batch: Batch, _ found: LookupRows) -> Batch {
        let count = found.askers.count
        if count == 0 {
            let nulls = foundTypes.map { Column.allNull($0.nullable(true), count: batch.rowCount) }
            return batch.withColumns(batch.columns + nulls)
        }
        var rows: [Int32] = []
        // Row `count` of the columns is one of NULLs.
        var places: [Int32] = []
        let askers = found.askers.rows
        var next = 0
        for row in 0..<Int32(truncatingIfNeeded: batch.rowCount) {
            let first = next
            while next < count && askers[next] == row {
                rows.append(row)
                places.append(Int32(truncatingIfNeeded: next))
                next += 1
            }
            guard next == first else { continue }
            rows.append(row)
            places.append(Int32(truncatingIfNeeded: count))
        }
        if rows.count == count { return joined(batch, found.askers, found.columns) }
        let selection = SelectionVector(places)
        let columns = zip(found.columns, foundTypes).map { column, type in
            Column.concatenated([column.retyped(type.nullable(true)), .allNull(type.nullable(true), count: 1)])
                .gathered(selection)
        }
        return joined(batch, SelectionVector(rows), columns)
    }
}
