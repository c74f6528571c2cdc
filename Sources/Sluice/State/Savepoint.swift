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
            let part = try claim(name, in: target)
            guard !StateFolder.holdsState("\(target)/\(name)") else {
                try StateFolder.remove(part.path)
                throw StateError(
                    .user,
                    "savepointExists",
                    "'\(target)' holds a savepoint of '\(name)' already; savepoints are not overwritten, so name a new "
                        + "folder"
                )
            }
            let manifest = try copy("\(directory)/\(name)", through: part, to: "\(target)/\(name)", origin: nil)
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
        if try begins(path, from: savepoint) { return }
        let part = try claim(name, in: directory)
        // Another process may have been here since.
        if try begins(path, from: savepoint) { return try StateFolder.remove(part.path) }
        try StateFolder.remove(path)
        _ = try copy("\(savepoint)/\(name)", through: part, to: path, origin: savepoint)
    }

    /// Whether the state in folder `path` began from a savepoint: then the job goes on from it, as after a crash.
    ///
    /// - Throws: `stateExists` where it began otherwise.
    private static func begins(_ path: String, from savepoint: String) throws(StateError) -> Bool {
        guard StateFolder.holdsState(path) else { return false }
        if try RocksDBStorage(reading: path).manifest()?.origin == savepoint { return true }
        throw StateError(
            .user,
            "stateExists",
            "there is state in '\(path)' that did not begin from the savepoint '\(savepoint)'; leave out "
                + "--from-savepoint to go on from it, or name an empty --state folder"
        )
    }

    /// Takes the hidden folder in which a copy for job `name` is made, and empties it: a killed process may have left
    /// half a copy.
    private static func claim(_ name: String, in directory: String) throws(StateError) -> OwnedFolder {
        let path = try StateFolder.make(".\(name).part", in: directory)
        guard let part = try OwnedFolder.take(path) else {
            throw StateError(
                .user,
                "stateInUse",
                "another process is just copying state of job '\(name)' into '\(directory)'; wait until it has ended, "
                    + "or name another folder"
            )
        }
        try StateFolder.clear(path)
        return part
    }

    private static func copy(
        _ source: String,
        through part: OwnedFolder,
        to target: String,
        origin: String?
    ) throws(StateError) -> EpochManifest {
        let stored = try RocksDBStorage(reading: source)
        guard var manifest = try stored.manifest() else {
            throw StateError(.user, "noState", "the state in '\(source)' is empty")
        }
        if let origin { manifest.origin = origin }
        do {
            let copied = try RocksDBStorage(path: part.path)
            try copied.copy(stored, manifest)
            copied.close()
        }
        try StateFolder.move(part.path, to: target)
        return manifest
    }
}
