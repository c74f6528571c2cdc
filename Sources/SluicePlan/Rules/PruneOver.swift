import SluiceColumns

extension LogicalOver {
    /// What it needs of its input to give what is needed of it.
    func inputNeed(_ need: RowNeed) -> RowNeed {
        var needed = RowNeed(columns: need.columns.filter { $0.key < firstCall })
        let kept = calls.indices.filter { need.columns[firstCall + $0] != nil }
        if kept.isEmpty { return needed }
        for key in partitionKeys { needed.add(key) }
        for field in order { needed.add(field.column) }
        for argument in kept.flatMap({ calls[$0].arguments }) { needed.add(argument) }
        return needed
    }

    /// The node over what is left of its input, with the calls that are needed only; its input where none is.
    func pruned(_ need: RowNeed, over input: LogicalPlan, having have: RowNeed) -> (LogicalPlan, RowNeed) {
        let kept = calls.indices.filter { need.columns[firstCall + $0] != nil }
        if kept.isEmpty { return (input, have) }
        var result = self
        result.input = input
        result.partitionKeys = partitionKeys.map { have.place(of: $0) }
        result.order = order.map {
            var field = $0
            field.column = have.place(of: field.column)
            return field
        }
        result.calls = kept.map { index in
            var call = calls[index]
            call.arguments = call.arguments.map { have.place(of: $0) }
            return call
        }
        result.names = kept.map { names[$0] }
        var left = have
        for index in kept { left.add(firstCall + index) }
        return (.over(result), left)
    }
}
