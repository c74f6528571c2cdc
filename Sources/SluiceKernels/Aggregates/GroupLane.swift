import SluiceColumns

/// States indexed by group number, growing by doubling, accounted as table memory.
///
/// A state is one struct, so that a row touches one place in memory.
struct GroupLane<Value: BitwiseCopyable>: ~Copyable {
    private var lane = GrowableLane<Value>()
    private let initial: Value

    /// Makes an empty lane whose new groups start as `initial`.
    init(_ initial: Value) { self.initial = initial }

    /// Groups that exist.
    var count: Int { lane.count }

    /// Makes groups `0 ..< groupCount` exist.
    mutating func reserve(_ groupCount: Int) { lane.resize(to: groupCount, filling: initial) }

    /// The state of one group.
    subscript(group: Int) -> Value {
        borrowing get { lane[group] }
        set { lane[group] = newValue }
    }

    /// Sets the given groups back to the initial value.
    mutating func reset(_ groups: Span<UInt32>) {
        let initial = self.initial
        var span = lane.mutableSpan
        for index in groups.indices { span[Int(groups[index])] = initial }
    }

    /// Changes the state of the group of every row that is not NULL.
    ///
    /// - Parameter body: gets the state, the slot of the argument, and +1 for an added row or -1 for one taken back.
    @inline(__always)
    mutating func update(
        _ groups: Span<UInt32>,
        _ column: Column,
        _ retractions: Span<UInt8>?,
        _ body: (inout Value, Int, Int64) -> Void
    ) {
        if Loops.isNullConstant(column) { return }
        let mask = column.isConstant ? 0 : ~0
        var states = lane.mutableSpan
        if let retractions {
            for row in 0..<groups.count where !column.isNull(row) {
                body(&states[Int(groups[row])], row & mask, 1 &- 2 &* Int64(retractions[row]))
            }
        } else if column.hasNoNulls || column.isConstant {
            for row in 0..<groups.count { body(&states[Int(groups[row])], row & mask, 1) }
        } else {
            for row in 0..<groups.count where !column.isNull(row) { body(&states[Int(groups[row])], row, 1) }
        }
    }

    /// Goes through steps in order: changes the state of a step's group unless the row is NULL or skipped, and gives
    /// a value where the step wants one; see `GroupedAccumulator.running`.
    @inline(__always)
    mutating func running<Output: BitwiseCopyable>(
        _ groups: Span<UInt32>,
        _ column: Column,
        _ steps: Span<UInt8>,
        resultCount: Int,
        _ type: DataType,
        zero: Output,
        change: (inout Value, Int, Int64) -> Void,
        result: (Value) -> Output?
    ) -> Column {
        let mask = column.isConstant ? 0 : ~0
        let isSkipped = Loops.isNullConstant(column)
        var output = MutableLane<Output>(count: resultCount)
        var nulls: [Int] = []
        do {
            var target = output.span
            var states = lane.mutableSpan
            var given = 0
            for step in 0..<groups.count {
                let group = Int(groups[step])
                let bits = steps[step]
                if bits & RunningStep.skips == 0 && !isSkipped && !column.isNull(step) {
                    change(&states[group], step & mask, 1 &- 2 &* Int64(bits & RunningStep.takesBack))
                }
                if bits & RunningStep.gives == 0 { continue }
                if let value = result(states[group]) {
                    target[given] = value
                } else {
                    target[given] = zero
                    nulls.append(given)
                }
                given &+= 1
            }
        }
        return Column(
            type: type,
            count: resultCount,
            values: output.finish(),
            validity: Loops.clearing(nulls, in: nil, slotCount: resultCount)
        )
    }

    /// Changes group `targets[i]` by group `sources[i]` of `other`, for every i.
    @inline(__always)
    mutating func combine(
        _ other: borrowing GroupLane,
        _ sources: Span<UInt32>,
        _ targets: Span<UInt32>,
        _ body: (inout Value, Value) -> Void
    ) {
        var states = lane.mutableSpan
        for index in sources.indices { body(&states[Int(targets[index])], other.lane.span[Int(sources[index])]) }
    }

    /// A column of one value per group; nil is NULL.
    @inline(__always)
    borrowing func results<Output: BitwiseCopyable>(
        _ groups: Span<UInt32>,
        _ type: DataType,
        zero: Output,
        _ body: (Value) -> Output?
    ) -> Column {
        var output = MutableLane<Output>(count: groups.count)
        var nulls: [Int] = []
        do {
            var target = output.span
            let states = lane.span
            for row in 0..<groups.count {
                if let value = body(states[Int(groups[row])]) {
                    target[row] = value
                } else {
                    target[row] = zero
                    nulls.append(row)
                }
            }
        }
        return Column(
            type: type,
            count: groups.count,
            values: output.finish(),
            validity: Loops.clearing(nulls, in: nil, slotCount: groups.count)
        )
    }

    /// Bytes held.
    var byteCount: Int { lane.byteCount }
}

/// Errors of aggregates.
enum AggregateErrors {
    /// A refusal of states of different functions.
    static func mismatch() -> EvaluationError { EvaluationError("internal", "states of different aggregates") }
}
