import SluiceColumns

extension LogicalRank {
    /// What it needs of its input to give what is needed of it.
    func inputNeed(_ need: RowNeed) -> RowNeed {
        var needed = RowNeed(columns: need.columns.filter { $0.key < input.fields.count })
        for key in partitionKeys { needed.add(key) }
        for field in order { needed.add(field.column) }
        if case .column(let end) = range.end { needed.add(end) }
        switch scope {
        case .unbounded: break
        case .window(let end, _): needed.add(end)
        case .firstByTime(let time): needed.add(time)
        }
        return needed
    }

    /// The node over what is left of its input, without the rank where nobody reads it.
    func pruned(_ need: RowNeed, over input: LogicalPlan, having have: RowNeed) -> (LogicalRank, RowNeed) {
        var result = self
        let rank = self.input.fields.count
        result.input = input
        result.partitionKeys = partitionKeys.map { have.place(of: $0) }
        result.order = order.map { $0.reading(have) }
        if case .column(let end) = range.end { result.range.end = .column(have.place(of: end)) }
        switch scope {
        case .unbounded: break
        case .window(let end, let timeZone): result.scope = .window(end: have.place(of: end), timeZone: timeZone)
        case .firstByTime(let time): result.scope = .firstByTime(have.place(of: time))
        }
        var left = have
        if need.columns[rank] == nil { result.rankName = nil } else { left.add(rank) }
        return (result, left)
    }
}

extension LogicalSort {
    /// What it needs of its input to give what is needed of it.
    func inputNeed(_ need: RowNeed) -> RowNeed {
        var needed = need
        for field in order { needed.add(field.column) }
        return needed
    }

    /// The node over what is left of its input.
    func reading(_ have: RowNeed, over input: LogicalPlan) -> LogicalSort {
        LogicalSort(input, order: order.map { $0.reading(have) }, at: span)
    }
}

extension SortField {
    /// The field over a row of which only the needed parts are left.
    func reading(_ have: RowNeed) -> SortField {
        var field = self
        field.column = have.place(of: column)
        return field
    }
}
