import SluiceColumns
import SluicePlan
import SluiceState

/// The versions of a table's rows, chained by key from the latest to the earliest, as far back as anybody may look.
final class VersionStore {
    let rows: RowStore
    /// Per key group its latest version, or `none`.
    private var heads = GrowableLane<UInt32>()
    /// Per version the one before it, or `none`.
    private var earlier = GrowableLane<UInt32>()
    /// Per version the time from which it is valid, microseconds.
    private var times = GrowableLane<Int64>()
    /// Per version the group of its key.
    private var keyGroups = GrowableLane<UInt32>()
    /// Per version the watermark that it came too late for, or the least number.
    private var marks = GrowableLane<Int64>()
    /// Per version 1 where it says that there is no row.
    private var isDeletion = GrowableLane<UInt8>()
    /// Versions whose time the watermark has not reached.
    private var coming = TimeQueue()
    /// The columns of the key.
    private let keys: [Int]
    /// What is not stored yet; nil where nothing is.
    private var journal: RowJournal?

    /// No version.
    static let none = UInt32.max

    /// Whether a row that comes behind a later version is left out.
    private let takesLatestOnly: Bool

    /// Makes an empty store.
    init(keys: [Int], rowTypes: [DataType], takesLatestOnly: Bool) {
        self.keys = keys
        rows = RowStore(rowTypes: rowTypes)
        self.takesLatestOnly = takesLatestOnly
    }

    /// Bytes held.
    var byteCount: Int {
        rows.byteCount + heads.byteCount + earlier.byteCount + times.byteCount + keyGroups.byteCount
            + marks.byteCount + isDeletion.byteCount + coming.byteCount
            + (journal?.byteCount ?? 0)
    }

    /// Versions held.
    var count: Int { rows.count }

    /// The versions as columns.
    func columns(_ versions: [UInt32]) -> [Column] { rows.columns(of: versions.span) }

    /// Makes room for keys.
    func reserve(groupBound: Int) { heads.resize(to: groupBound, filling: Self.none) }

    /// Whether a key has any version.
    func hasVersions(_ group: UInt32) -> Bool { heads[Int(group)] != Self.none }

    /// Adds the rows of a batch as versions of their keys, valid from their times on.
    ///
    /// The last of several versions of one time is the one that counts. `passed` is the watermark of what was freed.
    func append(_ batch: Batch, groups: Span<UInt32>, times rowTimes: [Int64], passed: Watermark) {
        let numbers = rows.append(batch.columns, rowCount: batch.rowCount)
        makeRoom()
        let versions = numbers.readOnly
        var outdated: [UInt32] = []
        for row in 0..<batch.rowCount {
            let version = versions[row]
            let head = heads[Int(groups[row])]
            if takesLatestOnly && head != Self.none && times[Int(head)] > rowTimes[row] {
                outdated.append(version)
                continue
            }
            times[Int(version)] = rowTimes[row]
            keyGroups[Int(version)] = groups[row]
            isDeletion[Int(version)] = batch.kind(row) == .delete ? 1 : 0
            let mark = max(batch.watermark(before: row, passed), passed.micros)
            marks[Int(version)] = mark >= rowTimes[row] ? mark : .min
            link(version, groups[row], passed)
            journal?.noteNew(version)
            coming.insert(version, at: rowTimes[row])
        }
        if !outdated.isEmpty { rows.remove(outdated.span) }
    }

    private func makeRoom() {
        earlier.resize(to: rows.numberBound, filling: Self.none)
        times.resize(to: rows.numberBound, filling: 0)
        keyGroups.resize(to: rows.numberBound, filling: Self.none)
        marks.resize(to: rows.numberBound, filling: .min)
        isDeletion.resize(to: rows.numberBound, filling: 0)
    }

