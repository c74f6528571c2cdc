import SluiceColumns

/// What happens at one step when an accumulator goes through rows and gives results on the way: a set of bits.
package enum RunningStep {
    /// The row is taken back; otherwise it is added.
    package static let takesBack: UInt8 = 1
    /// The row does not count.
    package static let skips: UInt8 = 2
    /// The result of the row's group is wanted behind the step.
    package static let gives: UInt8 = 4
}

extension GroupedAccumulator {
    /// Takes the steps together that come first in their groups, then those that come second, and so on.
    package func running(
        groups: Span<UInt32>,
        arguments: [Column],
        steps: Span<UInt8>,
        resultCount: Int
    ) throws -> Column {
        let rounds = RunningRounds(groups, steps)
        var parts: [Column] = []
        var places: [Int32] = Array(repeating: 0, count: resultCount)
        var given: Int32 = 0
        for round in 0..<rounds.count {
            if !rounds.counted[round].isEmpty {
                let rows = SelectionVector(rounds.counted[round])
                try accumulate(rows, groups, arguments, steps, takesBack: rounds.takesBack)
            }
            let asked = rounds.giving[round]
            if asked.isEmpty { continue }
            parts.append(try results(groups: asked.span))
            for place in rounds.places[round] {
                places[place] = given
                given += 1
            }
        }
        if parts.isEmpty { return try results(groups: Span()) }
        return Column.concatenated(parts).gathered(SelectionVector(places))
    }

    private func accumulate(
        _ rows: SelectionVector,
        _ groups: Span<UInt32>,
        _ arguments: [Column],
        _ steps: Span<UInt8>,
        takesBack: Bool
    ) throws {
        let chosen = rows.picked(groups)
        let columns = arguments.map { $0.gathered(rows) }
        if takesBack {
            let signs = rows.picked(steps) { $0 & RunningStep.takesBack }
            try accumulate(groups: chosen.readOnly, arguments: columns, retractions: signs.readOnly)
        } else {
            try accumulate(groups: chosen.readOnly, arguments: columns, retractions: nil)
        }
    }
}

/// Steps in rounds: a group takes part in a round once, with all its steps up to one that gives a result.
private struct RunningRounds {
    /// Per round the steps that count.
    var counted: [[Int32]] = []
    /// Per round the groups whose results are wanted.
    var giving: [[UInt32]] = []
    /// Per round the places of those results.
    var places: [[Int]] = []
    /// Whether any step takes a row back.
    var takesBack = false

    var count: Int { counted.count }

    init(_ groups: Span<UInt32>, _ steps: Span<UInt8>) {
        var rounds: [UInt32: Int] = [:]
        var result = 0
        for step in 0..<groups.count {
            let round = rounds[groups[step], default: 0]
            while counted.count <= round {
                counted.append([])
                giving.append([])
                places.append([])
            }
            if steps[step] & RunningStep.skips == 0 {
                counted[round].append(Int32(truncatingIfNeeded: step))
                if steps[step] & RunningStep.takesBack != 0 { takesBack = true }
            }
            guard steps[step] & RunningStep.gives != 0 else { continue }
            giving[round].append(groups[step])
            places[round].append(result)
            result += 1
            rounds[groups[step]] = round + 1
        }
    }
}

extension SelectionVector {
    /// The values of the selected rows.
    fileprivate func picked<Value: BitwiseCopyable>(
        _ values: Span<Value>,
        _ transform: (Value) -> Value = { $0 }
    ) -> MutableLane<Value> {
        var lane = MutableLane<Value>(count: count)
        do {
            var target = lane.span
            let rows = self.rows
            for index in 0..<rows.count { target[index] = transform(values[Int(rows[index])]) }
        }
        return lane
    }
}
