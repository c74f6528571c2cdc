import SluiceColumns
import SluiceKernels

extension LogicalAggregate {
    /// The calls whose columns somebody reads; without keys one stays, because the one row that it gives counts.
    func neededCalls(_ need: RowNeed) -> [Int] {
        let kept = aggregates.indices.filter { need.columns[keys.count + $0] != nil }
        return kept.isEmpty && keys.isEmpty ? Array(aggregates.indices.prefix(1)) : kept
    }

    /// The node with some of its calls, and the columns that it then has.
    func keeping(_ calls: [Int]) -> (LogicalAggregate, RowNeed) {
        var result = self
        result.aggregates = calls.map { aggregates[$0] }
        result.names = Array(names[..<keys.count]) + calls.map { names[keys.count + $0] }
        var have = RowNeed.everything(keys.count)
        for call in calls { have.add(keys.count + call) }
        return (result, have)
    }
}

extension LogicalWindowAggregate {
    /// The calls whose columns somebody reads.
    func neededCalls(_ need: RowNeed) -> [Int] { aggregates.indices.filter { need.columns[keys.count + $0] != nil } }

    /// The node with some of its calls and with the window columns that somebody reads, and the columns it then has.
    ///
    /// The window's end stays: it is what makes the rows unique.
    func keeping(_ calls: [Int], _ need: RowNeed) -> (LogicalWindowAggregate, RowNeed) {
        let first = keys.count + aggregates.count
        let window = properties.indices.filter { properties[$0] == .end || need.columns[first + $0] != nil }
        let columns = Array(keys.indices) + calls.map { keys.count + $0 } + window.map { first + $0 }
        var result = self
        result.aggregates = calls.map { aggregates[$0] }
        result.properties = window.map { properties[$0] }
        result.fields = columns.map { fields[$0] }
        var have = RowNeed()
        for column in columns { have.add(column) }
        return (result, have)
    }
}
