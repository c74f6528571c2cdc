import SluiceColumns
import SluiceConnect

/// Builds one index of a dimension table from its rows.
///
/// Rows that can never fit (a broken network, a range whose ends are NULL) are left out.
final class IndexBuilder {
    private let definition: IndexDefinition
    private let identity: UInt64
    private let form: Form

    /// By the kind of the index; ranges of networks are of either version.
    private enum Form {
        case hash(HashIndexBuilder)
        case network(IntervalIndexBuilder<UInt32>, IntervalIndexBuilder<UInt128>)
        case narrow(IntervalIndexBuilder<UInt64>)
        case wide(IntervalIndexBuilder<UInt128>)
    }

    /// Makes an empty index that spills into `directory`.
    init(
        _ definition: IndexDefinition,
        _ table: TableDescription,
        identity: UInt64,
        directory: String
    ) throws(ConnectorError) {
        self.definition = definition
        self.identity = identity
        let isGrouped = !definition.keys.isEmpty
        switch definition.probe {
        case nil, .domain: form = .hash(try HashIndexBuilder(in: directory))
        case .network:
            form = .network(
                IntervalIndexBuilder(in: directory, isGrouped: isGrouped),
                IntervalIndexBuilder(in: directory, isGrouped: isGrouped)
            )
        case .range:
            form =
                definition.rangeForm(table) == .wide
                ? .wide(IntervalIndexBuilder(in: directory, isGrouped: isGrouped))
                : .narrow(IntervalIndexBuilder(in: directory, isGrouped: isGrouped))
        }
    }

    /// Adds rows.
    ///
    /// - Parameters:
    ///   - column: a column of the table by its index; those of the definition are asked for.
    ///   - units: where the rows stand.
    func append(_ column: (Int) -> Column, units: borrowing GrowableLane<UInt32>) throws(ConnectorError) {
        let rowCount = units.count
        let hashes = IndexHash.keys(definition.keys.map(column), rowCount: rowCount)
        switch definition.probe {
        case nil: try appendHashes(hashes.readOnly, units)
        case .domain(let index): try appendNames(column(index).flattened(), hashes.readOnly, units)
        case .network(let index): try appendNetworks(column(index).flattened(), hashes.readOnly, units)
        case .range(let low, let high):
            try appendRanges(column(low).flattened(), column(high).flattened(), hashes.readOnly, units)
        }
    }

    private func appendHashes(_ hashes: Span<UInt64>, _ units: borrowing GrowableLane<UInt32>) throws(ConnectorError) {
        guard case .hash(let builder) = form else { return }
        for row in 0..<units.count { try builder.append(hash: hashes[row], unit: units[row]) }
    }

    private func appendNames(
        _ domains: Column,
        _ hashes: Span<UInt64>,
        _ units: borrowing GrowableLane<UInt32>
    ) throws(ConnectorError) {
        guard case .hash(let builder) = form else { return }
        let texts = domains.strings
        var name = LoweredName()
        for row in 0..<units.count where !domains.isNull(row) {
            guard let entry = DomainName.Entry(texts[row]) else { continue }
            name.set(texts[row].extracting(entry.range))
            try builder.append(hash: IndexHash.name(name.bytes, keys: hashes[row]), unit: units[row])
        }
    }

    private func appendNetworks(
        _ networks: Column,
        _ hashes: Span<UInt64>,
        _ units: borrowing GrowableLane<UInt32>
    ) throws(ConnectorError) {
        guard case .network(let short, let long) = form else { return }
        let texts = networks.strings
        for row in 0..<units.count where !networks.isNull(row) {
            guard let network = IPNetwork(texts[row]) else { continue }
            let group = definition.keys.isEmpty ? 0 : IndexHash.group(hashes[row])
            if network.isVersion4 {
                let first = UInt32(truncatingIfNeeded: network.first)
                let last = UInt32(truncatingIfNeeded: network.last)
                try short.append(Interval(group: group, unit: units[row], low: first, high: last))
            } else {
                try long.append(Interval(group: group, unit: units[row], low: network.first, high: network.last))
            }
        }
    }

    private func appendRanges(
        _ lows: Column,
        _ highs: Column,
        _ hashes: Span<UInt64>,
        _ units: borrowing GrowableLane<UInt32>
    ) throws(ConnectorError) {
        let isGrouped = !definition.keys.isEmpty
        switch form {
        case .narrow(let builder):
            for row in 0..<units.count where !lows.isNull(row) && !highs.isNull(row) {
                guard let low = RangeForm.narrow(lows, row), let high = RangeForm.narrow(highs, row), low <= high else {
                    continue
                }
                let group = isGrouped ? IndexHash.group(hashes[row]) : 0
                try builder.append(Interval(group: group, unit: units[row], low: low, high: high))
            }
        case .wide(let builder):
            for row in 0..<units.count where !lows.isNull(row) && !highs.isNull(row) {
                let (low, high) = (RangeForm.wide(lows, row), RangeForm.wide(highs, row))
                guard low <= high else { continue }
                let group = isGrouped ? IndexHash.group(hashes[row]) : 0
                try builder.append(Interval(group: group, unit: units[row], low: low, high: high))
            }
        default: return
        }
    }

    /// Writes the index into a new file.
    func finish(_ file: OpenFile) throws(ConnectorError) {
        switch form {
        case .hash(let builder): try builder.finish(file, identity: identity)
        case .narrow(let builder): try write(try builder.finish(file, at: DimensionHeader.byteCount), .rangeIndex, file)
        case .wide(let builder): try write(try builder.finish(file, at: DimensionHeader.byteCount), .rangeIndex, file)
        case .network(let short, let long):
            var parts = try short.finish(file, at: DimensionHeader.byteCount)
            let others = try long.finish(file, at: parts.end)
            // The least low end of version 6 stands in its section, as that of version 4 does.
            parts.fields += others.fields
            parts.sections += others.sections
            try write(parts, .networkIndex, file)
        }
        try file.synchronise()
    }

    private func write(
        _ parts: (fields: [UInt64], sections: [DimensionHeader.Section], end: Int),
        _ kind: DimensionHeader.Kind,
        _ file: OpenFile
    ) throws(ConnectorError) {
        try DimensionHeader(kind, identity: identity, fields: parts.fields, sections: parts.sections).write(to: file)
    }
}

/// A name in lower case, in memory that is used again.
struct LoweredName: ~Copyable {
    private var lane = GrowableLane<UInt8>(repeating: 0, count: DomainName.byteCountMax)
    private var count = 0

    /// Takes a name of at most `DomainName.byteCountMax` bytes.
    mutating func set(_ name: Span<UInt8>) {
        var target = lane.mutableSpan
        for index in 0..<name.count { target[index] = DomainName.lowered(name[index]) }
        count = name.count
    }

    /// The name.
    var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { lane.span.extracting(0..<count) }
    }

    /// The name from byte `start` on.
    @_lifetime(borrow self)
    borrowing func suffix(from start: Int) -> Span<UInt8> { lane.span.extracting(start..<count) }
}
