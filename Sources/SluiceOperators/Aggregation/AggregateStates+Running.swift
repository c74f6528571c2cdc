import SluiceColumns
import SluiceKernels
import SluicePlan

extension AggregateStates {
    /// Goes through steps in order and gives one column per call: the results of the steps that want them.
    ///
    /// - Parameters:
    ///   - columns: the columns that the calls' arguments name, a row per step.
    ///   - groups: group of each step.
    ///   - steps: bits of `RunningStep`.
    func running(
        _ columns: [Column],
        groups: Span<UInt32>,
        steps: Span<UInt8>,
        resultCount: Int
    ) throws -> [Column] {
        let distinctSteps = distinctSets.map { Self.distinctSteps($0, columns, groups, steps) }
        return try calls.indices.map { position in
            let arguments = calls[position].arguments.map { columns[$0] }
            guard let set = distinctIndex[position] else {
                return try accumulators[position].running(
                    groups: groups,
                    arguments: arguments,
                    steps: steps,
                    resultCount: resultCount
                )
            }
            let own = distinctSteps[set]
            return try accumulators[position].running(
                groups: groups,
                arguments: arguments,
                steps: own.span,
                resultCount: resultCount
            )
        }
    }

    /// The steps with those skipped that do not change whether a value is there.
    private static func distinctSteps(
        _ set: DistinctSet,
        _ columns: [Column],
        _ groups: Span<UInt32>,
        _ steps: Span<UInt8>
    ) -> [UInt8] {
        var signs = MutableLane<UInt8>(count: steps.count)
        var result: [UInt8] = []
        result.reserveCapacity(steps.count)
        do {
            var target = signs.span
            for step in 0..<steps.count {
                target[step] = steps[step] & RunningStep.takesBack
                result.append(steps[step] | RunningStep.skips)
            }
        }
        let column = Column(type: .notNull(.boolean), count: steps.count, values: signs.finish())
        let passed = set.pass(columns, groups: groups, signs: column)
        let rows = passed.rows
        for index in 0..<rows.count { result[Int(rows[index])] &= ~RunningStep.skips }
        return result
    }
}
