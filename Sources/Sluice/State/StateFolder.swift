import Glibc
import SluiceState

/// The folders in which jobs keep their state: one for each job in the folder of `--state` or in a savepoint.
enum StateFolder {
    /// A file that RocksDB has in every database.
    private static let mark = "CURRENT"

    /// Makes the folder of job `name` in `directory` where it is missing; gives its path.
    static func make(_ name: String, in directory: String) throws(StateError) -> String {
        try makeDirectory(directory)
        let path = "\(directory)/\(name)"
        try makeDirectory(path)
        return path
    }

    /// Whether a job has ever stored anything in folder `path`.
    static func holdsState(_ path: String) -> Bool { access("\(path)/\(mark)", F_OK) == 0 }

    /// The names of the jobs in folder `directory`, sorted.
    ///
    /// - Throws: `noState` where there is none.
    static func jobs(in directory: String) throws(StateError) -> [String] {
        let entries = names(in: directory) ?? []
        if entries.isEmpty, access(directory, R_OK | X_OK) != 0, errno != ENOENT { throw failure(directory, "opened") }
        let names = entries.filter { !$0.hasPrefix(".") && holdsState("\(directory)/\($0)") }
        guard names.isEmpty else { return names.sorted() }
        throw StateError(
            .user,
            "noState",
            "no job has stored state in '\(directory)'; give the folder that --state of 'sluice run' names, or a "
                + "savepoint"
        )
    }

    /// What lies in a folder, without the folder itself and the one above; nil where it cannot be opened.
    static func names(in directory: String) -> [String]? {
        guard let entries = opendir(directory) else { return nil }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Makes a folder, and those above it.
    static func makeDirectory(_ path: String) throws(StateError) {
        if access(path, F_OK) == 0 { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try makeDirectory(String(path[..<slash])) }
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
        throw failure(path, "made")
    }

    /// Gives a folder another name beside its own, which nothing has, for good.
    static func move(_ path: String, to target: String) throws(StateError) {
        if rename(path, target) != 0 { throw failure(target, "made") }
        let directory = open("\(target)/..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw failure(target, "opened") }
        defer { close(directory) }
        if fsync(directory) != 0 { throw failure(target, "made durable") }
    }

    /// Takes away a folder of files, if it is there.
    static func remove(_ path: String) throws(StateError) {
        if access(path, F_OK) != 0, errno == ENOENT { return }
        try clear(path)
        if rmdir(path) != 0 { throw failure(path, "removed") }
    }

    /// Takes away the files of a folder.
    static func clear(_ path: String) throws(StateError) {
        guard let names = names(in: path) else { throw failure(path, "opened") }
        for name in names where unlink("\(path)/\(name)") != 0 { throw failure("\(path)/\(name)", "removed") }
    }

    /// An error of the system, with the last one's reason.
    static func failure(_ path: String, _ verb: String) -> StateError {
        let reason = String(cString: strerror(errno))
        return StateError(.external, "storageFailed", "the state folder '\(path)' cannot be \(verb): \(reason)")
    }
}
