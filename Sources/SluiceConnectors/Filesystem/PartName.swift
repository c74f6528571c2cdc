import Glibc
import SluiceConnect

/// The names of part files: `part-JOB-SHARD-NUMBER`, and `.NAME.inprogress` before they are published.
enum PartName {
    private static let hiddenEnd = ".inprogress"

    /// What the names of all parts of a job begin with.
    static func prefix(jobID: String) -> String {
        "part-\(String(jobID.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "_" }))-"
    }

    /// Where a part lies before it is published.
    static func hiddenPath(_ directory: String, _ name: String) -> String { "\(directory)/.\(name)\(hiddenEnd)" }

    /// Takes away the unpublished parts of a job in a directory and those below it.
    static func removeHidden(below directory: String, jobID: String) throws(ConnectorError) {
        if access(directory, F_OK) != 0 { return }
        let start = "." + prefix(jobID: jobID)
        for name in try FileListing.names(in: directory) {
            let path = "\(directory)/\(name)"
            if name.hasPrefix(start), name.hasSuffix(hiddenEnd) {
                if unlink(path) != 0, errno != ENOENT { throw FileError.make(errno, path, "remove") }
            } else if !name.hasPrefix("."), try FileListing.status(path).st_mode & S_IFMT == S_IFDIR {
                try removeHidden(below: path, jobID: jobID)
            }
        }
    }
}