    /// Puts a version into the chain of its key.
    private func link(_ version: UInt32, _ group: UInt32, _ passed: Watermark) {
        var later = Self.none
        var next = heads[Int(group)]
        while next != Self.none && times[Int(next)] > times[Int(version)] {
            later = next
            next = earlier[Int(next)]
        }
        if later == Self.none {
            heads[Int(group)] = version
        } else {
            earlier[Int(later)] = version
            // The one that replaces it was valid before: the next watermark has to look at it again.
            if times[Int(later)] <= passed.micros { coming.insert(later, at: times[Int(later)]) }
        }
        earlier[Int(version)] = next
    }

    /// The version of a key that is valid at `micros`, nil where there is none.
    ///
    /// The answer is that of row-by-row work, whatever is still or already there: a row looks when the watermark first
    /// reaches its time, or first exceeds `floor` where it came too late for that one. A version that came after this
    /// is not seen; one that another replaced at a watermark up to `floor` is gone.
    ///
    /// - Parameter floor: the watermark that the row came too late for, the least number where it did not.
    func version(of group: UInt32, at micros: Int64, floor: Int64) -> UInt32? {
        let isLate = floor != .min
        var isReplaced = false
        var next = heads[Int(group)]
        while next != Self.none {
            let version = Int(next)
            let mark = marks[version]
            if isLate ? mark <= floor : mark < micros {
                if times[version] <= micros && !(isReplaced && mark < floor) {
                    return isDeletion[version] == 0 ? next : nil
                }
                if isLate && times[version] <= floor && mark < floor { isReplaced = true }
            }
            next = earlier[version]
        }
        return nil
    }

    /// Frees the versions that were replaced by others which are valid at the watermark.
    func free(through micros: Int64) {
        var dead: [UInt32] = []
        while let version = coming.popFirst(through: micros) {
            var next = earlier[Int(version)]
            earlier[Int(version)] = Self.none
            while next != Self.none {
                dead.append(next)
                next = earlier[Int(next)]
            }
        }
        if dead.isEmpty { return }
        journal?.noteRemoved(dead.span)
        rows.remove(dead.span)
    }
}

// MARK: - State

extension VersionStore {
    /// The table of the versions: beside each one its time, the watermark it came too late for, and whether it says
    /// that there is no row.
    var stateTable: StateTable {
        RowJournal.table(
            "versions",
            rowTypes: rows.rowTypes,
            dealtBy: keys,
            beside: [StateTable.number, StateTable.number, .notNull(.boolean)]
        )
    }

    /// Hands over what has changed.
    func save(into snapshot: StateSnapshot, table: Int) {
        journal?.save(into: snapshot, table: table) { numbers in
            [
                .numbers(numbers.map { times[Int($0)] }),
                .numbers(numbers.map { marks[Int($0)] }),
                .of(numbers.map { .boolean(isDeletion[Int($0)] == 1) }, .notNull(.boolean)),
            ]
        }
    }

    /// Takes over what was stored; `locate` gives the groups of keys.
    ///
    /// All versions are looked at again at the next watermark; those that were freed before have no earlier ones.
    func restore(
        from reader: StateReader,
        table: Int,
        locate: (_ keys: [Column], _ rowCount: Int) -> MutableLane<UInt32>
    ) throws {
        let journal = RowJournal(rows, dealtBy: keys, table: stateTable)
        self.journal = journal
        let ordered = try journal.restore(from: reader, table: table) { numbers, columns, beside in
            makeRoom()
            let known = locate(keys.map { columns[$0] }, numbers.count)
            let (time, mark, deletion) = (beside[0], beside[1], beside[2])
            for (index, number) in numbers.enumerated() {
                keyGroups[Int(number)] = known.readOnly[index]
                times[Int(number)] = time.int64s[index]
                marks[Int(number)] = mark.int64s[index]
                isDeletion[Int(number)] = deletion.bools[index]
            }
        }
        for number in ordered {
            link(number, keyGroups[Int(number)], .none)
            coming.insert(number, at: times[Int(number)])
        }
    }
}
