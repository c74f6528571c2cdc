import SluiceColumns
import SluiceConnect

/// The options of a `filesystem` table, for its source and its sink.
struct FilesystemOptions: Sendable {
    /// What the path says.
    var path: FilePath
    /// How often to look for new files; nil where the table ends with the files there are.
    var monitorMillis: Int64?
    /// Whether files grow, and are renamed or cut when they are rotated; otherwise a file is read once.
    var followsAppends: Bool
    /// Whether records that were there and are gone fail the job.
    var failsOnLoss: Bool
    /// Only files whose whole path fits; nil for all.
    var pathPattern: String?
    /// The directory name of a NULL partition value.
    var defaultPartitionName: String
    /// The longest record that is read.
    var recordByteCountMax: Int
    /// A part file is closed when it is that large.
    var rollingByteCount: Int
    /// A part file is closed when it has been open for that long.
    var rollingMillis: Int64
    /// A part file is closed when nothing has been written to it for that long.
    var inactivityMillis: Int64
    /// How readers are told that a partition is complete; nil where they are not.
    var partitionCommit: PartitionCommitPolicy?

    static let descriptors: [OptionDescriptor] = tableDescriptors + PartitionCommitPolicy.descriptors

    private static let tableDescriptors: [OptionDescriptor] = [
        OptionDescriptor(
            "path",
            "string",
            required: true,
            "A file, a directory with all below it, or a pattern with *, ?, [] and {}; to write, a directory."
        ),
        OptionDescriptor("format", "string", required: true, "How records are written in the files."),
        OptionDescriptor(
            "source.monitor-interval",
            "duration",
            "Follows the directory: looks for new files that often and never ends."
        ),
        OptionDescriptor(
            "source.monitor-mode",
            "new-files|appended",
            default: "new-files",
            "'new-files': each file is read once, to its end. 'appended': files grow and are rotated, as logs are; "
                + "'source.monitor-interval' is 1 s unless given."
        ),
        OptionDescriptor(
            "source.on-loss",
            "fail|skip",
            default: "fail",
            "What to do when a file that is followed was removed or cut before it was read to its end."
        ),
        OptionDescriptor(
            "source.path.regex-pattern",
            "string",
            "Reads only files whose absolute path matches this regular expression."
        ),
        OptionDescriptor(
            "source.record-size-max",
            "memory size",
            default: "256mb",
            "A longer record is an error instead of memory."
        ),
        OptionDescriptor(
            "partition.default-name",
            "string",
            default: "__DEFAULT_PARTITION__",
            "The directory name that stands for a NULL or empty partition value."
        ),
        OptionDescriptor(
            "sink.rolling-policy.file-size",
            "memory size",
            default: "128mb",
            "A part file is published when it has grown to this size."
        ),
        OptionDescriptor(
            "sink.rolling-policy.rollover-interval",
            "duration",
            default: "30 min",
            "A part file is published when it has been open for this long."
        ),
        OptionDescriptor(
            "sink.rolling-policy.inactivity-interval",
            "duration",
            default: "30 min",
            "A part file is published when no row has come for it for this long."
        ),
        OptionDescriptor(
            "sink.rolling-policy.check-interval",
            "duration",
            default: "1 min",
            "Taken for compatibility: both intervals are checked at every batch and checkpoint."
        ),
    ]

    /// Reads all options but those of the format.
    init(_ options: inout OptionReader) throws(ConnectorError) {
        path = try FilePath(option: try options.requiredString("path"))
        followsAppends = try options.choice("source.monitor-mode", ["new-files", "appended"]) == "appended"
        failsOnLoss = try options.choice("source.on-loss", ["fail", "skip"]) != "skip"
        monitorMillis = try options.durationMillis("source.monitor-interval") ?? (followsAppends ? 1_000 : nil)
        pathPattern = options.string("source.path.regex-pattern")
        defaultPartitionName = options.string("partition.default-name") ?? "__DEFAULT_PARTITION__"
        recordByteCountMax = try options.memoryBytes("source.record-size-max") ?? 256 << 20
        rollingByteCount = try options.memoryBytes("sink.rolling-policy.file-size") ?? 128 << 20
        rollingMillis = try options.durationMillis("sink.rolling-policy.rollover-interval") ?? 30 * 60_000
        inactivityMillis = try options.durationMillis("sink.rolling-policy.inactivity-interval") ?? 30 * 60_000
        _ = try options.durationMillis("sink.rolling-policy.check-interval")
        partitionCommit = try PartitionCommitPolicy(&options)
        if let monitorMillis, monitorMillis <= 0 {
            throw ConnectorError(
                .user,
                "badOption",
                "'source.monitor-interval' must be more than 0",
                option: "source.monitor-interval"
            )
        }
        if recordByteCountMax <= 0 {
            throw ConnectorError(
                .user,
                "badOption",
                "'source.record-size-max' must be more than 0",
                option: "source.record-size-max"
            )
        }
    }
}
