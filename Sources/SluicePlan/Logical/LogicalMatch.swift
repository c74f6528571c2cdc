import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Finds patterns in the ordered rows of each partition (MATCH_RECOGNIZE).
///
/// Columns: the partition keys, then the measures.
package struct LogicalMatch: Sendable, Hashable {
    /// Where the rows come from.
    package var input: LogicalPlan
    /// What is looked for, over the columns of the input.
    package var specification: MatchSpecification
    /// Names and types of the columns.
    package var fields: [RowField]
    /// Where the statement says MATCH_RECOGNIZE.
    package var span: SourceSpan

    /// Makes the node.
    package init(_ input: LogicalPlan, _ specification: MatchSpecification, fields: [RowField], at span: SourceSpan) {
        self.input = input
        self.specification = specification
        self.fields = fields
        self.span = span
    }

    /// Whether a column is the event time of the match itself, about which the watermark still speaks.
    ///
    /// Other measures are event times of earlier rows.
    func isRowtime(_ column: Int) -> Bool {
        let measure = column - specification.partitionKeys.count
        guard measure >= 0, case .rowtime = specification.time,
            let reference = specification.measures.expressions[measure].columnIndex,
            reference < specification.measures.references.count,
            case .rowtime = specification.measures.references[reference]
        else { return false }
        return true
    }
}

// MARK: - Pruning

extension LogicalMatch {
    /// The measures at `columns`; the partition keys always stay.
    private func measures(in columns: some Sequence<Int>) -> [Int] {
        let keyCount = specification.partitionKeys.count
        return columns.filter { $0 >= keyCount }.map { $0 - keyCount }.sorted()
    }

    /// What it needs of its input to give what is needed of it.
    func inputNeed(_ need: RowNeed) -> RowNeed {
        var pruned = specification
        pruned.measures = specification.measures.keeping(measures(in: need.columns.keys))
        var needed = RowNeed()
        for column in pruned.columnsRead { needed.add(column) }
        return needed
    }

    /// The node over what is left of its input, with the measures that are needed only.
    func pruned(_ need: RowNeed, over input: LogicalPlan, having have: RowNeed) -> (LogicalMatch, RowNeed) {
        let keyCount = specification.partitionKeys.count
        let kept = measures(in: need.columns.keys)
        var result = self
        result.input = input
        result.specification.measures = specification.measures.keeping(kept)
        result.specification = result.specification.mappingColumns { have.place(of: $0) }
        let left = Array(0..<keyCount) + kept.map { $0 + keyCount }
        result.fields = left.map { fields[$0] }
        var columns = RowNeed()
        for column in left { columns.add(column) }
        return (result, columns)
    }
}
