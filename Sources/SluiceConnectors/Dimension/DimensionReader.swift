import SluiceColumns
import SluiceConnect

/// Looks rows of a dimension table up for one shard.
final class DimensionReader: LookupReader {
    private let versions: DimensionVersions
    private let definition: IndexDefinition
    private let request: LookupRequest
    private let columns: [ProjectedColumn]
    private let decoder: RowKeyDecoder
    private let options: DimensionOptions
    private var found = Candidates()
    private var cache: RowCache?
    /// The version whose rows the cache holds.
    private var cached: DimensionVersion?

    /// Rows of a mapped file that the cache is asked for ahead.
    private static let ahead = 16

    init(
        _ versions: DimensionVersions,
        _ table: TableDescription,
        _ request: LookupRequest,
        _ columns: [ProjectedColumn],
        _ options: DimensionOptions
    ) {
        self.versions = versions
        self.request = request
        self.columns = columns
        self.options = options
        definition = IndexDefinition(request)
        decoder = RowKeyDecoder(table.columns.map(\.type))
    }

    var byteCount: Int { cache?.byteCount ?? 0 }

    func lookUp(_ keys: [Column], rowCount: Int) throws -> LookupRows {
        let version = try versions.current(definition)
        let asked = definition.keys.map { column in keys[request.keys.firstIndex(of: column) ?? 0].flattened() }
        let probe = request.probe == nil ? nil : keys[request.keys.count].flattened()
        found.removeAll()
        version.index.find(asked, probe: probe, rowCount: rowCount, into: &found)
        var rows = EncodedRowArena()
        let numbers = try fetch(version, into: &rows)
        let selection = SelectionVector(found.askers.span)
        let stored = decoder.columns(of: numbers.span, fields: columns.map(\.index), in: rows)
        let answer = LookupRows(askers: selection, columns: zip(stored, columns).map { $0.narrowed(to: $1.type) })
        return narrowed(answer, stored, keys)
    }

    /// The bytes of the candidates' rows.
    private func fetch(
        _ version: DimensionVersion,
        into rows: inout EncodedRowArena
    ) throws(ConnectorError) -> GrowableLane<UInt32> {
        let count = found.count
        var numbers = GrowableLane<UInt32>(minimumCapacity: count)
        if version.rows.isMapped {
            for index in 0..<min(count, Self.ahead) { version.rows.prefetch(found.units[index]) }
            for index in 0..<count {
                if index + Self.ahead < count { version.rows.prefetch(found.units[index + Self.ahead]) }
                numbers.append(try version.rows.append(mapped: found.units[index], to: &rows))
            }
            return numbers
        }
        if count == 0 { return numbers }
        if cached !== version || cache == nil {
            cache = nil
            cache = RowCache(byteCount: options.cacheByteCount, meanByteCount: version.rows.meanByteCount)
            cached = version
        }
        for index in 0..<count {
            if let number = try cache?.append(found.units[index], of: version.rows, to: &rows) {
                numbers.append(number)
            }
        }
        return numbers
    }

    /// The rows of which the keys are really equal, and the closest ones where only those are wanted.
    private func narrowed(_ answer: LookupRows, _ stored: [Column], _ keys: [Column]) -> LookupRows {
        let count = answer.askers.count
        if count == 0 { return answer }
        var fits = MutableBitmap(count: count, repeating: true)
        for (key, column) in zip(keys, request.keys) {
            guard let place = columns.firstIndex(where: { $0.index == column }) else { continue }
            Column.clearWhereDifferent(key.gathered(answer.askers), stored[place], in: &fits)
        }
        if case .domain(let column) = request.probe, let place = columns.firstIndex(where: { $0.index == column }) {
            Self.clearOthers(keys[request.keys.count].gathered(answer.askers), stored[place], in: &fits)
        }
        let valid = fits.finish()
        if options.takesMostSpecific && request.probe != nil { return answer.gathered(closest(valid)) }
        if valid.isAllSet { return answer }
        var rows: [Int32] = []
        for row in 0..<count where valid[row] { rows.append(Int32(truncatingIfNeeded: row)) }
        return answer.gathered(SelectionVector(rows))
    }

    /// Clears the bit of every row whose domain does not fit its host.
    private static func clearOthers(_ hosts: Column, _ domains: Column, in fits: inout MutableBitmap) {
        let hosts = hosts.flattened()
        let domains = domains.flattened()
        let names = hosts.strings
        let entries = domains.strings
        for row in 0..<hosts.count {
            let isMatch = !domains.isNull(row) && DomainName.matches(names[row], entries[row]) == true
            if !isMatch { fits.clear(row) }
        }
    }

    /// For each asker those of its fitting rows that are the most specific.
    private func closest(_ fits: Bitmap) -> SelectionVector {
        var rows: [Int32] = []
        var start = 0
        while start < found.count {
            var end = start
            var best: UInt64?
            while end < found.count, found.askers[end] == found.askers[start] {
                if fits[end] { best = max(best ?? 0, found.ranks[end]) }
                end += 1
            }
            for row in start..<end where fits[row] && found.ranks[row] == best {
                rows.append(Int32(truncatingIfNeeded: row))
            }
            start = end
        }
        return SelectionVector(rows)
    }
}

extension LookupRows {
    /// Some of the rows.
    fileprivate func gathered(_ selection: SelectionVector) -> LookupRows {
        LookupRows(askers: askers.composed(with: selection), columns: columns.map { $0.gathered(selection) })
    }
}

extension Column {
    /// The column with the fields of ROWs left out that `type` does not have.
    fileprivate func narrowed(to type: DataType) -> Column {
        guard let fields = type.logical.rowFields, let own = self.type.logical.rowFields, fields != own else {
            return self
        }
        let children = fields.map { field -> Column in
            let place = own.firstIndex { $0.name == field.name } ?? 0
            return self.children[place].narrowed(to: field.type)
        }
        return Column(
            type: type,
            count: count,
            values: nil,
            validity: validity,
            children: children,
            isConstant: isConstant
        )
    }
}
