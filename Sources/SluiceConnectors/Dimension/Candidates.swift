import SluiceColumns

/// Rows that an index gives for askers: they may fit.
struct Candidates: ~Copyable {
    /// Who asked, ascending.
    private(set) var askers = GrowableLane<Int32>()
    /// Where the row stands in the file of rows, in units of eight bytes.
    private(set) var units = GrowableLane<UInt32>()
    /// How specific the row is for its asker: more is closer.
    private(set) var ranks = GrowableLane<UInt64>()

    /// How many there are.
    var count: Int { askers.count }

    /// Forgets all.
    mutating func removeAll() {
        askers.truncate(to: 0)
        units.truncate(to: 0)
        ranks.truncate(to: 0)
    }

    /// Adds a row; askers come in ascending order, or are sorted afterwards.
    mutating func append(asker: Int32, unit: UInt32, rank: UInt64) {
        askers.append(asker)
        units.append(unit)
        ranks.append(rank)
    }

    /// Puts the askers into ascending order, where two indexes were asked one after the other.
    mutating func sortByAsker() {
        let order = (0..<count).sorted { askers[$0] < askers[$1] }
        var sorted = Candidates()
        for index in order { sorted.append(asker: askers[index], unit: units[index], rank: ranks[index]) }
        swap(&self, &sorted)
    }

    /// Puts the rows of each asker into the order of the table; a row that was given twice for one asker stays once,
    /// with the higher rank.
    mutating func sortByUnit() {
        var kept = 0
        var start = 0
        while start < count {
            var end = start + 1
            while end < count, askers[end] == askers[start] { end += 1 }
            sort(start..<end)
            for index in start..<end {
                if kept > 0, askers[kept - 1] == askers[index], units[kept - 1] == units[index] {
                    ranks[kept - 1] = max(ranks[kept - 1], ranks[index])
                } else {
                    move(index, to: kept)
                    kept += 1
                }
            }
            start = end
        }
        askers.truncate(to: kept)
        units.truncate(to: kept)
        ranks.truncate(to: kept)
    }

    private mutating func move(_ index: Int, to place: Int) {
        askers[place] = askers[index]
        units[place] = units[index]
        ranks[place] = ranks[index]
    }

    /// Sorts the rows of one asker: by insertion where there are few, as nearly always.
    private mutating func sort(_ range: Range<Int>) {
        if range.count > 64 {
            let pairs = range.map { (units[$0], ranks[$0]) }.sorted { $0.0 < $1.0 }
            for (index, pair) in zip(range, pairs) { (units[index], ranks[index]) = pair }
            return
        }
        for index in range.dropFirst() {
            let (unit, rank) = (units[index], ranks[index])
            var place = index
            while place > range.lowerBound, units[place - 1] > unit {
                units[place] = units[place - 1]
                ranks[place] = ranks[place - 1]
                place -= 1
            }
            units[place] = unit
            ranks[place] = rank
        }
    }
}
