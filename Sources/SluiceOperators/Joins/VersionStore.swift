import SluiceColumns
import SluicePlan
import SluiceState

/// The versions of a table's rows, chained by key from the latest to the earliest, as far back as anybody may look.
final class VersionStore {
    private let rows: RowStore
    /// Per key group its latest version, or `none`.
    private var heads = GrowableLane<UInt32>()
    /// Per version the one before it, or `none`.
    private var earlier = GrowableLane<UInt32>()
    /// Per version the time from which it is valid, microseconds.
    private var times = GrowableLane<Int64>()
    /// Per version the group of its key.
    private var keyGroups = GrowableLane<UInt32>()
    /// Per version 1 where it says that there is no row.
    private var isDeletion = GrowableLane<UInt8>()
    /// Versions whose time the watermark has not reached.
    private var coming = TimeQueue()

    /// No version.
    static let none = UInt32.max

    /// Makes an empty store.
    init(rowTypes: [DataType]) { rows = RowStore(rowTypes: rowTypes) }

    /// Bytes held.
    var byteCount: Int {
        rows.byteCount + heads.byteCount + earlier.byteCount + times.byteCount + keyGroups.byteCount
            + isDeletion.byteCount + coming.byteCount
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
    /// The last of several versions of one time is the one that counts. A version that was replaced by one which is
    /// valid at the watermark `passed` is not kept.
    func append(_ batch: Batch, groups: Span<UInt32>, times rowTimes: [Int64], passed: Watermark) {
        let numbers = rows.append(batch.columns, rowCount: batch.rowCount)
        earlier.resize(to: rows.numberBound, filling: Self.none)
        times.resize(to: rows.numberBound, filling: 0)
        keyGroups.resize(to: rows.numberBound, filling: Self.none)
        isDeletion.resize(to: rows.numberBound, filling: 0)
        let versions = numbers.readOnly
        var dead: [UInt32] = []
        for row in 0..<batch.rowCount {
            let version = versions[row]
            times[Int(version)] = rowTimes[row]
            keyGroups[Int(version)] = groups[row]
            isDeletion[Int(version)] = batch.kind(row) == .delete ? 1 : 0
            if link(version, groups[row], passed) {
                coming.insert(version, at: rowTimes[row])
            } else {
                dead.append(version)
            }
        }
        if !dead.isEmpty { rows.remove(dead.span) }
    }

    /// Puts a version into the chain of its key; false where it is of no use any more.
    private func link(_ version: UInt32, _ group: UInt32, _ passed: Watermark) -> Bool {
        var later = Self.none
        var next = heads[Int(group)]
        while next != Self.none && times[Int(next)] > times[Int(version)] {
            later = next
            next = earlier[Int(next)]
        }
        if later == Self.none {
            heads[Int(group)] = version
        } else {
            if times[Int(later)] <= passed.micros { return false }
            earlier[Int(later)] = version
        }
        earlier[Int(version)] = next
        return true
    }

    /// The version of a key that is valid at `micros`, nil where there is none.
    ///
    /// A version is out of reach where the next one was already valid at the watermark `floor`: for rows that came too
    /// late it is gone, whether or not it was freed yet.
    func version(of group: UInt32, at micros: Int64, floor: Int64) -> UInt32? {
        var laterTime = Int64.max
        var next = heads[Int(group)]
        while next != Self.none && times[Int(next)] > micros {
            laterTime = times[Int(next)]
            next = earlier[Int(next)]
        }
        guard next != Self.none, isDeletion[Int(next)] == 0, laterTime > floor else { return nil }
        return next
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
        if !dead.isEmpty { rows.remove(dead.span) }
    }
}
