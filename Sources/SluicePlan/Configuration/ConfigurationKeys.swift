import SluiceColumns

extension ConfigurationKey {
    /// Every key a session knows.
    package static let all: [ConfigurationKey] =
        engine + stateKeys + tableKeys + execKeys + sinkKeys + optimizerKeys + otherKeys

    /// The keys by name.
    package static let byName: [String: ConfigurationKey] = Dictionary(
        all.map { ($0.key, $0) },
        uniquingKeysWith: { first, _ in first }
    )

    static func ignored(_ key: String, _ form: Form, default value: String? = nil, _ summary: String) -> Self {
        ConfigurationKey(key, form, default: value, summary + " Has no effect here.", effect: .none)
    }

    /// A key whose every value but the default is refused with `reason`.
    static func refused(
        _ key: String,
        _ form: Form,
        default value: String? = nil,
        _ summary: String,
        because reason: String
    ) -> Self {
        ConfigurationKey(key, form, default: value, summary, effect: .refused(reason))
    }

    private static let noRestart = "a job that has failed is not started again"

    private static let engine: [ConfigurationKey] = [
        ConfigurationKey(
            "parallelism.default",
            .integer,
            default: "1",
            "Shards of a job; each is one thread with its own state."
        ),
        ConfigurationKey(
            "pipeline.name",
            .text,
            "What the folder of a job's stored state is called; job-1, job-2 ... by the place of the INSERT unless set."
        ),
        ignored(
            "pipeline.max-parallelism",
            .integer,
            default: "128",
            "Key groups that state is dealt into: always 128."
        ),
    ]

    private static let tableKeys: [ConfigurationKey] = [
        ConfigurationKey(
            "table.local-time-zone",
            .text,
            default: "default",
            "The session's time zone: an IANA name, GMT+hh:mm, or 'default' for UTC."
        ),
        ConfigurationKey(
            "table.dynamic-table-options.enabled",
            .boolean,
            default: "true",
            "Whether OPTIONS hints are allowed."
        ),
        ConfigurationKey(
            "table.column-expansion-strategy",
            .text,
            default: "",
            "What `*` leaves out, separated by ';': EXCLUDE_ALIASED_VIRTUAL_METADATA_COLUMNS, "
                + "EXCLUDE_DEFAULT_VIRTUAL_METADATA_COLUMNS."
        ),
        ignored("table.dml-sync", .boolean, default: "false", "INSERT always waits for the end of its job."),
        ConfigurationKey(
            "table.plan.compile.catalog-objects",
            .text,
            default: "ALL",
            "What compiled plans hold.",
            effect: .none
        ),
        ConfigurationKey(
            "table.builtin-catalog-name",
            .text,
            default: "default_catalog",
            "Name of the first catalog.",
            effect: .none
        ),
        ConfigurationKey(
            "table.builtin-database-name",
            .text,
            default: "default_database",
            "Name of the first database.",
            effect: .none
        ),
        ignored("table.sql-dialect", .choice(["default"]), default: "default", "There is one dialect of SQL."),
        ConfigurationKey("table.display.max-column-width", .integer, default: "30", "Columns of printed tables."),
    ]

