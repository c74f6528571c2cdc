import SluiceColumns
import SluiceConnect

/// The `datagen` connector: rows of any schema, made up as they are read.
package enum DatagenConnector {
    /// Everything about it.
    package static let descriptor = ConnectorDescriptor(
        name: "datagen",
        summary: "Generates rows: random values, sequences, chosen values, and realistic texts such as log lines.",
        options: options,
        example: example,
        makeScan: { table, options in try DatagenScan(table, &options) }
    )

    private static let options = [
        OptionDescriptor(
            "rows-per-second",
            "integer",
            default: "10000",
            "Rows per second of the whole table; 0 for as many as possible."
        ),
        OptionDescriptor(
            "number-of-rows",
            "integer",
            "Rows of the table; without it the table ends with its shortest sequence, or never."
        ),
        OptionDescriptor("seed", "integer", default: "0", "Decides all random choices: equal seeds, equal rows."),
        OptionDescriptor(
            "time.start",
            "timestamp",
            "Time of the first row in UTC; without it, rows happen when they are made, by the wall clock."
        ),
        OptionDescriptor(
            "time.step",
            "duration",
            default: "the time between two rows",
            "Made-up time from row to row, where 'time.start' is given."
        ),
        OptionDescriptor(
            "scan.parallelism",
            "integer",
            default: "16",
            "Parts the table is made in: at most so many shards share the work. Does not change the rows."
        ),
        OptionDescriptor(
            "fields.#.kind",
            "random|sequence|text|values",
            default: "random",
            "How the values come about; 'text' and 'values' need not be said where the option of that name is given."
        ),
        OptionDescriptor("fields.#.null-rate", "number", default: "0", "The share of rows that are NULL, 0 to 1."),
        OptionDescriptor("fields.#.min", "the field's type", default: "the type's least", "Least random number."),
        OptionDescriptor("fields.#.max", "the field's type", default: "the type's largest", "Largest random number."),
        OptionDescriptor(
            "fields.#.max-past",
            "duration",
            default: "0",
            "How far a random timestamp may lie before the row's time."
        ),
        OptionDescriptor(
            "fields.#.length",
            "integer",
            default: "100, or 3 for collections",
            "Characters of a random text, bytes of random binary data, or elements of a collection."
        ),
        OptionDescriptor(
            "fields.#.var-len",
            "boolean",
            default: "false",
            "Whether 'length' is the most, and 1 the least."
        ),
        OptionDescriptor("fields.#.start", "integer or timestamp", "First value of a sequence."),
        OptionDescriptor("fields.#.end", "integer", "Last value of a sequence; the table ends with it."),
        OptionDescriptor(
            "fields.#.step",
            "integer or duration",
            default: "1, or 'time.step'",
            "From one value of a sequence to the next."
        ),
        OptionDescriptor(
            "fields.#.text",
            DatagenTextKind.allCases.map(\.rawValue).joined(separator: "|"),
            "Realistic text: "
                + DatagenTextKind.allCases.map { "\($0.rawValue), \($0.summary)" }.joined(separator: "; ") + "."
        ),
        OptionDescriptor("fields.#.values", "list", "The values to choose from, separated by ';'."),
        OptionDescriptor("fields.#.weights", "list", "How often each of the values is chosen, separated by ';'."),
        OptionDescriptor(
            "fields.#.distinct",
            "integer",
            "How many different values there are, where values are random or texts."
        ),
        OptionDescriptor(
            "fields.#.hot",
            "integer",
            "How many values are more frequent than the others: popular products, or the attackers in a log."
        ),
        OptionDescriptor(
            "fields.#.hot-share",
            "number",
            default: "0.5 where 'hot' is given",
            "The share of rows with a hot value."
        ),
    ]

    private static let example = """
        CREATE TABLE requests (
          id BIGINT,
          client STRING,
          status INT,
          line STRING,
          `at` TIMESTAMP(3),
          WATERMARK FOR `at` AS `at` - INTERVAL '1' SECOND
        ) WITH (
          'connector' = 'datagen',
          'rows-per-second' = '5',
          'number-of-rows' = '100',
          'time.start' = '2024-01-01 00:00:00',
          'fields.id.kind' = 'sequence',
          'fields.id.start' = '1',
          'fields.client.text' = 'ip',
          'fields.client.distinct' = '1000',
          'fields.client.hot' = '3',
          'fields.status.values' = '200;404;500',
          'fields.status.weights' = '95;4;1',
          'fields.line.text' = 'access-log',
          'fields.at.kind' = 'sequence'
        )
        """
}

/// A table of the `datagen` connector.
struct DatagenScan: ScanTable {
    let columns: [TableColumn]
    let fields: [DatagenField]
    let rowsPerSecond: Int64
    /// Rows of the table; nil where neither the options nor the types of sequences bound them.
    let rowCount: Int64?
    let isBounded: Bool
    let partCount: Int64
    let seed: UInt64
    var clock: any GeneratorClock = SystemGeneratorClock()

