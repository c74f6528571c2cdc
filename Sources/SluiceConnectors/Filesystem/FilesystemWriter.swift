import Glibc
import SluiceColumns
import SluiceConnect

/// Writes the part files of one shard, one at a time per partition.
///
/// Without transactions a file is published as soon as it is complete. With them it waits, complete under its hidden
/// name, for the commit of its epoch.
final class FilesystemWriter: TransactionalSinkWriter {
    private let sink: FilesystemSink
    private let encoder: any RecordEncoder
    private let jobID: String
    private let shardIndex: Int
    /// The epoch that is being written.
    private var epoch: Int64
    private let recordIndexes: [Int]
    private let partitionIndexes: [Int]
    private var files: [String: PartFile] = [:]
    private var counter = 0
    /// Files that INSERT OVERWRITE replaces, by directory; they go when the new ones come.
    private var replaced: [String: [String]] = [:]
    private let isOverwrite: Bool
    private let isTransactional: Bool
    /// Complete files that the next transaction publishes.
    private var completed: [PartTransaction.File] = []
    /// Directories into which files were published without transactions.
    private var directories: Set<String> = []

    /// Open part files at most; beyond that the oldest is published.
    private static let openFileCountMax = 64

    init(_ sink: FilesystemSink, context: WriterContext, isOverwrite: Bool) throws {
        self.sink = sink
        self.isOverwrite = isOverwrite
        isTransactional = context.isTransactional
        if isOverwrite, isTransactional {
            throw ConnectorError(
                .user,
                "overwriteWithState",
                "INSERT OVERWRITE cannot be resumed after a crash; run it without --state, or use INSERT INTO"
            )
        }
        encoder = try sink.format.makeEncoder(schema: sink.recordSchema)
        let prefix = PartName.prefix(jobID: context.jobID)
        jobID = context.jobID
        shardIndex = context.shardIndex
        epoch = context.firstEpoch
        recordIndexes = sink.recordIndexes
        partitionIndexes = sink.partitionIndexes
        if isOverwrite, access(sink.options.path.text, F_OK) == 0 {
            for file in try FileListing.files(at: sink.options.path) {
                let slash = file.path.lastIndex(of: "/") ?? file.path.startIndex
                let name = file.path[slash...].dropFirst()
                if name.hasPrefix(prefix) { continue }
                replaced[String(file.path[..<slash]), default: []].append(file.path)
            }
            // Without partitions all goes, even where no row comes.
            if partitionIndexes.isEmpty { replaced = [sink.options.path.text: replaced.values.flatMap { $0 }] }
        }
        if !isTransactional { sink.partitionsAtEnd?.open() }
    }

    /// Takes part in the commit of partitions at the end of the job.
    private var partitionsAtEnd: PartitionCommitAtEnd? { isTransactional ? nil : sink.partitionsAtEnd }

    func write(_ batch: Batch) throws {
        if partitionIndexes.isEmpty {
            try write(batch.withColumns(recordIndexes.map { batch.columns[$0] }), to: sink.options.path.text)
        } else {
            for (directory, rows) in try partitions(of: batch) {
                let part = rows.count == batch.rowCount ? batch : batch.gathered(SelectionVector(rows))
                try write(part.withColumns(recordIndexes.map { part.columns[$0] }), to: directory)
            }
        }
    }

    func prepare(isFinal: Bool) throws -> [UInt8] {
        for (directory, file) in files {
            if isFinal { try publish(file, in: directory) } else { try publishIfDue(file, in: directory) }
        }
        var transaction = PartTransaction(files: completed)
        for file in files.values {
            try file.drain(always: true)
            transaction.files.append(file.description(isComplete: false))
        }
        completed = []
        epoch += 1
        return transaction.bytes
    }

    func flush() throws {
        // Rows of a transaction are nobody's before its commit.
        if isTransactional { return }
        for (directory, file) in files {
            try file.drain(always: true)
            try publishIfDue(file, in: directory)
        }
    }

    func close() throws {
        for (directory, file) in files.sorted(by: { $0.key < $1.key }) {
            try publish(file, in: directory)
        }
        if isOverwrite, partitionIndexes.isEmpty { try removeReplaced(in: sink.options.path.text) }
        try partitionsAtEnd?.close(directories)
    }

    func abort() {
        // What a transaction knows is taken up or taken away by the next run.
        for file in files.values { if isTransactional { file.abandon() } else { file.discard() } }
        files = [:]
    }

    private func write(_ records: Batch, to directory: String) throws {
        let file = try files[directory] ?? open(in: directory)
        file.writtenMillis = Self.nowMillis()
        try encoder.encode(records, into: &file.buffer)
        try file.drain(always: false)
        try publishIfDue(file, in: directory)
    }

    private func open(in directory: String) throws(ConnectorError) -> PartFile {
        if files.count >= Self.openFileCountMax,
            let oldest = files.min(by: { $0.value.openedMillis < $1.value.openedMillis })
        {
            try publish(oldest.value, in: oldest.key)
        }
        let stem =
            isTransactional
            ? PartName.stem(jobID: jobID, shard: shardIndex, epoch: epoch)
            : "\(PartName.prefix(jobID: jobID))\(shardIndex)"
        let file = try PartFile(directory: directory, stem: stem, counter: &counter, nowMillis: Self.nowMillis())
        files[directory] = file
        return file
    }

    private func publishIfDue(_ file: PartFile, in directory: String) throws(ConnectorError) {
        let isLarge = file.byteCount + file.buffer.count >= sink.options.rollingByteCount
        let nowMillis = Self.nowMillis()
        let isOld = nowMillis - file.openedMillis >= sink.options.rollingMillis
        let isIdle = nowMillis - file.writtenMillis >= sink.options.inactivityMillis
        if isLarge || isOld || isIdle { try publish(file, in: directory) }
    }

    private func publish(_ file: PartFile, in directory: String) throws(ConnectorError) {
        files[directory] = nil
        if isTransactional {
            try file.finish()
            completed.append(file.description(isComplete: true))
            return
        }
        try file.publish()
        directories.insert(directory)
        if isOverwrite { try removeReplaced(in: directory) }
    }

    private func removeReplaced(in directory: String) throws(ConnectorError) {
        for path in replaced.removeValue(forKey: directory) ?? [] where unlink(path) != 0 && errno != ENOENT {
            throw FileError.make(errno, path, "remove")
        }
    }

    /// The directory of each partition in the batch with its rows, in the order in which they come.
    private func partitions(of batch: Batch) throws(ConnectorError) -> [(directory: String, rows: [Int32])] {
        var groups: [(directory: String, rows: [Int32])] = []
        var indexes: [[Value]: Int] = [:]
        for row in 0..<batch.rowCount {
            let key = partitionIndexes.map { batch.columns[$0].value(row) }
            if let index = indexes[key] {
                groups[index].rows.append(Int32(row))
            } else {
                indexes[key] = groups.count
                groups.append((try directory(of: batch, row), [Int32(row)]))
            }
        }
        return groups
    }

    private func directory(of batch: Batch, _ row: Int) throws(ConnectorError) -> String {
        var path = sink.options.path.text
        for (position, index) in partitionIndexes.enumerated() {
            let name = sink.table.columns[sink.table.partitionKeys[position]].name
            var text = TextBuffer()
            PlainText.append(batch.columns[index], row, to: &text)
            let isMissing = batch.columns[index].isNull(row) || text.isEmpty
            path += "/" + PartitionPath.directory(name, isMissing ? sink.options.defaultPartitionName : text.text)
        }
        return path
    }

    private static func nowMillis() -> Int64 { MachineClock.monotonicNanos() / 1_000_000 }
}
