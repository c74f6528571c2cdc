import SluiceColumns

/// Which ranks a Top-N keeps, counted from 1.
package struct RankRange: Sendable, Hashable {
    /// The last rank that is kept.
    package enum End: Sendable, Hashable {
        case constant(Int64)
        /// What this BIGINT column has in the first row of the partition.
        case column(Int)
    }
    /// The first rank that is kept.
    package var start: Int64
    /// The last rank that is kept.
    package var end: End
    /// Makes a range.
    package init(start: Int64 = 1, end: End) {
        self.start = start
        self.end = end
    }

    /// Whether at most one row of each partition is kept.
    package var isSingle: Bool { end == .constant(start) }

    /// Whether no rank is kept, as with LIMIT 0.
    package var isEmpty: Bool { if case .constant(let end) = end { end < start } else { false } }
}

/// Which of two rows with the same sort key comes first.
package enum RankTies: Sendable, Hashable {
    /// The one that came first.
    case firstArrived
    /// The one that came last.
    case lastArrived
}

/// How a Top-N follows its input.
package enum RankStrategy: Sendable, Hashable {
    /// The input only adds rows: those that have left the range never come back, and are forgotten.
    case append
    /// The input takes rows back: all rows are kept.
    case retract
    /// Rows with these columns equal replace each other and only ever rise: those that have left the range can come
    /// back only as new ones, and are forgotten.
    case update(key: [Int])
}

/// Keeps the first rows of each partition in a given order: Top-N, deduplication, ORDER BY with LIMIT.
///
/// Output columns: the input's, then the rank (BIGINT NOT NULL) where it is asked for. Per batch each partition's net
/// changes are given: what leaves, then what comes.
package struct RankOperation: Sendable {
    /// Input columns of PARTITION BY; without any there is one partition, on one shard.
    package var partitionKeys: [Int]
    /// The order; without any it is that of arrival.
    package var order: [SortField]
    /// What decides between rows that are equal in the order.
    package var ties: RankTies
    /// Which ranks are kept.
    package var range: RankRange
    /// Whether the rank is a column of the output.
    package var outputsRank: Bool
    /// How it follows its input.
    package var strategy = RankStrategy.append
    /// Whether somebody downstream needs `-U` rows.
    package var emitsUpdateBefore = false
    /// Whether each row's change is given by itself, in the order of the rows.
    ///
    /// Set where somebody downstream depends on the order of changes.
    package var emitsEveryChange = false
    /// `table.exec.state.ttl` in milliseconds; nil keeps state for ever.
    package var stateTTLMillis: Int64?
    /// Makes the operation.
    package init(
        partitionKeys: [Int],
        order: [SortField],
        ties: RankTies = .firstArrived,
        range: RankRange,
        outputsRank: Bool,
        stateTTLMillis: Int64? = nil
    ) {
        self.partitionKeys = partitionKeys
        self.order = order
        self.ties = ties
        self.range = range
        self.outputsRank = outputsRank
        self.stateTTLMillis = stateTTLMillis
    }

    /// The rowtime attribute that the last row of each partition is kept by; nil for any other Top-N.
    package var lastRowTime: Int? { ties == .lastArrived ? order.first?.column : nil }

    /// Whether rows stay once they are in, so that over an insert-only input the output is insert-only too.
    package var keepsArrivals: Bool { order.isEmpty && ties == .firstArrived }
}

/// Top-N within windows that the rows carry: gives the rows of a window once, when the watermark passes its end.
///
/// Insert-only. Output columns: the input's, then the rank where it is asked for. Late rows are dropped.
package struct WindowRankOperation: Sendable {
    /// Input columns of PARTITION BY, those of the window included.
    package var partitionKeys: [Int]
    /// Input columns by which rows are dealt to shards: those of PARTITION BY that are not of the window.
    package var dealingKeys: [Int]
    /// The column with the window's end.
    package var endColumn: Int
    /// The zone in whose local time windows over TIMESTAMP_LTZ end; nil for TIMESTAMP.
    package var timeZone: String?
    /// The order.
    package var order: [SortField]
    /// What decides between rows that are equal in the order.
    package var ties: RankTies
    /// The first rank that is kept, from 1.
    package var start: Int64
    /// The last rank that is kept.
    package var end: Int64
    /// Whether the rank is a column of the output.
    package var outputsRank: Bool
    /// Makes the operation.
    package init(
        partitionKeys: [Int],
        dealingKeys: [Int],
        endColumn: Int,
        timeZone: String? = nil,
        order: [SortField],
        ties: RankTies,
        start: Int64,
        end: Int64,
        outputsRank: Bool
    ) {
        self.partitionKeys = partitionKeys
        self.dealingKeys = dealingKeys
        self.endColumn = endColumn
        self.timeZone = timeZone
        self.order = order
        self.ties = ties
        self.start = start
        self.end = end
        self.outputsRank = outputsRank
    }
}

/// Keeps the row of each key with the least event time, the one that came first among equals, and gives it when the
/// watermark reaches that time.
///
/// Insert-only. Rows older than the watermark are dropped.
package struct FirstRowOperation: Sendable {
    /// Input columns of the key.
    package var keys: [Int]
    /// The rowtime attribute.
    package var timeColumn: Int
    /// `table.exec.state.ttl` in milliseconds; nil keeps state for ever.
    package var stateTTLMillis: Int64?
    /// Makes the operation.
    package init(keys: [Int], timeColumn: Int, stateTTLMillis: Int64? = nil) {
        self.keys = keys
        self.timeColumn = timeColumn
        self.stateTTLMillis = stateTTLMillis
    }
}

/// Gives rows in the order of event time: each is held until the watermark reaches its time.
///
/// Insert-only, on one shard. A row is late, and dropped, where one with its time or a later one has been given.
package struct SortOperation: Sendable {
    /// The order; the first field is the rowtime attribute, ascending.
    package var order: [SortField]
    /// Makes the operation.
    package init(order: [SortField]) { self.order = order }
    /// The rowtime attribute.
    package var timeColumn: Int { order[0].column }
}
