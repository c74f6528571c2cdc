/// Finds what somebody may have meant.
package enum NearestName {
    /// The candidate nearest to `name`, nil where none is near: a third of the letters may differ, case never counts.
    package static func find(_ name: String, in candidates: [String]) -> String? {
        let wanted = Array(name.lowercased().utf8)
        var best: (distance: Int, name: String)?
        for candidate in candidates where candidate != name {
            let distance = editDistance(wanted, Array(candidate.lowercased().utf8))
            let limit = max(1, min(wanted.count, candidate.utf8.count) / 3)
            guard distance <= limit else { continue }
            if let current = best, current.distance <= distance { continue }
            best = (distance, candidate)
        }
        return best?.name
    }

    /// A hint for error messages, nil where nothing is near.
    static func hint(_ name: String, in candidates: [String]) -> String? {
        find(name, in: candidates).map { "did you mean '\($0)'?" }
    }

    private static func editDistance(_ lhs: [UInt8], _ rhs: [UInt8]) -> Int {
        var previous = Array(0...rhs.count)
        for (row, left) in lhs.enumerated() {
            var current = [row + 1]
            current.reserveCapacity(previous.count)
            for (column, right) in rhs.enumerated() {
                let replaced = previous[column] + (left == right ? 0 : 1)
                current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[rhs.count]
    }
}
