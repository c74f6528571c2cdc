import SluiceColumns
import SluiceSQL

/// Gives each row once per window it belongs to: the input's columns, then window_start, window_end, window_time.
package struct LogicalWindowTable: Sendable, Hashable {
    /// Where the rows come from.
    package var input: LogicalPlan
    /// The windows; their time is a column of the input or the wall clock.
    package var window: WindowSpecification
    /// Columns of PARTITION BY.
    package var partitionKeys: [Int]
    /// Type of window_time.
    package var timeType: DataType
    /// Whether it stands for a window function in GROUP BY: its sessions are per group.
    package var isGroupWindow: Bool { window.isGroupWindow }
    /// Where the statement names the window.
    package var span = SourceSpan.none

    /// Makes the node.
    package init(_ input: LogicalPlan, window: WindowSpecification, partitionKeys: [Int], timeType: DataType) {
        self.input = input
        self.window = window
        self.partitionKeys = partitionKeys
        self.timeType = timeType
    }

    /// Index of window_start; window_end and window_time follow.
    package var startColumn: Int { input.fields.count }

    /// The input's columns and the three of the window.
    package var fields: [RowField] {
        input.fields + [
            RowField("window_start", LogicalWindowTable.boundType),
            RowField("window_end", LogicalWindowTable.boundType),
            RowField("window_time", timeType),
        ]
    }

    /// The type of window_start and window_end.
    package static let boundType = DataType.notNull(.timestamp(3))
}

/// Aggregates per window and key.
///
/// Columns: keys, aggregates, properties.
package struct LogicalWindowAggregate: Sendable, Hashable {
    /// Where the rows come from.
    package var input: LogicalPlan
    /// The windows.
    package var window: WindowSpecification
    /// Input columns of the keys, without those of the window.
    package var keys: [Int]
    /// The aggregates.
    package var aggregates: [AggregateCall]
    /// The window columns that follow.
    package var properties: [WindowProperty]
    /// Names and types of the columns.
    package var fields: [RowField]
    /// Whether a window function in GROUP BY made it.
    package var isGroupWindow: Bool { window.isGroupWindow }
    /// For each column of the table that takes late rows the input's column, nil for NULL; empty where none takes them.
    package var lateColumns: [Int?] = []
    /// Where the statement names the window.
    package var span = SourceSpan.none
    /// Makes the node.
    package init(
        _ input: LogicalPlan,
        window: WindowSpecification,
        keys: [Int],
        aggregates: [AggregateCall],
        properties: [WindowProperty],
        fields: [RowField]
    ) {
        self.input = input
        self.window = window
        self.keys = keys
        self.aggregates = aggregates
        self.properties = properties
        self.fields = fields
    }
}
