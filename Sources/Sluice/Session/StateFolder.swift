import Glibc
import SluiceState

/// The folders in which jobs keep their state.
enum StateFolder {
    /// Makes the folder of job `name` in `directory` where it is missing; gives its path.
    static func make(_ name: String, in directory: String) throws(StateError) -> String {
        try makeDirectory(directory)
        let path = "\(directory)/\(name)"
        try makeDirectory(path)
        return path
    }

    private static func makeDirectory(_ path: String) throws(StateError) {
        if access(path, F_OK) == 0 { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try makeDirectory(String(path[..<slash])) }
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
        let reason = String(cString: strerror(errno))
        throw StateError(.external, "storageFailed", "the state folder '\(path)' cannot be made: \(reason)")
    }
}
