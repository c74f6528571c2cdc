/// When each group was last touched, for the time-to-live of state.
struct GroupExpiry {
    /// How long an untouched group lives.
    let ttlMillis: Int64
    /// Per group; `unused` where the number belongs to no group.
    private var lastTouchMillis: [Int64] = []
    private var lastSweepMillis: Int64?

    private static let unused = Int64.max

    /// Makes an empty list.
    init(ttlMillis: Int64) { self.ttlMillis = ttlMillis }

    /// Groups whose time had run out.
    struct Expired {
        /// Those that are in use again now.
        var touched: [UInt32] = []
        /// The others; they are forgotten here.
        var others: [UInt32] = []
    }

    /// Notes that groups are in use now; gives those whose time had run out before.
    ///
    /// All groups are looked at once per half a time-to-live; a touched group that had run out is always reported.
    mutating func touch(_ groups: [UInt32], nowMillis: Int64, groupBound: Int) -> Expired {
        while lastTouchMillis.count < groupBound { lastTouchMillis.append(Self.unused) }
        var expired = Expired()
        for group in groups {
            if hasRunOut(Int(group), nowMillis) { expired.touched.append(group) }
            lastTouchMillis[Int(group)] = nowMillis
        }
        if let last = lastSweepMillis, nowMillis - last < max(1, ttlMillis / 2) { return expired }
        lastSweepMillis = nowMillis
        for group in lastTouchMillis.indices where hasRunOut(group, nowMillis) {
            expired.others.append(UInt32(truncatingIfNeeded: group))
        }
        forget(expired.others)
        return expired
    }

    /// When a group was last touched.
    func lastTouchMillis(of group: UInt32) -> Int64 { lastTouchMillis[Int(group)] }

    /// Takes over when a group was last touched, from before a restart.
    mutating func restore(_ group: UInt32, touchedMillis: Int64) {
        while lastTouchMillis.count <= Int(group) { lastTouchMillis.append(Self.unused) }
        lastTouchMillis[Int(group)] = touchedMillis
    }

    /// Whether a group's time has run out.
    func hasRunOut(_ group: Int, _ nowMillis: Int64) -> Bool {
        let last = lastTouchMillis[group]
        return last != Self.unused && nowMillis - last >= ttlMillis
    }

    /// Notes that groups are gone and their numbers free.
    mutating func forget(_ groups: [UInt32]) {
        for group in groups { lastTouchMillis[Int(group)] = Self.unused }
    }
}
