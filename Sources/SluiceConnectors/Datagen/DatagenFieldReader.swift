import SluiceColumns
import SluiceConnect

/// Makes fields of a generated table from their types and their `fields.#.*` options.
struct DatagenFieldReader {
    var options: OptionReader
    let seed: UInt64
    let time: DatagenTime
    /// Rows until the first sequence comes to its `end`; nil where none has one.
    private(set) var sequenceRowCount: Int64?
    /// Rows until the first sequence comes to the end of what its type can hold; nil where none does.
    private(set) var typeRowCount: Int64?

    /// Longest text and largest collection.
    static let lengthMax: Int64 = 1 << 20
    private static let stringLength = 100
    private static let collectionLength: Int64 = 3

    init(options: OptionReader, seed: UInt64, time: DatagenTime) {
        self.options = options
        self.seed = seed
        self.time = time
    }

    /// How the field's values come about, as `fields.#.kind` has it.
    private enum Kind: String, CaseIterable {
        case random, sequence, text, values
    }

    /// The field called `path`: a column's name, and behind a point the name of a nested field, `element`, `key` or
    /// `value`.
    ///
    /// - Parameters:
    ///   - type: the field's type.
    ///   - path: its name in the options.
    ///   - isElement: whether it is inside of a collection, where no sequence makes sense.
    /// - Returns: what makes its values.
    /// - Throws: the first option that does not fit.
    mutating func field(_ type: DataType, _ path: String, isElement: Bool = false) throws(ConnectorError)
        -> DatagenField
    {
        let kind = try kind(of: path)
        let maker: DatagenMaker
        switch kind {
        case .random: maker = try random(type, path)
        case .sequence:
            if isElement { throw wrong(path, "kind", "no sequence inside of an array, map or multiset") }
            maker = try sequence(type, path)
        case .text: maker = try text(type, path)
        case .values: maker = try values(type, path)
        }
        let nullRate = try fraction(path, "null-rate") ?? 0
        if nullRate > 0 && !type.isNullable {
            throw wrong(path, "null-rate", "0, because the field is NOT NULL")
        }
        return DatagenField(type, path: path, seed: seed, nullRate: nullRate, maker: maker)
    }

    private mutating func kind(of path: String) throws(ConnectorError) -> Kind {
        let given = try options.choice(key(path, "kind"), Kind.allCases.map(\.rawValue))
        if let given, let kind = Kind(rawValue: given) { return kind }
        if options.string(key(path, "text")) != nil { return .text }
        if options.string(key(path, "values")) != nil { return .values }
        return .random
    }

    // MARK: Options

    private func key(_ path: String, _ option: String) -> String { "fields.\(path).\(option)" }

    private func wrong(_ path: String, _ option: String, _ expected: String) -> ConnectorError {
        let key = key(path, option)
        return ConnectorError(.user, "badOption", "'\(key)': expected \(expected)", option: key)
    }

    private mutating func fraction(_ path: String, _ option: String) throws(ConnectorError) -> Double? {
        guard let value = try options.number(key(path, option)) else { return nil }
        guard (0...1).contains(value) else { throw wrong(path, option, "a number from 0 to 1") }
        return value
    }

