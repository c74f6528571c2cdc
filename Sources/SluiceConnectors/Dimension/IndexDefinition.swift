import SluiceColumns
import SluiceConnect

/// An index of a dimension table: the columns that are equated, and the condition besides.
struct IndexDefinition: Sendable, Hashable {
    /// Columns of the table, ascending.
    let keys: [Int]
    /// The condition besides.
    let probe: LookupProbe?

    /// The index for a request.
    init(_ request: LookupRequest) {
        keys = Set(request.keys).sorted()
        probe = request.probe
    }

    /// As EXPLAIN shows it: `hash(tenant) network(net)`.
    func text(_ table: TableDescription) -> String {
        func names(_ columns: [Int]) -> String { columns.map { table.columns[$0].name }.joined(separator: ", ") }
        let hash = keys.isEmpty ? [] : ["hash(\(names(keys)))"]
        switch probe {
        case nil: return hash.joined()
        case .network(let column): return (hash + ["network(\(names([column])))"]).joined(separator: " ")
        case .domain(let column): return (hash + ["domain(\(names([column])))"]).joined(separator: " ")
        case .range(let low, let high): return (hash + ["range(\(names([low, high])))"]).joined(separator: " ")
        }
    }

    /// The columns that the index is built from, ascending: the keys and those of the probe.
    var columns: [Int] {
        switch probe {
        case nil: keys
        case .network(let column), .domain(let column): Set(keys + [column]).sorted()
        case .range(let low, let high): Set(keys + [low, high]).sorted()
        }
    }

    /// Whether an index for the condition can be built over columns of these types.
    static func canBuild(_ probe: LookupProbe, _ table: TableDescription) -> Bool {
        switch probe {
        case .network(let column), .domain(let column): return table.columns[column].type.lane == .view
        case .range(let low, let high):
            return RangeForm(table.columns[low].type) != nil
                && RangeForm(table.columns[low].type) == RangeForm(table.columns[high].type)
        }
    }

    /// The width of the values of a range index; nil where the index has no range.
    func rangeForm(_ table: TableDescription) -> RangeForm? {
        guard case .range(let low, _) = probe else { return nil }
        return RangeForm(table.columns[low].type)
    }
}

/// How wide the numbers are that stand for the values of a range, in their order.
enum RangeForm: Sendable, Hashable {
    /// 64 bits.
    case narrow
    /// 128 bits.
    case wide

    /// Nil for types without such numbers.
    init?(_ type: DataType) {
        switch type.lane {
        case .int8, .int16, .int32, .int64, .float, .double: self = .narrow
        case .int128: self = .wide
        default: return nil
        }
    }

    /// The number of a value that is not NULL; nil for NaN, which lies in no range.
    @inline(__always)
    static func narrow(_ column: Column, _ slot: Int) -> UInt64? {
        let bias = UInt64(1) << 63
        switch column.type.lane {
        case .int8: return UInt64(bitPattern: Int64(column.int8s[slot])) ^ bias
        case .int16: return UInt64(bitPattern: Int64(column.int16s[slot])) ^ bias
        case .int32: return UInt64(bitPattern: Int64(column.int32s[slot])) ^ bias
        case .int64: return UInt64(bitPattern: column.int64s[slot]) ^ bias
        case .float: return order(Double(column.floats[slot]))
        case .double: return order(column.doubles[slot])
        default: return nil
        }
    }

    /// The number of a value of 128 bits.
    @inline(__always)
    static func wide(_ column: Column, _ slot: Int) -> UInt128 {
        UInt128(bitPattern: column.int128s[slot]) ^ UInt128(1) << 127
    }

    private static func order(_ value: Double) -> UInt64? {
        if value.isNaN { return nil }
        // Both zeros are one value.
        let bits = (value + 0).bitPattern
        return bits >> 63 == 1 ? ~bits : bits | UInt64(1) << 63
    }
}

/// The hashes of the equated columns, and of names within them.
enum IndexHash {
    /// A hash per row.
    static func keys(_ columns: [Column], rowCount: Int) -> MutableLane<UInt64> {
        RowHash.hashes(columns, rowCount: rowCount)
    }

    /// 32 bits of the hash of equated columns, for ranges.
    @inline(__always)
    static func group(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 32) }

    /// The hash of a name in lower case together with that of the equated columns, 0 where there are none.
    @inline(__always)
    static func name(_ lowered: Span<UInt8>, keys: UInt64) -> UInt64 { RowHash.mix(keys &* 31 ^ RowHash.mix(lowered)) }
}
