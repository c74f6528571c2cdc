/// How rows are assigned to windows.
///
/// All sizes in microseconds, multiples of a millisecond.
///
/// A window is half open: `[start, end)`. It fires when the watermark reaches `end - 1 ms`; a row is late for it when
/// the watermark in force before the row has reached that.
package struct WindowSpecification: Sendable, Hashable {
    /// The shapes.
    package enum Shape: Sendable, Hashable {
        case tumble(sizeMicros: Int64)
        /// `sizeMicros` is a multiple of `slideMicros` for the table-valued function, and anything in GROUP BY.
        case hop(sizeMicros: Int64, slideMicros: Int64)
        case cumulate(maxSizeMicros: Int64, stepMicros: Int64)
        case session(gapMicros: Int64)
    }
    /// The shape.
    package var shape: Shape
    /// Moves the alignment from the epoch; may be negative.
    package var offsetMicros: Int64
    /// Where the time comes from.
    package var time: TimeSource
    /// For windows over TIMESTAMP_LTZ: the zone in whose local time windows are aligned; nil for TIMESTAMP.
    package var timeZone: String?
    /// Whether the wall clock ends the windows, not the watermark.
    package var isProcessingTime: Bool
    /// Which results there are besides the one at the end of a window; nil is none.
    package var emit: EmitStrategy?
    /// Whether the window stands in GROUP BY, and is no table-valued function.
    package var isGroupWindow = false

    /// Where a row's window comes from.
    package enum TimeSource: Sendable, Hashable {
        /// Event time: this TIMESTAMP or TIMESTAMP_LTZ column, a rowtime attribute.
        case rowtime(column: Int)
        /// The wall clock.
        case proctime
        /// The rows carry the window already (a window aggregate over a window aggregate or a window join).
        case attached(startColumn: Int, endColumn: Int)
    }

    /// Makes a specification; attached windows are of event time unless it is said otherwise.
    package init(
        shape: Shape,
        offsetMicros: Int64 = 0,
        time: TimeSource,
        timeZone: String? = nil,
        isProcessingTime: Bool = false,
        emit: EmitStrategy? = nil
    ) {
        self.shape = shape
        self.offsetMicros = offsetMicros
        self.time = time
        self.timeZone = timeZone
        self.isProcessingTime = isProcessingTime || time == .proctime
        self.emit = emit
    }

    /// Whether the rows carry their window already.
    package var isAttached: Bool { if case .attached = time { true } else { false } }

    /// Whether windows overlap in a way that no slice of one length serves: HOP whose size is no multiple of its slide.
    package var hasUnevenHops: Bool {
        if case .hop(let size, let slide) = shape { size % slide != 0 } else { false }
    }
}

/// What a window operation says about each window, as output columns.
package enum WindowProperty: Sendable, Hashable {
    /// TIMESTAMP(3) NOT NULL.
    case start
    /// TIMESTAMP(3) NOT NULL.
    case end
    /// End minus 1 ms, a rowtime (or processing-time) attribute.
    case time
}

/// A window table-valued function without aggregation: gives each row once per window it belongs to, followed by
/// window_start, window_end and window_time.
///
/// Late rows pass (except SESSION, which drops them).
package struct WindowTableOperation: Sendable {
    /// The windows.
    package var window: WindowSpecification
    /// Columns that PARTITION BY names, for SESSION.
    package var partitionKeys: [Int]
    /// Makes the operation.
    package init(window: WindowSpecification, partitionKeys: [Int] = []) {
        self.window = window
        self.partitionKeys = partitionKeys
    }
}

/// Aggregates per window and key; emits each window once, when the watermark or the clock passes it, unless its
/// `EmitStrategy` says more.
///
/// Output columns: the keys, the aggregates, then the properties, in that order.
package struct WindowAggregateOperation: Sendable {
    /// The windows.
    package var window: WindowSpecification
    /// Input columns of the keys (without window_start and window_end).
    package var keys: [Int]
    /// The aggregates.
    package var aggregates: [AggregateCall]
    /// Which window columns follow.
    package var properties: [WindowProperty]
    /// Whether somebody downstream needs `-U` rows, where windows are emitted more than once.
    package var emitsUpdateBefore = false
    /// Makes the operation.
    package init(
        window: WindowSpecification,
        keys: [Int],
        aggregates: [AggregateCall],
        properties: [WindowProperty]
    ) {
        self.window = window
        self.keys = keys
        self.aggregates = aggregates
        self.properties = properties
    }
}