    private static let execKeys: [ConfigurationKey] = [
        ConfigurationKey(
            "table.exec.state.ttl",
            .duration,
            default: "0 ms",
            "How long idle state is kept; 0 is for ever."
        ),
        ConfigurationKey(
            "table.exec.source.idle-timeout",
            .duration,
            default: "0 ms",
            "A source without rows for so long no longer holds the watermark back; 0 is never."
        ),
        ConfigurationKey(
            "table.exec.source.cdc-events-duplicate",
            .boolean,
            default: "false",
            "Whether change events of sources with a PRIMARY KEY can come twice."
        ),
        ConfigurationKey(
            "table.exec.legacy-cast-behaviour",
            .choice(["ENABLED", "DISABLED"]),
            default: "DISABLED",
            "ENABLED makes failing casts give NULL, and text come out as in older versions."
        ),
        ConfigurationKey(
            "table.exec.emit.early-fire.enabled",
            .boolean,
            default: "false",
            "Whether windows in GROUP BY give results before their end."
        ),
        ConfigurationKey(
            "table.exec.emit.early-fire.delay",
            .duration,
            "Time between two early results of a window; 0 is one for each change."
        ),
        ConfigurationKey(
            "table.exec.emit.late-fire.enabled",
            .boolean,
            default: "false",
            "Whether windows in GROUP BY give results again for late rows."
        ),
        ConfigurationKey(
            "table.exec.emit.late-fire.delay",
            .duration,
            "Time between two late results of a window; 0 is one for each change."
        ),
        ConfigurationKey(
            "table.exec.emit.allow-lateness",
            .duration,
            "How long after its end a window with late results takes rows."
        ),
        ConfigurationKey(
            "table.exec.late-rows.table",
            .text,
            "The table that takes rows of window aggregations that all their windows have fired for; columns by name."
        ),
        ignored(
            "table.exec.mini-batch.enabled",
            .boolean,
            default: "false",
            "Buffers rows before aggregating; every batch is aggregated as a whole anyway."
        ),
        ignored("table.exec.mini-batch.allow-latency", .duration, default: "0 ms", "How long rows are buffered."),
        ignored("table.exec.mini-batch.size", .integer, default: "-1", "How many rows are buffered."),
        ignored("table.exec.resource.default-parallelism", .integer, default: "-1", "Tasks of an operator."),
        ignored("table.exec.rank.topn-cache-size", .integer, default: "10000", "Rows cached by Top-N."),
        ignored("table.exec.async-lookup.buffer-capacity", .integer, default: "100", "Lookups in flight."),
        ignored("table.exec.async-lookup.timeout", .duration, default: "3 min", "How long a lookup may take."),
        ignored("table.exec.async-lookup.output-mode", .text, default: "ORDERED", "Order of lookup results."),
        ignored("table.exec.simplify-operator-name-enabled", .boolean, default: "true", "Short operator names."),
        ignored("table.exec.deduplicate.insert-update-after-sensitive-enabled", .boolean, default: "true", "Kinds."),
        ignored("table.exec.deduplicate.mini-batch.compact-changes-enabled", .boolean, default: "false", "Kinds."),
        ignored("table.exec.window-agg.buffer-size-limit", .integer, default: "100000", "Rows buffered by windows."),
        ignored("table.exec.interval-join.min-cleanup-interval", .duration, default: "0 ms", "Clean-up timer."),
        ignored("table.exec.async-state.enabled", .boolean, default: "false", "State access."),
    ]

    private static let sinkKeys: [ConfigurationKey] = [
        ConfigurationKey(
            "table.exec.sink.not-null-enforcer",
            .choice(["ERROR", "DROP"]),
            default: "ERROR",
            "What happens to a row with NULL in a NOT NULL column of a sink."
        ),
        ignored(
            "table.exec.sink.type-length-enforcer",
            .choice(["IGNORE", "TRIM_PAD", "ERROR"]),
            default: "IGNORE",
            "Values too long for a sink: its implicit cast cuts and pads them, as in Flink."
        ),
        ConfigurationKey(
            "table.exec.sink.upsert-materialize",
            .choice(["NONE", "AUTO", "FORCE"]),
            default: "AUTO",
            "Whether changes in another key than the sink's are put in order in front of it."
        ),
        ConfigurationKey(
            "table.exec.sink.require-on-conflict",
            .boolean,
            default: "true",
            "Whether an INSERT keyed otherwise than its sink must say ON CONFLICT."
        ),
        ConfigurationKey(
            "table.exec.sink.keyed-shuffle",
            .choice(["NONE", "AUTO", "FORCE"]),
            default: "AUTO",
            "Whether rows are dealt to shards by the sink's PRIMARY KEY in front of it: with FORCE always, else only "
                + "where changes must be put in order."
        ),
        ignored("table.exec.sink.rowtime-inserter", .text, default: "ENABLED", "Timestamps of written records."),
        ignored("table.exec.sink.nested-constraint-enforcer", .text, default: "IGNORE", "Checks inside rows."),
    ]

