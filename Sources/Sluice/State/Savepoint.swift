import SluiceState

/// Copies of stored state: from a state folder into a savepoint, and from a savepoint into a new state folder.
///
/// A savepoint is a folder like that of `--state`: a database for each job. A copy is made under a hidden name and gets
/// its own when it is complete.
package enum Savepoint {
    /// What was copied of one job.
    package struct Copy: Sendable {
        /// The name of its folder.
        package var job: String
        /// The last epoch in it.
        package var epoch: Int64
    }

    /// Copies the state of the jobs in folder `directory`, or of one of them, into folder `target`.
    ///
    /// A job may go on meanwhile: the copy has its last commit at the time.
    package static func make(
        of directory: String,
        job: String?,
        at target: String
    ) throws(StateError) -> [Copy] {
        let names = try StateFolder.jobs(in: directory)
        if let job, !names.contains(job) {
            throw StateError(
                .user,
                "noState",
                "no job '\(job)' has stored state in '\(directory)'; there is: \(names.joined(separator: ", "))"
            )
        }
        var copies: [Copy] = []
        for name in names where name == (job ?? name) {
            guard !StateFolder.holdsState("\(target)/\(name)") else {
                throw StateError(
                    .user,
                    "savepointExists",
                    "'\(target)' holds a savepoint of '\(name)' already; savepoints are not overwritten, so name a new "
                        + "folder"
                )
            }
            let manifest = try copy("\(directory)/\(name)", to: target, name, origin: nil)
            copies.append(Copy(job: name, epoch: manifest.epoch))
        }
        return copies
    }

    /// Copies job `name` of a savepoint into the folder of its state in `directory`, unless that was done before.
    static func restore(_ savepoint: String, job name: String, in directory: String) throws(StateError) {
        let names = try StateFolder.jobs(in: savepoint)
        guard names.contains(name) else {
            throw StateError(
                .user,
                "noState",
                "the savepoint '\(savepoint)' has no job '\(name)', but: \(names.joined(separator: ", ")); jobs go by "
                    + "'pipeline.name', or else by their number in the script"
            )
        }
        let path = "\(directory)/\(name)"
        if StateFolder.holdsState(path) {
            let stored = try RocksDBStorage(reading: path).manifest()
            // The same command after a crash: the job goes on.
            if stored?.origin == savepoint { return }
            throw StateError(
                .user,
                "stateExists",
                "job '\(name)' has state in '\(directory)' that did not begin from the savepoint '\(savepoint)'; leave "
                    + "out --from-savepoint to go on from it, or name an empty --state folder"
            )
        }
        try StateFolder.remove(path)
        _ = try copy("\(savepoint)/\(name)", to: directory, name, origin: savepoint)
    }

    private static func copy(
        _ source: String,
        to directory: String,
        _ name: String,
        origin: String?
    ) throws(StateError) -> EpochManifest {
        let stored = try RocksDBStorage(reading: source)
        guard var manifest = try stored.manifest() else {
            throw StateError(.user, "noState", "the state in '\(source)' is empty")
        }
        if let origin { manifest.origin = origin }
        let part = ".\(name).part"
        try StateFolder.remove("\(directory)/\(part)")
        do {
            let copied = try RocksDBStorage(path: try StateFolder.make(part, in: directory))
            try copied.copy(stored, manifest)
            copied.close()
        }
        try StateFolder.move("\(directory)/\(part)", to: "\(directory)/\(name)")
        return manifest
    }
}
