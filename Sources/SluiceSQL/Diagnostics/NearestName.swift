/// Finds the known name that a wrong one was probably meant to be.
package enum NearestName {
    /// Names longer than this many characters are not compared: the work is quadratic in the length.
    private static let lengthMax = 64

    /// The candidate closest to `name`, case ignored, if it is close enough to be a slip.
    ///
    /// That is: at most a third of the characters are wrong, and never more than three. The first of equally close
    /// candidates wins.
    package static func find(_ name: String, in candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased())
        guard !wanted.isEmpty, wanted.count <= lengthMax else { return nil }
        var nearest: String?
        var bound = min(3, max(1, wanted.count / 3)) + 1
        for candidate in candidates {
            let other = Array(candidate.lowercased())
            guard !other.isEmpty, other.count <= lengthMax, abs(other.count - wanted.count) < bound else { continue }
            let distance = distance(wanted, other)
            if distance < bound {
                bound = distance
                nearest = candidate
                if distance == 0 { break }
            }
        }
        return nearest
    }

    /// `did you mean 'x'?`, ready for an error's hint; nil if no candidate is close.
    package static func hint(for name: String, in candidates: some Sequence<String>) -> String? {
        find(name, in: candidates).map { "did you mean '\($0)'?" }
    }

    /// How many insertions, removals, replacements and swaps of neighbours turn `lhs` into `rhs` (Damerau's distance
    /// without edits inside a swap).
    static func distance(_ lhs: [Character], _ rhs: [Character]) -> Int {
        var beforeLast = [Int](repeating: 0, count: rhs.count + 1)
        var last = Array(0...rhs.count)
        for (row, left) in lhs.enumerated() {
            var current = [Int](repeating: row + 1, count: rhs.count + 1)
            for (column, right) in rhs.enumerated() {
                let replaced = last[column] + (left == right ? 0 : 1)
                current[column + 1] = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left == rhs[column - 1], lhs[row - 1] == right {
                    current[column + 1] = min(current[column + 1], beforeLast[column - 1] + 1)
                }
            }
            beforeLast = last
            last = current
        }
        return last[rhs.count]
    }
}
