import SluiceColumns
import SluiceKernels
import SluicePlan
import SluiceState

/// Gives one row for each element of a collection: repeats the row, gathers the elements.
///
/// Output comes in pieces of about `outputRowsMax` rows; only a single collection that is larger makes a larger one.
package final class UnnestOperator: Operator {
    /// Rows after which a piece is handed on.
    private static let outputRowsMax = 8_192

    private let operation: UnnestOperation
    private let outputTypes: [DataType]
    private let evaluator: ExpressionEvaluator
    private let isMultiset: Bool

    /// Makes the operator for one shard.
    ///
    /// - Parameter outputFields: the columns of the node.
    package init(_ operation: UnnestOperation, outputFields: [RowField], context: EvaluationContext) throws {
        self.operation = operation
        outputTypes = outputFields.suffix(operation.parts.count).map(\.type)
        evaluator = try ExpressionEvaluator([operation.collection], context: context)
        isMultiset = if case .multiset = operation.collection.type.logical { true } else { false }
    }

    package var stateTables: [StateTable] { [] }

    package func process(_ batch: Batch, from input: Int, into output: borrowing Output) throws {
        let collection = try evaluator.evaluateOne(0, batch).flattened()
        guard collection.type.lane != .null else {
            if operation.keepsEmpty { try emit(batch, nil, Places(missing: 0..<batch.rowCount), into: output) }
            return
        }
        let elements = collection.children.map { $0.flattened() }
        var row = 0
        while row < batch.rowCount {
            let places = self.places(collection, elements, from: &row)
            if !places.rows.isEmpty { try emit(batch, elements, places, into: output) }
        }
    }

    /// Which element stands beside which row.
    private struct Places {
        /// Rows of the batch.
        var rows: [Int32] = []
        /// Elements; 0 where there is none.
        var elements: [Int32] = []
        /// From 1 in each collection; 0 where there is no element.
        var ordinals: [Int32] = []
        /// Output rows without an element.
        var missing: [Int] = []

        init() {}

        /// Rows without any element.
        init(missing range: Range<Int>) {
            for row in range { appendMissing(row) }
        }

        mutating func append(_ row: Int, _ element: Int32, _ ordinal: Int32) {
            rows.append(Int32(truncatingIfNeeded: row))
            elements.append(element)
            ordinals.append(ordinal)
        }

        mutating func appendMissing(_ row: Int) {
            missing.append(rows.count)
            append(row, 0, 0)
        }
    }

    /// The next piece, from `row` on; moves `row` behind the rows in it.
    private func places(_ collection: Column, _ elements: [Column], from row: inout Int) -> Places {
        var places = Places()
        let offsets = collection.offsets
        while row < collection.count && places.rows.count < Self.outputRowsMax {
            let before = places.rows.count
            if !collection.isNull(row) {
                var ordinal: Int32 = 0
                for element in offsets[row]..<offsets[row + 1] {
                    for _ in 0..<repetitions(elements, Int(element)) {
                        ordinal += 1
                        places.append(row, element, ordinal)
                    }
                }
            }
            if operation.keepsEmpty && places.rows.count == before { places.appendMissing(row) }
            row += 1
        }
        return places
    }

    /// How often an element stands in its collection.
    private func repetitions(_ elements: [Column], _ element: Int) -> Int32 {
        isMultiset ? max(0, elements.slots(1, of: Int32.self)[element]) : 1
    }

    private func emit(
        _ batch: Batch,
        _ elements: [Column]?,
        _ places: Places,
        into output: borrowing Output
    ) throws {
        let rows = SelectionVector(places.rows)
        let selected = SelectionVector(places.elements)
        let present = presence(places)
        var columns = operation.kept.map { batch.columns[$0].gathered(rows) }
        for (part, type) in zip(operation.parts, outputTypes) {
            columns.append(column(part, type, elements, selected, places, present))
        }
        try output.emit(
            Batch(
                columns: columns,
                rowCount: rows.count,
                rowKinds: batch.rowKinds?.gathered(rows),
                runningWatermarks: batch.runningWatermarks?.gathered(rows)
            )
        )
    }

    /// Set where an output row has an element; nil where all have.
    private func presence(_ places: Places) -> Bitmap? {
        guard !places.missing.isEmpty else { return nil }
        var bits = MutableBitmap(count: places.rows.count, repeating: true)
        for row in places.missing { bits.clear(row) }
        return bits.finish()
    }

    private func column(
        _ part: UnnestOperation.Part,
        _ type: DataType,
        _ elements: [Column]?,
        _ selected: SelectionVector,
        _ places: Places,
        _ present: Bitmap?
    ) -> Column {
        guard let elements, places.missing.count < selected.count else {
            return .allNull(type, count: selected.count)
        }
        switch part {
        case .ordinality: return ordinality(type, places, present)
        case .element: return gathered(elements[0], nil, type, selected, present)
        case .mapValue: return gathered(elements[1], nil, type, selected, present)
        case .field(let index):
            guard elements[0].type.lane == .row else { return .allNull(type, count: selected.count) }
            return gathered(elements[0].children[index], elements[0].validity, type, selected, present)
        }
    }

    /// The selected values, NULL where the row around them is, and where there is no element.
    private func gathered(
        _ values: Column,
        _ around: Bitmap?,
        _ type: DataType,
        _ selected: SelectionVector,
        _ present: Bitmap?
    ) -> Column {
        let column = values.gathered(selected).flattened()
        guard column.type.lane != .null else { return .allNull(type, count: selected.count) }
        let validity = Bitmap.and(Bitmap.and(column.validity, around.flatMap { $0.gathered(selected) }), present)
        return column.withValidity(validity).retyped(type)
    }

    private func ordinality(_ type: DataType, _ places: Places, _ present: Bitmap?) -> Column {
        var lane = MutableLane<Int32>(count: places.ordinals.count)
        do {
            var target = lane.span
            for row in places.ordinals.indices { target[row] = places.ordinals[row] }
        }
        return Column(type: type, count: places.ordinals.count, values: lane.finish(), validity: present)
    }
}
