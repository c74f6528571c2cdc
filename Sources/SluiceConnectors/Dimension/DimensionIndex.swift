import SluiceColumns
import SluiceConnect

/// An index of a dimension table that is open: asked a batch of keys at a time.
///
/// Safe from any thread; the scratch is the asker's own.
struct DimensionIndex: Sendable {
    private enum Form: Sendable {
        case hash(HashIndex)
        case network(IntervalIndex<UInt32>, IntervalIndex<UInt128>)
        case narrow(IntervalIndex<UInt64>)
        case wide(IntervalIndex<UInt128>)
    }

    private let definition: IndexDefinition
    private let form: Form

    /// Opens an index file and checks it.
    ///
    /// - Throws: `damagedDimension`, `newerDimension`.
    init(
        _ definition: IndexDefinition,
        _ table: TableDescription,
        _ opened: OpenFile,
        identity: UInt64
    ) throws(ConnectorError) {
        self.definition = definition
        switch definition.probe {
        case nil, .domain: form = .hash(try HashIndex(opened, identity: identity))
        case .network:
            let header = try DimensionHeader(opened, .networkIndex, identity: identity)
            let file = try opened.mapped(byteCount: Int(try opened.byteCount()))
            form = .network(
                try IntervalIndex(opened, file, header),
                try IntervalIndex(opened, file, header, firstField: 4, firstSection: 6)
            )
        case .range:
            let header = try DimensionHeader(opened, .rangeIndex, identity: identity)
            let file = try opened.mapped(byteCount: Int(try opened.byteCount()))
            form =
                definition.rangeForm(table) == .wide
                ? .wide(try IntervalIndex(opened, file, header)) : .narrow(try IntervalIndex(opened, file, header))
        }
    }

    /// Adds the rows that may fit, asker by asker, those of one asker in the order of the table.
    ///
    /// - Parameters:
    ///   - keys: a flat column for each key of the definition.
    ///   - probe: the values of the condition besides; nil without one.
    func find(_ keys: [Column], probe: Column?, rowCount: Int, into found: inout Candidates) {
        let hashes = IndexHash.keys(keys, rowCount: rowCount)
        guard let probe else {
            guard case .hash(let index) = form else { return }
            let none = GrowableLane<Int32>()
            let unranked = GrowableLane<UInt64>()
            return index.find(hashes.readOnly, owners: none.span, ranks: unranked.span, into: &found)
        }
        switch form {
        case .hash(let index): findNames(index, probe, hashes.readOnly, &found)
        case .network(let short, let long): findAddresses(short, long, probe, hashes.readOnly, &found)
        case .narrow(let index): findNarrow(index, probe, hashes.readOnly, &found)
        case .wide(let index): findWide(index, probe, hashes.readOnly, &found)
        }
        found.sortByUnit()
    }

    /// Each name is asked for with all its labels, then without the first one, and so on.
    private func findNames(
        _ index: HashIndex,
        _ hosts: Column,
        _ keys: Span<UInt64>,
        _ found: inout Candidates
    ) {
        var asked = GrowableLane<UInt64>(minimumCapacity: 4 * hosts.count)
        var owners = GrowableLane<Int32>(minimumCapacity: 4 * hosts.count)
        var ranks = GrowableLane<UInt64>(minimumCapacity: 4 * hosts.count)
        let texts = hosts.strings
        var name = LoweredName()
        for row in 0..<hosts.count where !hosts.isNull(row) {
            guard let range = DomainName.range(of: texts[row]) else { continue }
            name.set(texts[row].extracting(range))
            for start in 0..<range.count where start == 0 || name.bytes[start - 1] == UInt8(ascii: ".") {
                asked.append(IndexHash.name(name.suffix(from: start), keys: keys[row]))
                owners.append(Int32(truncatingIfNeeded: row))
                ranks.append(UInt64(range.count - start))
            }
        }
        index.find(asked.span, owners: owners.span, ranks: ranks.span, into: &found)
    }

    /// Addresses of both versions: each index is asked for its own, and the answers are put in order.
    private func findAddresses(
        _ short: IntervalIndex<UInt32>,
        _ long: IntervalIndex<UInt128>,
        _ addresses: Column,
        _ keys: Span<UInt64>,
        _ found: inout Candidates
    ) {
        var shorts = Asked<UInt32>(isGrouped: !definition.keys.isEmpty)
        var longs = Asked<UInt128>(isGrouped: !definition.keys.isEmpty)
        let texts = addresses.strings
        for row in 0..<addresses.count where !addresses.isNull(row) {
            guard let address = IPAddress(texts[row]) else { continue }
            if address.isVersion4 {
                shorts.append(UInt32(truncatingIfNeeded: address.number), keys[row], row)
            } else {
                longs.append(address.number, keys[row], row)
            }
        }
        short.find(shorts, into: &found)
        guard longs.count > 0 else { return }
        long.find(longs, into: &found)
        found.sortByAsker()
    }

    private func findNarrow(
        _ index: IntervalIndex<UInt64>,
        _ values: Column,
        _ keys: Span<UInt64>,
        _ found: inout Candidates
    ) {
        var asked = Asked<UInt64>(isGrouped: !definition.keys.isEmpty)
        for row in 0..<values.count where !values.isNull(row) {
            if let value = RangeForm.narrow(values, row) { asked.append(value, keys[row], row) }
        }
        index.find(asked, into: &found)
    }

    private func findWide(
        _ index: IntervalIndex<UInt128>,
        _ values: Column,
        _ keys: Span<UInt64>,
        _ found: inout Candidates
    ) {
        var asked = Asked<UInt128>(isGrouped: !definition.keys.isEmpty)
        for row in 0..<values.count where !values.isNull(row) {
            asked.append(RangeForm.wide(values, row), keys[row], row)
        }
        index.find(asked, into: &found)
    }
}

/// Values that an index of ranges is asked for, with who asks.
struct Asked<Key: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>: ~Copyable {
    private(set) var values = GrowableLane<Key>()
    private(set) var groups = GrowableLane<UInt32>()
    private(set) var owners = GrowableLane<Int32>()
    let isGrouped: Bool

    init(isGrouped: Bool) { self.isGrouped = isGrouped }

    var count: Int { values.count }

    /// Adds a value of row `row`.
    mutating func append(_ value: Key, _ keyHash: UInt64, _ row: Int) {
        values.append(value)
        if isGrouped { groups.append(IndexHash.group(keyHash)) }
        owners.append(Int32(truncatingIfNeeded: row))
    }
}

extension IntervalIndex {
    /// Adds the rows whose ranges have the values in them.
    fileprivate func find(_ asked: borrowing Asked<Key>, into found: inout Candidates) {
        find(
            asked.values.span,
            groups: asked.groups.span,
            owners: asked.owners.span,
            into: &found
        )
    }
}
