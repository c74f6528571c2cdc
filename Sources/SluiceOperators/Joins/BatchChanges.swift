import SluiceColumns
import SluicePlan
import SluiceState

/// A batch of a changelog as what it takes back and what it adds, with no row in both.
///
/// A row that comes and goes within the batch leaves no trace. What is taken back is applied first, so that whoever
/// keeps the result by key never deletes what it has just been given.
struct BatchChanges {
    /// `-U` and `-D` rows; nil where there are none.
    private(set) var retractions: Batch?
    /// `+I` and `+U` rows; nil where there are none.
    private(set) var additions: Batch?

    /// Splits a batch whose columns have the given types.
    init(_ batch: Batch, types: [DataType]) {
        guard let kinds = batch.rowKinds else {
            additions = batch
            return
        }
        var retractionCount = 0
        let raw = kinds.raw
        for row in 0..<raw.count { retractionCount += Int(raw[row] & 1) }
        if retractionCount == 0 {
            additions = batch
        } else if retractionCount == batch.rowCount {
            retractions = batch
        } else {
            (retractions, additions) = Self.split(batch, raw, types)
        }
    }

    private static func split(_ batch: Batch, _ kinds: Span<UInt8>, _ types: [DataType]) -> (Batch?, Batch?) {
        let table = KeyTable(keyTypes: types)
        let hashes = RowHash.hashes(batch.columns, rowCount: batch.rowCount)
        let groups = table.insert(batch.columns, hashes: hashes.readOnly)
        let numbers = groups.readOnly
        // What is left to emit of each distinct row: above zero additions, below zero retractions.
        var net = [Int64](repeating: 0, count: table.groupBound)
        for row in 0..<numbers.count { net[Int(numbers[row])] += 1 - 2 * Int64(kinds[row] & 1) }
        var taken: [Int32] = []
        var added: [Int32] = []
        for row in 0..<numbers.count {
            let number = Int(numbers[row])
            if kinds[row] & 1 == 1 {
                if net[number] >= 0 { continue }
                net[number] += 1
                taken.append(Int32(truncatingIfNeeded: row))
            } else {
                if net[number] <= 0 { continue }
                net[number] -= 1
                added.append(Int32(truncatingIfNeeded: row))
            }
        }
        return (
            taken.isEmpty ? nil : batch.gathered(SelectionVector(taken)),
            added.isEmpty ? nil : batch.gathered(SelectionVector(added))
        )
    }
}
