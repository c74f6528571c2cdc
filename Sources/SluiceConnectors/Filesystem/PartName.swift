import Glibc
import SluiceConnect

/// The names of part files: `part-JOB-SHARD-NUMBER`, and `.NAME.inprogress` before they are published.
///
/// A job with stored state also says in which epoch the file was begun: `part-JOB-SHARD-EPOCH-NUMBER`.
enum PartName {
    private static let hiddenEnd = ".inprogress"

    /// What the names of all parts of a job begin with.
    static func prefix(jobID: String) -> String {
        "part-\(String(jobID.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "_" }))-"
    }

    /// Where a part lies before it is published.
    static func hiddenPath(_ directory: String, _ name: String) -> String { "\(directory)/.\(name)\(hiddenEnd)" }

    /// What the names of the parts begin with that a shard of a job with stored state begins in an epoch.
    static func stem(jobID: String, shard: Int, epoch: Int64) -> String { "\(prefix(jobID: jobID))\(shard)-\(epoch)" }

    /// The epoch in which a job with stored state began the part of that name; nil for other names.
    static func epoch(of name: String, jobID: String) -> Int64? {
        let prefix = prefix(jobID: jobID)
        guard name.hasPrefix(prefix) else { return nil }
        let numbers = name.dropFirst(prefix.count).split(separator: "-", omittingEmptySubsequences: false)
        return numbers.count == 3 ? Int64(numbers[1]) : nil
    }

    /// Takes away the parts of a job beyond an epoch, which are not published, in a directory and those below it.
    ///
    /// - Throws: `stateTooOld` where one is published: the epoch is not the last that was committed.
    static func removeUnknown(below directory: String, after epoch: SinkEpoch) throws(ConnectorError) {
        if access(directory, F_OK) != 0 { return }
        let start = "." + prefix(jobID: epoch.jobID)
        for name in try FileListing.names(in: directory) {
            let path = "\(directory)/\(name)"
            if let begun = self.epoch(of: name, jobID: epoch.jobID), begun > epoch.number {
                throw tooOld(path, "was begun in checkpoint \(begun)", epoch.number)
            }
            if name.hasPrefix(start), name.hasSuffix(hiddenEnd) {
                if unlink(path) != 0, errno != ENOENT { throw FileError.make(errno, path, "remove") }
            } else if !name.hasPrefix("."), try FileListing.status(path).st_mode & S_IFMT == S_IFDIR {
                try removeUnknown(below: path, after: epoch)
            }
        }
    }

    /// The error where a published file has what the stored state does not know of.
    static func tooOld(_ path: String, _ what: String, _ epoch: Int64) -> ConnectorError {
        ConnectorError(
            .user,
            "stateTooOld",
            "'\(path)' \(what), but the stored state is of checkpoint \(epoch): it is an older copy, and the rows "
                + "after it would be written twice; use the newest state, or take this job's newer files away"
        )
    }
}
