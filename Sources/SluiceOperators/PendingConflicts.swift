import SluiceColumns
import SluiceState

/// What a materialisation has waiting for the watermark, where several rows of a key are no update.
final class PendingConflicts {
    /// The watermark that was in force before all that waits, in microseconds.
    var mark = Watermark.none.micros
    /// The watermark of the input.
    var current = Watermark.none
    /// Keys that have changed since the last decision, each once.
    var touched: [UInt32] = []
    /// Per key whether it is in `touched`.
    var isTouched = GrowableLane<Bool>()
    /// Per key the row that was given, or `none`.
    var given = GrowableLane<UInt32>()
    /// Per row the bits below.
    var roles = GrowableLane<UInt8>()
    /// What rows left behind that went since the last decision.
    var remains = MaterializeOperator.Remains()

    /// Mark of a row that was given and not taken back.
    static let isGiven: UInt8 = 1
    /// Mark of a row that is in the list of its key.
    static let isListed: UInt8 = 2

    /// Bytes held.
    var byteCount: Int {
        isTouched.byteCount + given.byteCount + roles.byteCount + touched.capacity * MemoryLayout<UInt32>.stride
    }

    /// Makes room for keys and rows below these numbers.
    func makeRoom(keyCount: Int, rowCount: Int) {
        isTouched.resize(to: keyCount, filling: false)
        given.resize(to: keyCount, filling: MaterializeOperator.none)
        roles.resize(to: rowCount, filling: 0)
    }

    /// Notes that a key changes.
    func touch(_ key: UInt32) {
        if isTouched[Int(key)] { return }
        isTouched[Int(key)] = true
        touched.append(key)
    }

    // MARK: Stored state

    /// Types of what is stored beside a row: its role, and the watermark before what waits.
    static let storedTypes = [StateTable.number, StateTable.number]

    /// What is stored beside rows.
    func stored(_ rows: [UInt32]) -> [Column] {
        [.numbers(rows.map { Int64(roles[Int($0)]) }), .numbers(rows.map { _ in mark })]
    }

    /// The role of a stored row.
    func restoredRole(_ beside: [Column], at row: Int) -> UInt8 {
        let (roles, marks) = (beside[0], beside[1])
        mark = max(mark, marks.int64s[row])
        return UInt8(truncatingIfNeeded: roles.int64s[row])
    }
}
