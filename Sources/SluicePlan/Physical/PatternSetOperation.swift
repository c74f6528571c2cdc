import SluiceKernels

/// Gives each of its readers the rows for which that one's predicate may be TRUE, and perhaps others.
///
/// The reader of branch `i` looks at the rows with its predicate. All branches have the columns of the input.
package struct PatternSetOperation: Sendable {
    /// One reader.
    package struct Branch: Sendable {
        /// Of which at least one holds where the reader's predicate is TRUE.
        package var conditions: [PatternCondition]
        /// Columns that it reads; the others are NULL for it.
        package var columnsRead: [Int]
    }
    /// The readers, in the order of the plan.
    package var branches: [Branch]
    /// Where compiled patterns are kept; nil for nowhere.
    package var folder: String?

    /// The texts that are looked at, each with its patterns and values, without those that stand twice.
    package var texts: [(text: ScalarExpression, patternCount: Int, valueCount: Int)] {
        var order: [ScalarExpression] = []
        var tests: [ScalarExpression: Set<PatternCondition.Test>] = [:]
        for condition in branches.flatMap(\.conditions) {
            if tests[condition.text] == nil { order.append(condition.text) }
            tests[condition.text, default: []].insert(condition.test)
        }
        return order.map { text in
            let all = tests[text] ?? []
            let values = all.count { if case .equals = $0 { true } else { false } }
            return (text, all.count - values, values)
        }
    }
}
