/// The keys of stored state and its checkpoints.
extension ConfigurationKey {
    private static let namedBySavepoint = "'sluice savepoint FOLDER' names the folder"
    private static let stateIsKept = "state stays until its folder is removed"
    private static let lastIsKept =
        "the last checkpoint is kept, in place of the one before; 'sluice savepoint' copies it"
    private static let savepointIsCopied = "a savepoint is copied, and stays as it is"

    static let stateKeys: [ConfigurationKey] = [
        ConfigurationKey(
            "state.mode",
            .choice(["durable", "volatile"]),
            default: "durable",
            "volatile stores nothing, for jobs that want speed only; it is refused beside --state, "
                + "--from-savepoint and the keys that name what they name."
        ),
        ConfigurationKey(
            "state.checkpoint.dirty-bytes",
            .memory,
            "A checkpoint also begins when operators with state have taken in so many bytes of rows since the last one."
        ),
        ConfigurationKey(
            "state.checkpoint.file-bytes",
            .memory,
            default: "4 mb",
            "A checkpoint with so many bytes of changes becomes files of the storage at once; smaller ones go through "
                + "its log."
        ),
        ConfigurationKey(
            "execution.checkpointing.interval",
            .duration,
            "Time between two checkpoints of stored state, 1 s unless set; where nothing is stored, barriers only make "
                + "sinks write out what they hold, and unset is none."
        ),
        ConfigurationKey(
            "execution.checkpointing.min-pause",
            .duration,
            default: "0 ms",
            "The least time from the end of a checkpoint to the beginning of the next."
        ),
        ConfigurationKey(
            "execution.checkpointing.timeout",
            .duration,
            default: "10 min",
            "How long a checkpoint may take; one that takes longer counts as failed."
        ),
        ConfigurationKey(
            "execution.checkpointing.tolerable-failed-checkpoints",
            .integer,
            default: "0",
            "Checkpoints that may fail in a row before the job does; what could not be written is tried again after an "
                + "interval."
        ),
        ConfigurationKey(
            "execution.checkpointing.dir",
            .text,
            "The folder of stored state, as --state names it: a path or a file: URI. Jobs go on from what is there."
        ),
        ConfigurationKey("state.checkpoints.dir", .text, "Older name of execution.checkpointing.dir."),
        ConfigurationKey(
            "execution.state-recovery.path",
            .text,
            "The savepoint that jobs without state begin from, as --from-savepoint names it."
        ),
        ConfigurationKey(
            "execution.state-recovery.ignore-unclaimed-state",
            .boolean,
            default: "false",
            "Whether stored state that the query no longer uses is dropped, as with --allow-non-restored-state."
        ),
        refused(
            "execution.state-recovery.claim-mode",
            .text,
            default: "NO_CLAIM",
            "Who owns the savepoint that a job begins from.",
            because: savepointIsCopied
        ),
        refused(
            "execution.checkpointing.savepoint-dir",
            .text,
            "Where savepoints are kept.",
            because: namedBySavepoint
        ),
        refused("state.savepoints.dir", .text, "Where savepoints are kept.", because: namedBySavepoint),
        refused(
            "execution.checkpointing.externalized-checkpoint-retention",
            .text,
            default: "RETAIN_ON_CANCELLATION",
            "What becomes of checkpoints when a job is cancelled.",
            because: stateIsKept
        ),
        refused(
            "execution.checkpointing.num-retained",
            .integer,
            default: "1",
            "How many checkpoints are kept.",
            because: lastIsKept
        ),
        ignored(
            "state.backend.type",
            .choice(["hashmap", "rocksdb"]),
            default: "hashmap",
            "Where state is kept: in memory as far as there is room, and with --state in RocksDB, whatever is named."
        ),
        ignored(
            "state.backend",
            .choice(["hashmap", "rocksdb"]),
            default: "hashmap",
            "Where state is kept: in memory as far as there is room, and with --state in RocksDB, whatever is named."
        ),
        ignored(
            "execution.checkpointing.mode",
            .choice(["EXACTLY_ONCE", "AT_LEAST_ONCE"]),
            default: "EXACTLY_ONCE",
            "Stored state is exactly once either way: it costs no more."
        ),
        ignored(
            "execution.checkpointing.max-concurrent-checkpoints",
            .integer,
            default: "1",
            "Checkpoints at once: never more than one."
        ),
        ignored(
            "execution.checkpointing.incremental",
            .boolean,
            default: "false",
            "Checkpoints always write what has changed only."
        ),
        ignored("execution.checkpointing.unaligned", .boolean, default: "false", "Barriers that overtake rows."),
        ignored(
            "execution.checkpointing.unaligned.enabled",
            .boolean,
            default: "false",
            "Barriers that overtake rows."
        ),
        ignored("execution.checkpointing.force-unaligned", .boolean, default: "false", "Barriers that overtake rows."),
        ignored(
            "execution.checkpointing.aligned-checkpoint-timeout",
            .duration,
            default: "0 ms",
            "When barriers overtake rows."
        ),
        ignored(
            "execution.checkpointing.interval-during-backlog",
            .duration,
            "The interval while sources read what is old."
        ),
        ignored(
            "execution.checkpointing.checkpoints-after-tasks-finish",
            .boolean,
            default: "true",
            "Checkpoints go on when parts of a job have ended."
        ),
        ignored("execution.checkpointing.storage", .text, "State lies in the folder of --state."),
        ignored("execution.checkpointing.snapshot-compression", .boolean, default: "false", "Compression."),
        ignored("execution.checkpointing.write-buffer-size", .integer, default: "4096", "Buffers of files."),
        ignored("execution.checkpointing.data-inline-threshold", .memory, default: "20 kb", "Small state in metadata."),
        ignored("execution.checkpointing.file-merging.enabled", .boolean, default: "false", "Files."),
        ignored("execution.checkpointing.local-backup.enabled", .boolean, default: "false", "Copies of state."),
        ignored("execution.checkpointing.cleaner.parallel-mode", .boolean, default: "true", "How files are deleted."),
    ]
}
