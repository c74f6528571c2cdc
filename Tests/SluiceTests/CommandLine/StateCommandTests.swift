import SluiceTesting
import Testing

/// `sluice state`, `savepoint` and `upgrade` as processes.
@Suite struct StateCommandTests {
    /// The state of a join after its first checkpoint.
    private static func state() throws -> StateScripts {
        let scripts = StateScripts()
        try scripts.run(scripts.join(on: "l.k = r.k"), epochs: 1)
        return scripts
    }

    /// A join has two tables per side: rows one by one, and those that only come, many in a record.
    @Test("Tables of state are shown one after the other, each under its name")
    func shows() throws {
        let scripts = try Self.state()
        let shown = SluiceProcess.run("state", "show", "--state", scripts.state, "--limit", "2")
        #expect(shown.status == 0)
        let titles = shown.lines.indices.filter { shown.lines[$0].hasPrefix("job-1: ") }
        #expect(titles.count == 4 && titles[0] == 0)
        #expect(titles.allSatisfy { shown.lines[$0 + 1].hasPrefix("+--") && shown.lines[$0 + 2].hasPrefix("| key1 ") })
        #expect(shown.lines[try #require(titles.last) - 1].isEmpty)
        let one = SluiceProcess.run("state", "show", "--state", scripts.state, "--table", "left", "--format", "csv")
        #expect(one.lines.first?.hasPrefix("key1,key2,") == true)
    }

    @Test(
        "What is not there is named, with what is",
        arguments: [
            (["show", "--table", "none"], "no operator has such a table; 'sluice state list --state "),
            (["show", "--operator", "00"], "no operator has such a table"),
            (["show", "--job", "none"], "no job 'none' has stored state in '"),
            (["export", "--job", "none"], "there is: job-1"),
        ]
    )
    func refuses(words: [String], message: String) throws {
        let scripts = try Self.state()
        let ending = SluiceProcess.run(["state"] + words + ["--state", scripts.state])
        #expect(ending.status == 1 && ending.output.isEmpty)
        #expect(ending.errors.contains(message), "\(ending.errors)")
    }

    @Test(
        "A folder without state is the caller's error",
        arguments: [
            ["state", "list", "--state", "/no/such/folder"],
            ["savepoint", "/no/savepoint", "--state", "/no/such/folder"],
            ["state", "list", "--state", "/usr"],
        ]
    )
    func noState(words: [String]) {
        let ending = SluiceProcess.run(words)
        #expect(ending.status == 1)
        #expect(ending.errors.contains("noState: no job has stored state in '\(words.last ?? "")'"))
    }

    @Test("A dry run says what keeps its state, and that sources go on where they stood")
    func dryRun() throws {
        let scripts = try Self.state()
        let old = scripts.folder.write(scripts.join(on: "l.k = r.k"), to: "old.sql")
        let new = scripts.folder.write(scripts.join(on: "l.k = r.k AND r.w > 200"), to: "new.sql")
        let same = SluiceProcess.run("upgrade", "--dry-run", old, old, "--state", scripts.state)
        #expect(same.status == 0 && same.lines.count == 2)
        #expect(same.lines.last?.hasPrefix("  keeps its state: InnerJoin") == true)
        let changed = SluiceProcess.run("upgrade", "--dry-run", old, new, "--state", scripts.state)
        #expect(changed.status == 2)
        #expect(changed.lines.last?.hasPrefix("  sources go on where they stood") == true)
    }
}
