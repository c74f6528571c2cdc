import SluiceSQL

/// A partition that ADD PARTITION has registered with a table.
///
/// As with Flink's catalog in memory, this is a list for SHOW PARTITIONS and nothing else: which partitions are read
/// follows from the files.
package struct CatalogPartition: Sendable, Hashable {
    /// A partition column with its value as text.
    package struct Entry: Sendable, Hashable {
        package var column: String
        package var value: String
    }

    /// In the order of the statement.
    package var entries: [Entry]
    /// The `WITH` options.
    package var options: [String: String] = [:]

    /// Makes a partition of `(column = value, ...)`.
    init(_ entries: [PartitionEntry]) {
        self.entries = entries.map { Entry(column: $0.column.text, value: Self.text($0.value)) }
    }

    /// `b=x/d=1`.
    var text: String { entries.map { "\($0.column)=\($0.value)" }.joined(separator: "/") }

    /// Whether it has the values of `other`, which may be fewer.
    func contains(_ other: CatalogPartition) -> Bool { other.entries.allSatisfy { entries.contains($0) } }

    private static func text(_ value: Literal?) -> String {
        switch value {
        case .string(let text)?: text
        case .integer(let text)?, .decimal(let text)?, .approximate(let text)?: text
        case let literal?: Expression(.literal(literal), span: .none).sql
        case nil: ""
        }
    }
}

extension CatalogTable {
    /// `ADD [IF NOT EXISTS] PARTITION (...) [WITH (...)] ...`.
    mutating func add(_ additions: [PartitionAddition], ifNotExists: Bool, at span: SourceSpan) throws(SQLError) {
        for addition in additions {
            var partition = CatalogPartition(addition.partition)
            for option in addition.options { partition.options[option.key.value] = option.value.value }
            try requireWhole(partition, at: span)
            if index(of: partition) == nil {
                partitions.append(partition)
            } else if !ifNotExists {
                throw SQLError(.alreadyExists, "the partition \(partition.text) exists already", at: span)
            }
        }
    }

    /// `DROP [IF EXISTS] PARTITION (...), ...`.
    mutating func drop(_ dropped: [[PartitionEntry]], ifExists: Bool, at span: SourceSpan) throws(SQLError) {
        for entries in dropped {
            let partition = CatalogPartition(entries)
            if let index = index(of: partition) {
                partitions.remove(at: index)
            } else if !ifExists {
                throw SQLError(.invalidDefinition, "there is no partition \(partition.text)", at: span)
            }
        }
    }

    /// The partitions that have the values of `entries`.
    func partitions(with entries: [PartitionEntry], at span: SourceSpan) throws(SQLError) -> [String] {
        guard !partitionKeys.isEmpty else {
            throw SQLError(.invalidDefinition, "the table '\(path.object)' is not partitioned", at: span)
        }
        let wanted = CatalogPartition(entries)
        return partitions.filter { $0.contains(wanted) }.map(\.text)
    }

    private func index(of partition: CatalogPartition) -> Int? {
        partitions.firstIndex { $0.entries.count == partition.entries.count && $0.contains(partition) }
    }

    private func requireWhole(_ partition: CatalogPartition, at span: SourceSpan) throws(SQLError) {
        let columns = partition.entries.map(\.column)
        guard columns.count == partitionKeys.count, Set(columns) == Set(partitionKeys), !columns.isEmpty else {
            throw SQLError(
                .invalidDefinition,
                "a partition needs a value for each of the table's partition columns",
                at: span,
                hint: partitionKeys.isEmpty
                    ? "the table is not partitioned" : "they are \(partitionKeys.joined(separator: ", "))"
            )
        }
    }
}