    private static let optimizerKeys: [ConfigurationKey] = [
        ignored(
            "table.optimizer.agg-phase-strategy",
            .choice(["AUTO", "ONE_PHASE", "TWO_PHASE"]),
            default: "AUTO",
            "Phases of aggregates."
        ),
        ignored("table.optimizer.distinct-agg.split.enabled", .boolean, default: "false", "Splits DISTINCT."),
        ignored("table.optimizer.distinct-agg.split.bucket-num", .integer, default: "1024", "Buckets of a split."),
        ConfigurationKey(
            "table.optimizer.join-reorder-enabled",
            .boolean,
            default: "false",
            "Joins tables first whose key is joined. Products that conditions make unnecessary are avoided in any case."
        ),
        ConfigurationKey(
            "table.optimizer.pattern-set-enabled",
            .boolean,
            default: "true",
            "Searches for the patterns of all filters over the same rows in one pass, where Hyperscan is installed."
        ),
        ConfigurationKey(
            "table.exec.pattern-set.cache-directory",
            .text,
            "Where patterns are kept compiled; by default `sluice/patterns` in the user's cache, nowhere where empty."
        ),
        ignored("table.optimizer.join.broadcast-threshold", .memory, default: "1 mb", "Broadcast joins."),
        ignored("table.optimizer.multiple-input-enabled", .boolean, default: "true", "Merges operators."),
        ignored("table.optimizer.reuse-sub-plan-enabled", .boolean, default: "true", "Equal sub-plans are shared."),
        ignored("table.optimizer.reuse-source-enabled", .boolean, default: "true", "Equal scans are shared."),
        ignored("table.optimizer.reuse-sink-enabled", .boolean, default: "false", "Equal sinks are shared."),
        ignored("table.optimizer.reuse-optimize-block-with-digest-enabled", .boolean, default: "false", "Blocks."),
        ignored("table.optimizer.source.predicate-pushdown-enabled", .boolean, default: "true", "Filters."),
        ignored("table.optimizer.source.aggregate-pushdown-enabled", .boolean, default: "true", "Aggregates."),
        ignored("table.optimizer.incremental-agg-enabled", .boolean, default: "true", "Incremental aggregates."),
        ignored("table.optimizer.nondeterministic-update.strategy", .text, default: "IGNORE", "Checks."),
        ignored("table.optimizer.union-all-as-breakpoint-enabled", .boolean, default: "true", "Blocks."),
        ignored("table.optimizer.delta-join.strategy", .text, default: "AUTO", "Joins."),
        ignored("table.optimizer.multi-join.enabled", .boolean, default: "false", "Joins."),
    ]

    private static let otherKeys: [ConfigurationKey] = [
        ignored("pipeline.object-reuse", .boolean, default: "false", "Reuse of records."),
        ignored("pipeline.operator-chaining.enabled", .boolean, default: "true", "Chaining of operators."),
        ignored("pipeline.auto-watermark-interval", .duration, default: "200 ms", "Watermarks follow every row."),
        ignored("pipeline.jars", .text, "Jars of the job."),
        ignored("pipeline.generic-types", .boolean, default: "true", "Serializers."),
        ignored("pipeline.watermark-alignment.allow-unaligned-source-splits", .boolean, default: "false", "Splits."),
        ConfigurationKey(
            "execution.runtime-mode",
            .choice(["STREAMING", "BATCH", "AUTOMATIC"]),
            default: "STREAMING",
            "BATCH allows INSERT OVERWRITE; jobs run alike in all modes."
        ),
        ignored("execution.attached", .boolean, default: "true", "How jobs are submitted."),
        ignored("execution.target", .text, "Where jobs are submitted."),
        ignored("execution.buffer-timeout", .duration, default: "100 ms", "How long buffers wait."),
        ignored("sql-client.execution.result-mode", .text, default: "TABLE", "How results are shown."),
        ignored("sql-client.execution.max-table-result.rows", .integer, default: "1000000", "Rows kept."),
        ignored("sql-client.verbose", .boolean, default: "false", "Long error messages."),
        refused("restart-strategy.type", .text, default: "none", "What happens after a failure.", because: noRestart),
    ]
}
