import SluiceColumns
import SluiceSQL

/// Gives each row the results of functions over the rows in front of it in its partition.
///
/// Output columns: the input's, then one per call. Ordered by event time, rows are held until the watermark passes
/// them; ordered by processing time they pass at once; ordered by values every change gives the rows behind it anew.
package struct OverOperation: Sendable {
    /// What decides which rows are in front of another.
    package enum Order: Sendable, Hashable {
        /// Event time: this column, a rowtime attribute.
        case rowtime(column: Int)
        /// The order of arrival.
        case proctime
        /// The values of a column; the frame is unbounded then.
        case value(SortField)
    }
    /// Input columns of PARTITION BY.
    package var partitionKeys: [Int]
    /// The order of the rows.
    package var order: Order
    /// The rows that a row's results are computed from.
    package var frame: OverFrame
    /// The functions.
    package var calls: [AggregateCall]
    /// Whether the input can take rows back; only where values decide the order.
    package var consumesRetractions = false
    /// Whether somebody downstream needs `-U` rows.
    package var emitsUpdateBefore = false
    /// Whether each row's changes are given by themselves, in the order of the rows.
    ///
    /// Set where values decide the order and somebody downstream depends on the order of changes.
    package var emitsEveryChange = false
    /// `table.exec.state.ttl` in milliseconds; nil keeps state for ever.
    package var stateTTLMillis: Int64?
    /// Where the statement writes the window.
    package var span = SourceSpan.none

    /// Makes the operation.
    package init(partitionKeys: [Int], order: Order, frame: OverFrame, calls: [AggregateCall]) {
        self.partitionKeys = partitionKeys
        self.order = order
        self.frame = frame
        self.calls = calls
    }

    /// Input columns that the functions read, each once.
    package var argumentColumns: [Int] { Set(calls.flatMap(\.arguments)).sorted() }

    /// The functions over rows that have the argument columns only.
    package var callsOnArguments: [AggregateCall] {
        let columns = argumentColumns
        return calls.map { call in
            var call = call
            call.arguments = call.arguments.map { column in columns.firstIndex(of: column) ?? 0 }
            return call
        }
    }

    /// Whether results are given anew when other rows come or go.
    package var updatesResults: Bool {
        if case .value = order { return true }
        return false
    }
}
