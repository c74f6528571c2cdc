import SluiceColumns
import SluiceConnect

/// A `filesystem` table as a sink: a directory of part files, with a directory per partition.
struct FilesystemSink: TransactionalSinkTable {
    let table: TableDescription
    let options: FilesystemOptions
    let format: any EncodingFormat
    let formatName: String
    /// Commits the partitions of jobs without transactions; nil where nobody asks for it.
    let partitionsAtEnd: PartitionCommitAtEnd?
    /// The directories and files that a power cut would not take away.
    private let durable = DurableParts()

    init(table: TableDescription, options: FilesystemOptions, format: any EncodingFormat, formatName: String) throws {
        self.table = table
        self.options = options
        self.format = format
        self.formatName = formatName
        partitionsAtEnd = table.partitionKeys.isEmpty ? nil : options.partitionCommit.map(PartitionCommitAtEnd.init)
        if options.path.isPattern {
            throw ConnectorError(
                .user,
                "badOption",
                "a table that is written needs a directory as its path, not a pattern",
                option: "path"
            )
        }
        _ = try format.makeEncoder(schema: recordSchema)
    }

    var summary: String { "filesystem path=\(options.path.text) format=\(formatName)" }
    var supportsOverwrite: Bool { true }

    func acceptedMode(for input: ChangelogMode) -> ChangelogMode { format.acceptedMode(for: input) }

    func makeWriter(context: WriterContext, isOverwrite: Bool) throws -> any SinkWriter {
        try FilesystemWriter(self, context: context, isOverwrite: isOverwrite)
    }

    func persist(_ transactions: [[UInt8]]) throws {
        let files = try files(transactions)
        for file in files { try file.synchronise() }
        try durable.synchronise(files, below: options.path.text)
    }

    func commit(_ transactions: [[UInt8]], of epoch: SinkEpoch) throws {
        let files = try files(transactions)
        let complete = files.filter(\.isComplete)
        for file in complete { try file.publish() }
        // The next commit of the state does not know of them any more.
        try durable.synchronisePublished(complete)
        try commitPartitions(files)
    }

    /// Commits the partitions that have got files and into which nothing is being written.
    private func commitPartitions(_ files: [PartTransaction.File]) throws {
        guard let policy = options.partitionCommit, !table.partitionKeys.isEmpty else { return }
        let complete = Set(files.filter(\.isComplete).map(\.directory))
        for directory in complete.subtracting(files.filter { !$0.isComplete }.map(\.directory)).sorted() {
            try policy.commit(directory)
        }
    }

    func recover(_ transactions: [[UInt8]], of epoch: SinkEpoch) throws {
        let files = try files(transactions)
        for file in files { try file.recover(epoch.number) }
        try commitPartitions(files)
        try PartName.removeUnknown(below: options.path.text, after: epoch)
        try durable.synchronisePublished(files)
    }

    private func files(_ transactions: [[UInt8]]) throws -> [PartTransaction.File] {
        try transactions.flatMap { try PartTransaction($0).files }
    }

    /// Indexes into the written columns of the partition columns, in the order of PARTITIONED BY.
    var partitionIndexes: [Int] {
        let written = writtenIndexes
        return table.partitionKeys.compactMap { written.firstIndex(of: $0) }
    }

    /// The columns of a record.
    var recordSchema: [TableColumn] {
        writtenIndexes.filter { !table.partitionKeys.contains($0) }.map { table.columns[$0] }
    }

    /// Indexes into the written columns of those in a record.
    var recordIndexes: [Int] {
        writtenIndexes.indices.filter { !table.partitionKeys.contains(writtenIndexes[$0]) }
    }

    /// Indexes into the table's columns of those that are written.
    private var writtenIndexes: [Int] { table.columns.indices.filter { table.columns[$0].role == .physical } }
}
