/// What jobs have published in files: a form in which two runs can be compared.
package enum PublishedRows {
    /// The lines of all published files below a folder, each behind the name of its sink's folder, sorted.
    ///
    /// Changes (`debezium-json`) are folded into the rows that are left. A row that was taken back and not there is
    /// marked, for it is an error of the job.
    package static func rows(below folder: String) throws -> [String] {
        var counts: [String: Int] = [:]
        for file in try FileTree.files(below: folder, suffix: "") where !isHidden(file) {
            let sink = file.prefix { $0 != "/" }
            for line in try FileTree.text("\(folder)/\(file)").split(separator: "\n") {
                for (row, change) in changes(of: line) { counts["\(sink): \(row)", default: 0] += change }
            }
        }
        return counts.flatMap { row, count in
            Array(repeating: count < 0 ? "taken back: \(row)" : row, count: abs(count))
        }
        .sorted()
    }

    /// Whether a file is not published yet.
    private static func isHidden(_ file: String) -> Bool { file.split(separator: "/").last?.hasPrefix(".") ?? true }

    /// What a line adds or takes away: itself, or the two rows of a change.
    private static func changes(of line: Substring) -> [(row: Substring, count: Int)] {
        let marks = ["{\"before\":", ",\"after\":", ",\"op\":"]
        let parts = marks.compactMap { line.firstRange(of: $0) }
        guard line.hasPrefix(marks[0]), parts.count == marks.count else { return [(line, 1)] }
        let before = line[parts[0].upperBound..<parts[1].lowerBound]
        let after = line[parts[1].upperBound..<parts[2].lowerBound]
        return [(before, -1), (after, 1)].filter { $0.0 != "null" }
    }
}
