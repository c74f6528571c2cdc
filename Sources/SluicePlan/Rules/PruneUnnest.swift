import SluiceColumns
import SluiceKernels

extension LogicalUnnest {
    /// What it needs of its input to give what is needed of it.
    func inputNeed(_ need: RowNeed) -> RowNeed {
        var needed = RowNeed()
        for (column, part) in need.columns where column < kept.count { needed.add(kept[column], part) }
        needed.add(collection)
        return needed
    }

    /// The node over what is left of its input, with the columns that are needed only.
    func pruned(_ need: RowNeed, over input: LogicalPlan, having have: RowNeed) -> (LogicalUnnest, RowNeed) {
        var result = self
        result.input = input
        result.collection = collection.reading(have)
        let columns = need.sorted
        let passed = columns.filter { $0 < kept.count }
        let given = columns.filter { $0 >= kept.count }.map { $0 - kept.count }
        result.kept = passed.map { have.place(of: kept[$0]) }
        result.parts = given.map { parts[$0] }
        result.partFields = given.map { partFields[$0] }
        var left = RowNeed()
        for column in passed { left.columns[column] = have.columns[kept[column]] ?? .all }
        for column in given { left.add(column + kept.count) }
        return (result, left)
    }
}
