import SluiceColumns
import SluiceConnect

/// What a JSON value becomes.
enum JSONKind: UInt8, BitwiseCopyable {
    /// Nobody needs it.
    case skip
    case boolean, int8, int16, int32, int64, float, double, decimal64, decimal128, string, bytes, date, time
    case timestamp64, timestamp128, timestampLTZ64, timestampLTZ128, null
    case row, list, map
}

/// A place that values are decoded into: a column, a field of a ROW, an element of an ARRAY, a key or value of a MAP.
struct JSONTarget {
    /// What the value becomes.
    var kind: JSONKind
    /// Its lane in the `LaneSet`.
    var lane: Int
    /// The column type.
    var type: DataType
    /// Precision of DECIMAL, TIME and timestamps.
    var precision = 0
    /// Scale of DECIMAL.
    var scale = 0
    /// The object whose fields these are, where `kind` is `row`.
    var object = -1
    /// The element of a list; the value of a map.
    var element = -1
    /// The key of a map.
    var key = -1
    /// The lane of the offsets of lists and maps.
    var offsetLane = -1
    /// How many arrays, maps and objects stand around the value.
    var depth = 0
    /// Whether the rows of this lane are elements of some list.
    var isElement = false
    /// Whether rows that say NULL are told from those that are not named.
    var notesNulls = false
}

/// One shape of JSON object: the fields that are wanted, and the keys that have been seen.
struct JSONObject {
    /// Names of the wanted fields, in UTF-8.
    var names: [[UInt8]]
    /// Their targets.
    var targets: [Int]
    /// The slot of the key that came first the last time.
    var firstSlot = -1
    /// The newest slot of this object; a chain through `sibling`.
    var lastSlot = -1
    /// Slots so far.
    var slotCount = 0
}

/// A key as it stands in the input, from behind the brace or the value before it (so with its comma) to the first byte
/// of its value, and what to do with the value.
///
/// The next key is nearly always the same as the last time, so each slot predicts one, and the comparison is two masked
/// 64-bit words.
struct JSONSlot: BitwiseCopyable {
    var word0: UInt64 = 0
    var mask0: UInt64 = 0
    var word1: UInt64 = 0
    var mask1: UInt64 = 0
    /// Bytes of the text.
    var byteCount: Int32 = 0
    /// Where the text of a key of more than 16 bytes stands in `keyBytes`.
    var textOffset: Int32 = 0
    /// The slot that followed last time.
    var next: Int32 = -1
    /// The slot of the same object that was learned before.
    var sibling: Int32 = -1
    /// The target, or -1.
    var target: Int32 = -1
    /// The lane of the target, or -1.
    var lane: Int32 = -1
    var kind: JSONKind = .skip
    /// Whether the text follows a brace, and has no comma.
    var isFirst = false
}

/// What a decoder knows about the records: the tree of targets of the projection, as flat tables.
struct JSONPlan {
    /// Objects; 0 is the record.
    private(set) var objects: [JSONObject] = []
    /// All targets.
    private(set) var targets: [JSONTarget] = []
    /// Bytes per slot of each lane.
    private(set) var strides: [Int] = []
    /// Targets of the projected columns, in order.
    private(set) var columns: [Int] = []

    /// Plans the decoding of `columns` of `schema`.
    init(schema: [TableColumn], columns projected: [ProjectedColumn]) throws(ConnectorError) {
        var names: [[UInt8]] = []
        objects.append(JSONObject(names: [], targets: []))
        for column in projected {
            names.append(Array(schema[column.index].name.utf8))
            columns.append(try target(column.type, depth: 1, isElement: false))
        }
        objects[0] = JSONObject(names: names, targets: columns)
    }

    /// Lets a scanner tell fields of an object that say NULL from those that are not there.
    mutating func noteNulls(inObject object: Int) {
        for target in objects[object].targets { targets[target].notesNulls = true }
    }

    private mutating func lane(stride: Int) -> Int {
        strides.append(stride)
        return strides.count - 1
    }

    private mutating func target(_ type: DataType, depth: Int, isElement: Bool) throws(ConnectorError) -> Int {
        let kind = try Self.kind(of: type)
        let stride = kind == .list || kind == .map ? 0 : type.lane.stride
        var target = JSONTarget(kind: kind, lane: lane(stride: stride), type: type)
        target.depth = depth
        target.isElement = isElement
        switch type.logical {
        case .decimal(let precision, let scale): (target.precision, target.scale) = (precision, scale)
        case .timestamp(let precision), .timestampLTZ(let precision), .time(let precision):
            target.precision = precision
        case .row(let fields), .structured(_, let fields):
            objects.append(JSONObject(names: [], targets: []))
            target.object = objects.count - 1
            var parts: [Int] = []
            for field in fields { parts.append(try self.target(field.type, depth: depth + 1, isElement: isElement)) }
            objects[target.object] = JSONObject(names: fields.map { Array($0.name.utf8) }, targets: parts)
        case .array(let element):
            target.offsetLane = lane(stride: 4)
            target.element = try self.target(element, depth: depth + 1, isElement: true)
        case .map(let key, let value):
            target.offsetLane = lane(stride: 4)
            target.key = try mapKey(key, depth, type)
            target.element = try self.target(value, depth: depth + 1, isElement: true)
        case .multiset(let element):
            target.offsetLane = lane(stride: 4)
            target.key = try mapKey(element, depth, type)
            target.element = try self.target(.notNull(.int), depth: depth + 1, isElement: true)
        default: break
        }
        targets.append(target)
        return targets.count - 1
    }

    private mutating func mapKey(_ key: DataType, _ depth: Int, _ type: DataType) throws(ConnectorError) -> Int {
        guard try Self.kind(of: key) == .string else {
            throw ConnectorError(
                .user,
                "unsupportedType",
                "the json format needs text as the key of a map; the type is \(type)"
            )
        }
        return try target(key, depth: depth + 1, isElement: true)
    }

    private static func kind(of type: DataType) throws(ConnectorError) -> JSONKind {
        let isNarrow = type.lane == .int64
        switch type.logical {
        case .boolean: return .boolean
        case .tinyint: return .int8
        case .smallint: return .int16
        case .int, .intervalYearMonth: return .int32
        case .bigint, .intervalDayTime: return .int64
        case .float: return .float
        case .double: return .double
        case .decimal: return isNarrow ? .decimal64 : .decimal128
        case .char, .varchar: return .string
        case .binary, .varbinary: return .bytes
        case .date: return .date
        case .time: return .time
        case .timestamp: return isNarrow ? .timestamp64 : .timestamp128
        case .timestampLTZ: return isNarrow ? .timestampLTZ64 : .timestampLTZ128
        case .null: return .null
        case .row, .structured: return .row
        case .array: return .list
        case .map, .multiset: return .map
        case .raw, .variant, .bitmap:
            throw ConnectorError(.user, "unsupportedType", "the json format cannot read the type \(type)")
        }
    }
}
