import SluiceColumns

/// What a commit says beside the rows of state: enough to go on from, and to know whose state it is.
package struct EpochManifest: Sendable, Hashable {
    /// The epoch that is complete.
    package var epoch: Int64
    /// Grows with each owner; the commit of an older owner is refused.
    package var fence: Int64
    /// Whether the job has processed all its input.
    package var isFinished: Bool
    /// Goes into names of files, and stays from run to run.
    package var jobID: String
    /// Shards of the run that committed.
    package var parallelism: Int
    /// What each operator that keeps state is, and each sink that commits, for messages.
    package var operators: [Operator]
    /// How far each scan has read.
    package var sources: [Source]
    /// What each sink has written and must show.
    package var sinks: [Sink]
    /// The savepoint that the state began from; nil where it began empty.
    package var origin: String?
    /// What the query means, as a number; nil where a release wrote the state that did not say.
    package var plan: UInt64?

    /// An operator that keeps state, or a sink.
    package struct Operator: Sendable, Hashable {
        /// Its number in addresses.
        package var owner: UInt64
        /// One line for people.
        package var summary: String
        /// Its tables, by number; nil where a release before format 2 wrote the state, which did not say.
        package var tables: [Table]?
        /// Whether it is a sink: these have no tables.
        package var isSink: Bool { tables?.isEmpty ?? false }
        /// Makes an entry.
        package init(owner: UInt64, summary: String, tables: [Table]? = nil) {
            self.owner = owner
            self.summary = summary
            self.tables = tables
        }
    }

    /// A table of an operator's state, with its types as SQL writes them: enough to read its rows without the query.
    package struct Table: Sendable, Hashable {
        /// What the operator calls it.
        package var name: String
        /// Types of the columns that identify a row.
        package var keyTypes: [String]
        /// Types of the other columns.
        package var valueTypes: [String]
        /// Whether rows belong to shards and not to keys.
        package var isPerShard: Bool
        /// Whether many rows are one record.
        package var isPacked: Bool
        /// Makes an entry.
        package init(
            name: String,
            keyTypes: [String],
            valueTypes: [String],
            isPerShard: Bool,
            isPacked: Bool = false
        ) {
            self.isPacked = isPacked
            self.name = name
            self.keyTypes = keyTypes
            self.valueTypes = valueTypes
            self.isPerShard = isPerShard
        }

        /// Describes a table.
        package init(_ table: StateTable) {
            self.init(
                name: table.name,
                keyTypes: table.keyTypes.map(\.description),
                valueTypes: table.valueTypes.map(\.description),
                isPerShard: table.scope == .shard,
                isPacked: table.isPacked
            )
        }
    }

    /// A part of a source.
    package struct Source: Sendable, Hashable {
        /// The scan's identity.
        package var owner: UInt64
        /// The split's identity within the table.
        package var split: String
        /// Connector's position; nil where it has been read to the end.
        package var position: Int64?
        /// What else the connector needs.
        package var detail: [String: String]
        /// Makes an entry.
        package init(owner: UInt64, split: String, position: Int64?, detail: [String: String] = [:]) {
            self.owner = owner
            self.split = split
            self.position = position
            self.detail = detail
        }
    }

    /// What one shard of a sink has prepared.
    package struct Sink: Sendable, Hashable {
        /// The sink's identity.
        package var owner: UInt64
        /// Bytes that the connector understands.
        package var transaction: [UInt8]
        /// Makes an entry.
        package init(owner: UInt64, transaction: [UInt8]) {
            self.owner = owner
            self.transaction = transaction
        }
    }

    /// Makes a manifest.
    package init(
        epoch: Int64,
        fence: Int64,
        isFinished: Bool = false,
        jobID: String,
        parallelism: Int,
        operators: [Operator] = [],
        sources: [Source] = [],
        sinks: [Sink] = [],
        origin: String? = nil,
        plan: UInt64? = nil
    ) {
        self.plan = plan
        self.epoch = epoch
        self.fence = fence
        self.isFinished = isFinished
        self.jobID = jobID
        self.parallelism = parallelism
        self.operators = operators
        self.sources = sources
        self.sinks = sinks
        self.origin = origin
    }
}
