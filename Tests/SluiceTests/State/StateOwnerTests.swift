import Glibc
import SluiceColumns
import SluiceState
import SluiceTesting
import Testing

@testable import Sluice

/// Folders of state belong to one process, for as long as it lives.
@Suite struct StateOwnerTests {
    /// Rows without an end, printed as they come.
    private static let endless = """
        CREATE TABLE numbers (n BIGINT) WITH
            ('connector' = 'datagen', 'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '1000000',
             'rows-per-second' = '50');
        CREATE TABLE shown (n BIGINT, total BIGINT) WITH ('connector' = 'print');
        INSERT INTO shown SELECT n, COUNT(*) FROM numbers GROUP BY n;
        """

    @Test("A second process is refused while the first lives, and one that was killed leaves no lock")
    func oneProcessAtATime() throws {
        let folder = ScratchFolder()
        let words = ["run", folder.write(Self.endless, to: "job.sql"), "--state", folder.path + "/state"]
        let first = RunningProcess(SluiceProcess.path, words)
        #expect(!first.waitForOutput().isEmpty)
        let second = SluiceProcess.run(words)
        #expect(second.status == 1)
        #expect(second.errors.contains("stateInUse"))
        // Looking at it is allowed.
        #expect(SluiceProcess.run("state", "list", "--state", folder.path + "/state").status == 0)
        first.signal(SIGKILL)
        #expect(first.wait().status == 128 + SIGKILL)
        let third = RunningProcess(SluiceProcess.path, words)
        #expect(!third.waitForOutput().isEmpty)
        third.signal(SIGKILL)
        _ = third.wait()
    }

    @Test("Two processes never make a copy of state in the same place, and half a copy is made again")
    func oneCopyAtATime() throws {
        let scripts = StateScripts()
        let script = scripts.join(on: "l.k = r.k")
        try scripts.run(script, epochs: 1)
        // What another process would have.
        let part = scripts.savepoint + "/.job-1.part"
        try StateFolder.makeDirectory(part)
        try FileTree.write("half a copy", to: part + "/CURRENT")
        var other = try OwnedFolder.take(part)
        #expect(other != nil)
        #expect(try OwnedFolder.take(part) == nil)
        func copy() throws { _ = try Savepoint.make(of: scripts.state, job: nil, at: scripts.savepoint) }
        #expect(try #require(throws: StateError.self) { try copy() }.code == "stateInUse")
        other = nil
        try copy()
        #expect(try StoredState.jobs(in: scripts.savepoint) == ["job-1"])
        #expect(StateFolder.names(in: scripts.savepoint) == ["job-1"])

        let state = scripts.folder.path + "/other"
        let restored = state + "/.job-1.part"
        try StateFolder.makeDirectory(restored)
        other = try OwnedFolder.take(restored)
        func begin() throws {
            try scripts.run(script) { options in
                options.stateDirectory = state
                options.savepoint = scripts.savepoint
            }
        }
        #expect(try #require(throws: StateError.self) { try begin() }.code == "stateInUse")
        // The other process is done, and this one has what it made.
        try StateFolder.remove(restored)
        other = nil
        try begin()
        #expect(StateFolder.names(in: state) == ["job-1"])
    }

    @Test("A folder that was moved away before its lock was there is nobody's")
    func takesWhatHasTheName() throws {
        let folder = ScratchFolder()
        #expect(try OwnedFolder.take(folder.path + "/none") == nil)
        let path = folder.path + "/a"
        try StateFolder.makeDirectory(path)
        let owned = try #require(try OwnedFolder.take(path))
        #expect(rename(path, folder.path + "/b") == 0)
        #expect(try OwnedFolder.take(folder.path + "/b") == nil)
        #expect(owned.path == path)
    }

    @Test("What finds no room in memory leaves nothing behind, and what killed processes left is taken away")
    func spillFolders() throws {
        let folder = ScratchFolder()
        let left = folder.path + "/sluice-spill-killed"
        let living = folder.path + "/sluice-spill-living"
        for path in [left, living] {
            try StateFolder.makeDirectory(path)
            try FileTree.write("rows", to: path + "/000004.log")
        }
        let owned = try #require(try OwnedFolder.take(living))
        do {
            let storage = SpillFolder.storage(within: 64 << 20, below: folder.path)
            #expect(StateFolder.names(in: folder.path)?.count == 2)
            let manifest = EpochManifest(epoch: 1, fence: 1, jobID: "job", parallelism: 1)
            try storage.commit([], dropping: [], manifest)
            let names = try #require(StateFolder.names(in: folder.path))
            #expect(names.count == 2 && !names.contains("sluice-spill-killed"))
            storage.close()
        }
        #expect(StateFolder.names(in: folder.path) == ["sluice-spill-living"])
        #expect(StateFolder.holdsState(owned.path) == false)
    }
}