    private mutating func integer(
        _ path: String,
        _ option: String,
        in range: ClosedRange<Int64>
    ) throws(ConnectorError) -> Int64? {
        guard let value = try options.integer(key(path, option)) else { return nil }
        guard range.contains(value) else {
            throw wrong(path, option, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private mutating func skew(_ path: String) throws(ConnectorError) -> DatagenSkew {
        var skew = DatagenSkew()
        let distinct = try integer(path, "distinct", in: 1...Int64(UInt32.max))
        skew.distinctCount = distinct.map { UInt32($0) }
        let share = try fraction(path, "hot-share")
        if let hot = try integer(path, "hot", in: 1...(distinct ?? Int64(UInt32.max))) {
            skew.hotCount = UInt32(hot)
            skew.hotShare = share ?? 0.5
        } else if share != nil {
            throw wrong(path, "hot-share", "'\(key(path, "hot"))' beside it")
        }
        return skew
    }

    private mutating func draw(_ path: String) throws(ConnectorError) -> DatagenDraw {
        DatagenDraw(seed: seed, path: path, skew: try skew(path))
    }

    // MARK: Random values

    private mutating func random(_ type: DataType, _ path: String) throws(ConnectorError) -> DatagenMaker {
        switch type.logical {
        case .boolean: return .boolean(try draw(path))
        case .tinyint: return try integers(path, Int64(Int8.min)...Int64(Int8.max))
        case .smallint: return try integers(path, Int64(Int16.min)...Int64(Int16.max))
        case .int: return try integers(path, Int64(Int32.min)...Int64(Int32.max))
        case .bigint: return try integers(path, Int64.min...Int64.max)
        case .intervalYearMonth(let interval):
            return try integers(path, 0...(Self.powerOfTen(interval.yearPrecision) * 12 - 1))
        case .intervalDayTime(let interval):
            return try integers(path, 0...(Self.powerOfTen(interval.dayPrecision) * 86_400_000 - 1))
        case .float: return try reals(path, Double(Float.greatestFiniteMagnitude))
        case .double: return try reals(path, Double.greatestFiniteMagnitude)
        case .decimal(let precision, let scale): return try decimals(path, precision, scale)
        case .date: return .currentDate(time)
        case .time: return .currentTime(time)
        case .timestamp, .timestampLTZ: return try pastTime(path)
        case .char(let length), .binary(let length):
            for option in ["length", "var-len"] where options.string(key(path, option)) != nil {
                throw wrong(path, option, "nothing, because the type \(type.logical) has a fixed length")
            }
            return letters(type, length, false, try draw(path))
        case .varchar(let most), .varbinary(let most):
            let usual = most == LogicalType.maxLength ? Self.stringLength : most
            let length = try integer(path, "length", in: 1...min(Int64(most), Self.lengthMax)).map { Int($0) } ?? usual
            let isVariable = try options.boolean(key(path, "var-len")) ?? false
            return letters(type, length, isVariable, try draw(path))
        case .row, .array, .map, .multiset: return try nested(type, path)
        case .structured, .variant, .bitmap, .null, .raw:
            throw ConnectorError(
                .user,
                "badSchema",
                "datagen makes no values of type \(type.logical) (field '\(path)')"
            )
        }
    }

    private static func powerOfTen(_ exponent: Int) -> Int64 {
        (0..<min(max(exponent, 0), 9)).reduce(1) { value, _ in value * 10 }
    }

    private func letters(_ type: DataType, _ length: Int, _ isVariable: Bool, _ draw: DatagenDraw) -> DatagenMaker {
        switch type.logical {
        case .binary, .varbinary: .bytes(length: length, isVariable: isVariable, draw)
        default: .hexadecimal(length: length, isVariable: isVariable, draw)
        }
    }

    private mutating func integers(_ path: String, _ range: ClosedRange<Int64>) throws(ConnectorError) -> DatagenMaker {
        let low = try integer(path, "min", in: range) ?? range.lowerBound
        let high = try integer(path, "max", in: range) ?? range.upperBound
        guard low <= high else { throw wrong(path, "max", "no less than 'min'") }
        return .integers(low: low, span: UInt64(bitPattern: high &- low) &+ 1, try draw(path))
    }

    private mutating func reals(_ path: String, _ most: Double) throws(ConnectorError) -> DatagenMaker {
        let low = try options.number(key(path, "min")) ?? 0
        let high = try options.number(key(path, "max")) ?? most
        guard low.isFinite, abs(low) <= most else { throw wrong(path, "min", "a number that the type can hold") }
        guard high.isFinite, abs(high) <= most else { throw wrong(path, "max", "a number that the type can hold") }
        guard low <= high else { throw wrong(path, "max", "no less than 'min'") }
        return .reals(low: low, high: high, try draw(path))
    }

    private mutating func decimals(_ path: String, _ precision: Int, _ scale: Int) throws(ConnectorError)
        -> DatagenMaker
    {
        let most = (0..<precision).reduce(Int128(1)) { value, _ in value * 10 } - 1
        let low = try decimal(path, "min", scale, most) ?? 0
        let high = try decimal(path, "max", scale, most) ?? most
        guard low <= high else { throw wrong(path, "max", "no less than 'min'") }
        let draw = try draw(path)
        if precision <= 18 {
            return .integers(low: Int64(low), span: UInt64(high - low) + 1, draw)
        }
        return .wideIntegers(low: low, span: UInt128(high - low) + 1, draw)
    }

    private mutating func decimal(
        _ path: String,
        _ option: String,
        _ scale: Int,
        _ most: Int128
    ) throws(ConnectorError) -> Int128? {
        guard let text = options.string(key(path, option)) else { return nil }
        guard let value = DatagenValueText.decimal(text, scale: scale), abs(value) <= most else {
            throw wrong(path, option, "a number that the type can hold")
        }
        return value
    }

    private mutating func pastTime(_ path: String) throws(ConnectorError) -> DatagenMaker {
        let millis = try options.durationMillis(key(path, "max-past")) ?? 0
        guard (0...(1 << 46)).contains(millis) else { throw wrong(path, "max-past", "at most 2,000 years") }
        return .pastTime(time, maxPastMicros: millis * 1000, try draw(path))
    }

    private mutating func nested(_ type: DataType, _ path: String) throws(ConnectorError) -> DatagenMaker {
        func length() throws(ConnectorError) -> Int {
            Int(try integer(path, "length", in: 0...Self.lengthMax) ?? Self.collectionLength)
        }
        switch type.logical {
        case .array(let element):
            return .array(try field(element, path + ".element", isElement: true), length: try length())
        case .map(let keyType, let valueType):
            let keys = try field(keyType, path + ".key", isElement: true)
            guard keys.nullRate == 0 else { throw wrong(path + ".key", "null-rate", "0, because keys are never NULL") }
            let values = try field(valueType, path + ".value", isElement: true)
            return .map(keys, values, length: try length())
        case .multiset(let element):
            let elements = try field(element, path + ".element", isElement: true)
            let draw = DatagenDraw(seed: seed, path: path + ".count")
            let counts = DatagenField(
                .notNull(.int),
                path: path + ".count",
                seed: seed,
                maker: .integers(low: 1, span: 3, draw)
            )
            return .map(elements, counts, length: try length())
        case .row(let members):
            var fields: [DatagenField] = []
            for member in members {
                fields.append(try field(member.type, "\(path).\(member.name)"))
            }
            return .row(fields)
        default:
            throw ConnectorError(.internal, "badSchema", "\(type) is not nested")
        }
    }

    // MARK: Sequences

    private mutating func sequence(_ type: DataType, _ path: String) throws(ConnectorError) -> DatagenMaker {
        let range: ClosedRange<Int64>
        switch type.logical {
        case .timestamp, .timestampLTZ: return try timeSequence(path)
        case .tinyint: range = Int64(Int8.min)...Int64(Int8.max)
        case .smallint: range = Int64(Int16.min)...Int64(Int16.max)
        case .int: range = Int64(Int32.min)...Int64(Int32.max)
        case .bigint, .varchar(LogicalType.maxLength): range = Int64.min...Int64.max
        case .float: range = -16_777_216...16_777_216
        case .double: range = -(1 << 53)...(1 << 53)
        case .decimal(let precision, let scale):
            let most = (0..<min(precision - scale, 18)).reduce(Int64(1)) { value, _ in value * 10 } - 1
            range = -most...most
        default: throw wrong(path, "kind", "another kind: no sequence of \(type.logical)")
        }
        guard let start = try integer(path, "start", in: range) else {
            throw wrong(path, "start", "a whole number, where the sequence starts")
        }
        let step = try integer(path, "step", in: -1_000_000_000_000...1_000_000_000_000) ?? 1
        guard step != 0 else { throw wrong(path, "step", "a number other than 0") }
        let end = try integer(path, "end", in: range)
        guard end.map({ step > 0 ? $0 >= start : $0 <= start }) ?? true else {
            throw wrong(path, "end", step > 0 ? "no less than 'start'" : "no more than 'start'")
        }
        if let end {
            sequenceRowCount = min(sequenceRowCount ?? .max, Self.rowCount(start, end, step))
        }
        let last = step > 0 ? range.upperBound : range.lowerBound
        typeRowCount = min(typeRowCount ?? .max, Self.rowCount(start, last, step))
        switch type.logical {
        case .varchar: return .textSequence(start: start, step: step)
        case .decimal(let precision, let scale): return try decimalSequence(path, start, step, precision, scale)
        default: return .sequence(start: start, step: step)
        }
    }

    private func decimalSequence(
        _ path: String,
        _ start: Int64,
        _ step: Int64,
        _ precision: Int,
        _ scale: Int
    ) throws(ConnectorError) -> DatagenMaker {
        guard precision <= 18 || scale == 0 else {
            throw wrong(path, "kind", "another kind: a sequence of DECIMAL has at most 18 digits or no fraction")
        }
        let unit = (0..<scale).reduce(Int64(1)) { value, _ in value * 10 }
        let (unscaledStep, overflow) = step.multipliedReportingOverflow(by: unit)
        guard !overflow else { throw wrong(path, "step", "a smaller number") }
        return .sequence(start: start * unit, step: unscaledStep)
    }

    private static func rowCount(_ start: Int64, _ end: Int64, _ step: Int64) -> Int64 {
        Int64(clamping: (Int128(end) - Int128(start)) / Int128(step) + 1)
    }

    private mutating func timeSequence(_ path: String) throws(ConnectorError) -> DatagenMaker {
        var start = time.startMicros
        if let text = options.string(key(path, "start")) {
            guard let micros = CivilTime.parseMicros(text) else {
                throw wrong(path, "start", "a timestamp such as '2024-01-01 00:00:00'")
            }
            start = micros
        }
        guard let start else {
            throw wrong(path, "start", "a timestamp such as '2024-01-01 00:00:00', or 'time.start' for the table")
        }
        let step = try options.durationMillis(key(path, "step")).map { $0 * 1_000_000 } ?? time.stepNanos
        guard step > 0 else { throw wrong(path, "step", "a duration of at least 1 ms") }
        return .timeSequence(startMicros: start, stepNanos: step)
    }

    // MARK: Texts and given values

    private mutating func text(_ type: DataType, _ path: String) throws(ConnectorError) -> DatagenMaker {
        guard case .varchar(let most) = type.logical else {
            throw wrong(path, "text", "a field of type STRING or VARCHAR, not \(type.logical)")
        }
        let known = DatagenTextKind.allCases.map(\.rawValue)
        let name = try options.choice(key(path, "text"), known)
        guard let kind = name.flatMap({ DatagenTextKind(rawValue: $0) }) else {
            throw wrong(path, "text", known.joined(separator: ", "))
        }
        let writer = DatagenTextWriter(kind, skew: try skew(path), seed: seed, fieldName: path)
        return .text(writer, time, byteCountMax: most)
    }

    private mutating func values(_ type: DataType, _ path: String) throws(ConnectorError) -> DatagenMaker {
        guard let list = options.string(key(path, "values")) else {
            throw wrong(path, "values", "values separated by ';'")
        }
        var values: [Value] = []
        for text in list.split(separator: ";", omittingEmptySubsequences: false) {
            guard let value = DatagenValueText.value(String(text), type.logical) else {
                throw wrong(path, "values", "values of type \(type.logical) separated by ';', not '\(text)'")
            }
            values.append(value)
        }
        var weights = [UInt32](repeating: 1, count: values.count)
        if let list = options.string(key(path, "weights")) {
            let given = list.split(separator: ";").compactMap { UInt32($0) }.filter { (1...1_000_000).contains($0) }
            guard given.count == values.count, list.split(separator: ";").count == values.count, values.count <= 2000
            else {
                throw wrong(path, "weights", "a whole number from 1 to 1000000 for each of the values, at most 2000")
            }
            weights = given
        }
        let column = Column.of(values + [.null], type.nullable(true))
        return .choice(column, DatagenWeights(weights), DatagenDraw(seed: seed, path: path))
    }
}
