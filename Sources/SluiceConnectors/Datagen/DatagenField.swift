import SluiceColumns

/// When the rows of a generated table happen.
struct DatagenTime: Sendable, Hashable {
    /// Time of row 0, microseconds since the epoch; nil for the wall clock at the moment a row is made.
    var startMicros: Int64?
    /// Time from row to row, nanoseconds.
    var stepNanos: Int64 = 100_000

    /// Time of a row, microseconds since the epoch.
    ///
    /// - Parameters:
    ///   - number: the row's number.
    ///   - wallMicros: the wall clock.
    /// - Returns: the made-up time where there is one, or else the wall clock.
    func micros(_ number: Int64, wallMicros: Int64) -> Int64 {
        guard let startMicros else { return wallMicros }
        let (thousands, rest) = number.quotientAndRemainder(dividingBy: 1000)
        return startMicros &+ thousands &* stepNanos &+ rest &* stepNanos / 1000
    }
}

/// Random bits for each row, from a field's distribution over its values.
struct DatagenDraw: Sendable {
    private let keyRandom: CounterRandom
    private let valueRandom: CounterRandom
    private let skew: DatagenSkew
    private let isPlain: Bool

    init(seed: UInt64, path: String, skew: DatagenSkew = DatagenSkew()) {
        keyRandom = CounterRandom(seed: seed, fieldName: path)
        valueRandom = CounterRandom(seed: seed &+ 1, fieldName: path)
        self.skew = skew
        isPlain = skew.distinctCount == nil && skew.hotCount == 0
    }

    /// 64 random bits for row `number`; equal for rows of the same value.
    @inline(__always)
    func bits(_ number: Int64) -> UInt64 {
        let bits = keyRandom.bits(number)
        return isPlain ? bits : valueRandom.bits(Int64(bitPattern: skew.key(bits).bits))
    }

    /// As many random numbers as the value of row `number` needs.
    @inline(__always)
    func draws(_ number: Int64) -> CounterRandom.DrawSequence {
        CounterRandom.DrawSequence(state: bits(number))
    }
}

/// One column of a generated table, or one field, element, key or value inside of it.
struct DatagenField: Sendable {
    var type: DataType
    /// Probability of NULL, from 0 to 1.
    var nullRate: Double
    let nullRandom: CounterRandom
    var maker: DatagenMaker

    init(_ type: DataType, path: String, seed: UInt64, nullRate: Double = 0, maker: DatagenMaker) {
        self.type = type
        self.nullRate = nullRate
        nullRandom = CounterRandom(seed: seed &+ 3, fieldName: path)
        self.maker = maker
    }

    @inline(__always)
    func isNull(_ number: Int64) -> Bool { nullRandom.unit(number) < nullRate }

    /// The rows that are not NULL; nil where all are.
    func validity(_ numbers: [Int64]) -> Bitmap? {
        guard nullRate > 0 else { return nil }
        var bits = MutableBitmap(count: numbers.count, repeating: true)
        for row in numbers.indices where isNull(numbers[row]) { bits.clear(row) }
        return bits.finishAsValidity()
    }
}

/// How the values of a field are made from the numbers of its rows.
indirect enum DatagenMaker: Sendable {
    case boolean(DatagenDraw)
    /// Evenly from `low` on, `span` values; a span of 0 stands for 2^64. Any integer lane.
    case integers(low: Int64, span: UInt64, DatagenDraw)
    /// The same for the lane `int128`.
    case wideIntegers(low: Int128, span: UInt128, DatagenDraw)
    /// Evenly from `low` to `high`. Lanes `float` and `double`.
    case reals(low: Double, high: Double, DatagenDraw)
    /// `start + n * step`, in units of the lane. Any number lane.
    case sequence(start: Int64, step: Int64)
    /// The same, written in decimal.
    case textSequence(start: Int64, step: Int64)
    /// `start + n * step`. Timestamps.
    case timeSequence(startMicros: Int64, stepNanos: Int64)
    /// The row's time, or up to `maxPastMicros` before it. Timestamps.
    case pastTime(DatagenTime, maxPastMicros: Int64, DatagenDraw)
    /// The day of the row's time. DATE.
    case currentDate(DatagenTime)
    /// The time of day of the row's time. TIME.
    case currentTime(DatagenTime)
    /// Hexadecimal digits, `length` of them or, where `isVariable`, from 1 to `length`.
    case hexadecimal(length: Int, isVariable: Bool, DatagenDraw)
    /// Bytes, as many as of digits above.
    case bytes(length: Int, isVariable: Bool, DatagenDraw)
    /// Realistic text, cut off behind `byteCountMax` bytes.
    case text(DatagenTextWriter, DatagenTime, byteCountMax: Int)
    /// One of the values of a column, of which the last is NULL and stands for NULL rows.
    case choice(Column, DatagenWeights, DatagenDraw)
    case row([DatagenField])
    /// `length` elements.
    case array(DatagenField, length: Int)
    /// Up to `length` entries; equal keys count once.
    case map(DatagenField, DatagenField, length: Int)
}

/// Weights of the values of a `choice`.
struct DatagenWeights: Sendable {
    /// For each value, the weights up to and with its own.
    private let bounds: [UInt32]

    /// - Parameter weights: at least one; above 0, below 2^31 in all.
    init(_ weights: [UInt32]) {
        var total: UInt32 = 0
        bounds = weights.map { weight in
            total += weight
            return total
        }
    }

    /// The number of the value that 32 random bits stand for.
    @inline(__always)
    func choose(_ bits: UInt32) -> Int {
        let mark = CounterRandom.scale(bits, below: bounds[bounds.count - 1])
        var index = 0
        while Int(bounds[index]) <= mark {
            index += 1
        }
        return index
    }
}
