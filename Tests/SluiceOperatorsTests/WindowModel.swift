import SluiceColumns
import SluicePlan

@testable import SluiceOperators

/// Windows as Flink has them, row by row: a row joins each of its windows that the watermark has not passed, then the
/// watermark moves.
///
/// Written without slices, and without arithmetic shared with the operators.
struct WindowModel {
    let shape: WindowSpecification.Shape
    let offset: Int64
    /// Columns of the key.
    let keys: [Int]
    let aggregates: [AggregateCall]
    /// Column of the window's end where rows come with their window.
    var attachedEnd: Int?

    private(set) var lateRows: [ChangeRow] = []
    private var windows: [Int64: [[Value]: FoldedTable]] = [:]
    private var watermark = Int64.min

    init(
        _ shape: WindowSpecification.Shape,
        offset: Int64,
        keys: [Int],
        aggregates: [AggregateCall],
        attachedEnd: Int? = nil
    ) {
        self.shape = shape
        self.offset = offset
        self.keys = keys
        self.aggregates = aggregates
        self.attachedEnd = attachedEnd
    }

    /// Takes a row whose time is in column 0 and whose watermark is in column 1.
    mutating func process(_ row: ChangeRow) {
        let time = Self.micros(row.values[0])
        let ends = attachedEnd.map { [Self.micros(row.values[$0])] } ?? Self.ends(shape, offset, time)
        let open = ends.filter { watermark == .min || $0 - 1_000 > watermark }
        if open.isEmpty { lateRows.append(row) }
        let key = keys.map { row.values[$0] }
        for end in open { windows[end, default: [:]][key, default: FoldedTable()].apply(row) }
        if case .integer(let mark) = row.values[1] { watermark = max(watermark, mark) }
    }

    private static func micros(_ value: Value) -> Int64 {
        if case .integer(let micros) = value { return micros }
        return 0
    }

    /// Ends of the windows that hold `time`.
    static func ends(_ shape: WindowSpecification.Shape, _ offset: Int64, _ time: Int64) -> [Int64] {
        switch shape {
        case .tumble(let size): return [start(time, size, offset) + size]
        case .hop(let size, let slide):
            var ends: [Int64] = []
            var begin = start(time, slide, offset)
            while begin + size > time {
                ends.append(begin + size)
                begin -= slide
            }
            return ends
        case .cumulate(let size, let step):
            let begin = start(time, size, offset)
            return stride(from: begin + step, through: begin + size, by: Int(step)).map { Int64($0) }
                .filter { $0 > time }
        case .session: return []
        }
    }

    /// Start of a window that ends at `end`.
    static func start(ofWindowEnding end: Int64, _ shape: WindowSpecification.Shape, _ offset: Int64) -> Int64 {
        switch shape {
        case .tumble(let size), .hop(let size, _): end - size
        case .cumulate(let size, _): start(end - 1, size, offset)
        case .session: end
        }
    }

    private static func start(_ time: Int64, _ size: Int64, _ offset: Int64) -> Int64 {
        var start = ((time - offset) / size) * size + offset
        while start > time { start -= size }
        while start + size <= time { start += size }
        return start
    }

    /// Every window's rows: keys, aggregates, start, end, time.
    var results: FoldedTable {
        var table = FoldedTable()
        for (end, groups) in windows {
            for (key, content) in groups where !content.rows.isEmpty {
                let values = aggregates.map { NaiveAggregate($0).result(content.rows) }
                let bounds = [Self.start(ofWindowEnding: end, shape, offset), end, end - 1_000]
                table.apply(ChangeRow(key + values + bounds.map { .integer($0) }))
            }
        }
        return table
    }
}
