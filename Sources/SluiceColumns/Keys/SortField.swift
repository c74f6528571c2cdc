/// One column of an ordering.
public struct SortField: Sendable, Hashable {
    /// Index of the column.
    public var column: Int
    /// Whether large values come first.
    public var isDescending: Bool
    /// Whether NULLs come before all values.
    public var nullsFirst: Bool

    /// Makes a sort field; unless said otherwise NULL counts as the least value, as in Flink: first when ascending,
    /// last when descending.
    public init(column: Int, isDescending: Bool = false, nullsFirst: Bool? = nil) {
        self.column = column
        self.isDescending = isDescending
        self.nullsFirst = nullsFirst ?? !isDescending
    }
}
