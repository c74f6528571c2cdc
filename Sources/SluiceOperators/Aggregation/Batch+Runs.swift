import SluiceColumns

extension Batch {
    /// The batch cut in front of each row whose key is in the cut already.
    func runsOfDifferentKeys(_ keys: [Int]) -> [Range<Int>] {
        let hashes = RowHash.hashes(keys.map { columns[$0] }, rowCount: rowCount).readOnly
        var runs: [Range<Int>] = []
        var first = 0
        var seen: Set<UInt64> = []
        for row in 0..<rowCount where !seen.insert(hashes[row]).inserted {
            runs.append(first..<row)
            first = row
            seen = [hashes[row]]
        }
        runs.append(first..<rowCount)
        return runs
    }
}