    /// - Throws: the first option or column that is wrong.
    init(_ table: TableDescription, _ options: inout OptionReader) throws(ConnectorError) {
        columns = table.columns
        rowsPerSecond = try Self.integer(&options, "rows-per-second", in: 0...1_000_000_000) ?? 10_000
        let rowCount = try Self.integer(&options, "number-of-rows", in: 0...GeneratedStream.rowCountMax)
        partCount = try Self.integer(&options, "scan.parallelism", in: 1...BlockShare.countMax) ?? 16
        seed = try options.integer("seed").map { UInt64(bitPattern: $0) } ?? 0
        let time = try Self.time(&options, rowsPerSecond)
        var reader = DatagenFieldReader(options: options, seed: seed, time: time)
        var fields: [DatagenField] = []
        for column in table.columns {
            fields.append(try reader.field(column.type, column.name))
        }
        options = reader.options
        self.fields = fields
        let bounds = [rowCount, reader.sequenceRowCount].compactMap { $0 }
        isBounded = !bounds.isEmpty
        // A sequence that would leave its type ends the rows too, but nobody asked for that end.
        self.rowCount = (bounds + [reader.typeRowCount].compactMap { $0 }).min()
    }

    private static func integer(
        _ options: inout OptionReader,
        _ key: String,
        in range: ClosedRange<Int64>
    ) throws(ConnectorError) -> Int64? {
        guard let value = try options.integer(key) else { return nil }
        guard range.contains(value) else {
            throw ConnectorError(
                .user,
                "badOption",
                "'\(key)' = '\(value)': expected \(range.lowerBound) to \(range.upperBound)",
                option: key
            )
        }
        return value
    }

    private static func time(
        _ options: inout OptionReader,
        _ rowsPerSecond: Int64
    ) throws(ConnectorError) -> DatagenTime {
        var time = DatagenTime()
        time.stepNanos = rowsPerSecond == 0 ? 1_000_000 : max(1_000_000_000 / rowsPerSecond, 1)
        if let text = options.string("time.start") {
            guard let micros = CivilTime.parseMicros(text) else {
                throw ConnectorError(
                    .user,
                    "badOption",
                    "'time.start' = '\(text)': expected a timestamp such as '2024-01-01 00:00:00'",
                    option: "time.start"
                )
            }
            time.startMicros = micros
        }
        if let millis = try options.durationMillis("time.step") {
            guard (1...86_400_000_000).contains(millis) else {
                throw ConnectorError(
                    .user,
                    "badOption",
                    "'time.step': expected 1 ms to 1000 days",
                    option: "time.step"
                )
            }
            time.stepNanos = millis * 1_000_000
        }
        return time
    }

    var summary: String {
        let count = isBounded ? "\(rowCount ?? 0) rows" : "without an end"
        let rate = rowsPerSecond == 0 ? "as fast as possible" : "\(rowsPerSecond) rows/s"
        return "datagen(\(count), \(rate), seed \(seed))"
    }

    func splits() -> [Split] {
        // Rows of a tenth of a second at most: a longer block would let one shard wait for another.
        let blockSize = rowsPerSecond == 0 ? 4096 : min(max(rowsPerSecond / 10, 1), 4096)
        return (0..<partCount).map { Split(id: BlockShare(index: $0, count: partCount, blockSize: blockSize).id) }
    }

    func makeReader(
        columns: [ProjectedColumn],
        splits: [Split],
        context: ReaderContext
    ) throws -> any SourceReader {
        let fields = columns.map { self.fields[$0.index].projected(to: $0.type) }
        let clock = self.clock
        let rowsPerSecond = self.rowsPerSecond
        let stream = GeneratedStream(
            rowCount: rowCount.map { min($0, GeneratedStream.rowCountMax) },
            dueMicros: rowsPerSecond == 0
                ? nil
                : { number in
                    let (seconds, rest) = number.quotientAndRemainder(dividingBy: rowsPerSecond)
                    return seconds &* 1_000_000 &+ rest &* 1_000_000 / rowsPerSecond
                },
            makeBatch: { first, count in
                let numbers = Array(first..<(first + Int64(count)))
                let wallMicros = clock.wallMicros()
                return Batch(columns: fields.map { $0.column(numbers, wallMicros: wallMicros) }, rowCount: count)
            }
        )
        return try GeneratedReader(stream, splits: splits, clock: clock)
    }
}

extension DatagenField {
    /// The field with only those nested fields that `wanted` has, by name.
    func projected(to wanted: DataType) -> DatagenField {
        guard case .row(let fields) = maker, case .row(let members) = type.logical,
            case .row(let wantedMembers) = wanted.logical
        else { return self }
        var copy = self
        copy.type = wanted
        copy.maker = .row(
            wantedMembers.compactMap { member in
                members.firstIndex { $0.name == member.name }.map { fields[$0].projected(to: member.type) }
            }
        )
        return copy
    }
}
