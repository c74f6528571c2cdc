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
    /// What each operator that keeps state is, for messages.
    package var operators: [Operator]
    /// How far each scan has read.
    package var sources: [Source]
    /// What each sink has written and must show.
    package var sinks: [Sink]

    /// An operator that keeps state.
    package struct Operator: Sendable, Hashable {
        /// Its number in addresses.
        package var owner: UInt64
        /// One line for people.
        package var summary: String
        /// Makes an entry.
        package init(owner: UInt64, summary: String) {
            self.owner = owner
            self.summary = summary
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
        sinks: [Sink] = []
    ) {
        self.epoch = epoch
        self.fence = fence
        self.isFinished = isFinished
        self.jobID = jobID
        self.parallelism = parallelism
        self.operators = operators
        self.sources = sources
        self.sinks = sinks
    }
}
