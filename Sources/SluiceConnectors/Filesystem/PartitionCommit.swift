import Glibc
import SluiceConnect
import Synchronization

/// What tells readers of a partitioned table that the files of a partition are there: an empty file in its directory.
struct PartitionCommitPolicy: Sendable, Hashable {
    /// Name of the file.
    let successFileName: String

    static let descriptors: [OptionDescriptor] = [
        OptionDescriptor(
            "sink.partition-commit.policy.kind",
            "success-file",
            "With PARTITIONED BY: writes an empty file into the directory of a partition when all its files are there."
        ),
        OptionDescriptor(
            "sink.partition-commit.success-file.name",
            "string",
            default: "_SUCCESS",
            "The name of that file; one that begins with neither '_' nor '.' is read as a file of records."
        ),
        OptionDescriptor(
            "sink.partition-commit.trigger",
            "process-time",
            default: "process-time",
            "When: as soon as no file of the partition is being written; again when more files come."
        ),
        OptionDescriptor("sink.partition-commit.delay", "duration", default: "0 s", "Only 0."),
    ]

    /// Reads the options; nil where no policy is asked for.
    init?(_ options: inout OptionReader) throws(ConnectorError) {
        let kinds = options.string("sink.partition-commit.policy.kind")
        let name = options.string("sink.partition-commit.success-file.name") ?? "_SUCCESS"
        let trigger = options.string("sink.partition-commit.trigger")?.lowercased()
        let delayMillis = try options.durationMillis("sink.partition-commit.delay")
        if let trigger, trigger != "process-time" {
            throw Self.refused(
                "trigger",
                "'\(trigger)' is not supported: sinks do not see the watermark; use 'process-time'"
            )
        }
        if let delayMillis, delayMillis != 0 {
            throw Self.refused("delay", "only 0 is supported: a partition is complete when its files are closed")
        }
        guard let kinds else { return nil }
        for kind in kinds.lowercased().split(separator: ",") {
            let kind = String(kind.filter { $0 != " " })
            switch kind {
            case "success-file": continue
            case "metastore":
                throw Self.refused("policy.kind", "'metastore' is not supported: no table here has a metastore")
            case "custom":
                throw Self.refused("policy.kind", "'custom' is not supported: it names a class of Java")
            default: throw Self.refused("policy.kind", "'\(kind)': expected success-file")
            }
        }
        if name.isEmpty || name.contains("/") {
            throw Self.refused("success-file.name", "'\(name)' is no name of a file")
        }
        successFileName = name
    }

    private static func refused(_ option: String, _ message: String) -> ConnectorError {
        let key = "sink.partition-commit.\(option)"
        return ConnectorError(.user, "badOption", "'\(key)': \(message)", option: key)
    }

    /// Says that the partition in a directory is complete; may be said again.
    func commit(_ directory: String) throws(ConnectorError) {
        let path = "\(directory)/\(successFileName)"
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw FileError.make(errno, path, "create") }
        close(file)
    }
}

/// Commits partitions at the end of a job without transactions: its shards write into the same directories, so the last
/// of them to close does it for all.
final class PartitionCommitAtEnd: Sendable {
    private struct State {
        var openWriterCount = 0
        var directories: Set<String> = []
    }

    private let policy: PartitionCommitPolicy
    private let state = Mutex(State())

    init(_ policy: PartitionCommitPolicy) { self.policy = policy }

    /// Notes that a shard begins to write.
    func open() { state.withLock { $0.openWriterCount += 1 } }

    /// Notes that a shard has published all its files, into these directories.
    func close(_ directories: Set<String>) throws(ConnectorError) {
        let complete = state.withLock { state -> Set<String> in
            state.directories.formUnion(directories)
            state.openWriterCount -= 1
            return state.openWriterCount == 0 ? state.directories : []
        }
        for directory in complete.sorted() { try policy.commit(directory) }
    }
}
