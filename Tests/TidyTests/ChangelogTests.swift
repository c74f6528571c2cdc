import Testing

@Suite("The changelog keeps its shape")
struct ChangelogTests {
    static let sections: Set<String> = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]

    @Test("CHANGELOG.md is well-formed")
    func changelogIsWellFormed() throws {
        let file = try #require(SourceTree.file("CHANGELOG.md"))
        #expect(Self.mistakes(in: file.lines).isEmpty)
    }

    @Test(
        "Mistakes are found",
        arguments: [
            (["# Changelog", "", "## Unreleased", "", "### Added", "", "- A thing."], 0),
            (["# Changelog", "## 1.0.0 - 2026-01-31", "### Fixed", "- A thing", "  that breaks lines."], 0),
            (["# Changes", "## Unreleased", "### Added", "- A thing."], 1),
            (["# Changelog", "## 1.0 - yesterday", "### Added", "- A thing."], 1),
            (["# Changelog", "## Unreleased", "### Stuff", "- A thing."], 1),
            (["# Changelog", "## Unreleased", "- A thing."], 1),
            (["# Changelog"], 1),
        ]
    )
    func mistakesAreFound(lines: [String], count: Int) {
        #expect(Self.mistakes(in: lines).count == count)
    }

    /// What is wrong, one sentence each.
    private static func mistakes(in lines: [String]) -> [String] {
        var mistakes: [String] = []
        if lines.first != "# Changelog" { mistakes.append("line 1 is not `# Changelog`") }
        var section: String?
        var hasVersion = false
        for (index, line) in lines.enumerated() {
            if line.hasPrefix("## ") {
                hasVersion = true
                section = nil
                if !isVersion(String(line.dropFirst(3))) { mistakes.append("line \(index + 1): no version and date") }
            } else if line.hasPrefix("### ") {
                section = String(line.dropFirst(4))
                if !sections.contains(section ?? "") { mistakes.append("line \(index + 1): unknown section") }
            } else if line.hasPrefix("- "), section == nil {
                mistakes.append("line \(index + 1): an entry outside a section")
            }
        }
        if !hasVersion { mistakes.append("no version") }
        return mistakes
    }

    /// `Unreleased`, or `1.2.3 - 2026-01-31`.
    private static func isVersion(_ text: String) -> Bool {
        if text == "Unreleased" { return true }
        let parts = text.split(separator: " ").map(String.init)
        guard parts.count == 3, parts[1] == "-" else { return false }
        let version = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let date = parts[2].split(separator: "-", omittingEmptySubsequences: false)
        return version.count == 3 && version.allSatisfy { Int($0) != nil }
            && date.map(\.count) == [4, 2, 2] && date.allSatisfy { Int($0) != nil }
    }
}
