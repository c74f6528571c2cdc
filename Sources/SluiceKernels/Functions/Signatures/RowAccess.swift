import SluiceColumns

/// Read access to a text or binary argument by row, flat or constant.
struct TextArgument: ~Escapable {
    private let strings: StringSpan
    private let mask: Int

    @inline(__always)
    @_lifetime(copy strings)
    init(_ strings: StringSpan, isConstant: Bool) {
        self.strings = strings
        mask = isConstant ? 0 : -1
    }

    /// The bytes of row `row`; empty where it is NULL.
    @inline(__always)
    subscript(row: Int) -> Span<UInt8> {
        @_lifetime(copy self)
        get { strings[row & mask] }
    }
}

/// Read access to a fixed-width argument by row, flat or constant.
struct LaneArgument<Value: BitwiseCopyable>: ~Escapable {
    private let slots: Span<Value>
    private let mask: Int

    @inline(__always)
    @_lifetime(copy slots)
    init(_ slots: Span<Value>, isConstant: Bool) {
        self.slots = slots
        mask = isConstant ? 0 : -1
    }

    /// The value of row `row`; unspecified where it is NULL.
    @inline(__always)
    subscript(row: Int) -> Value { slots[row & mask] }
}

extension Array where Element == Column {
    /// Text or binary argument `index`.
    @inline(__always)
    @_lifetime(borrow self)
    func text(_ index: Int) -> TextArgument { TextArgument(strings(index), isConstant: self[index].isConstant) }

    /// Fixed-width argument `index`.
    @inline(__always)
    @_lifetime(borrow self)
    func lane<Value: BitwiseCopyable>(_ index: Int, of value: Value.Type) -> LaneArgument<Value> {
        LaneArgument(slots(index, of: value), isConstant: self[index].isConstant)
    }

    /// Views of argument `index`, to be set in a `TextResult` that shares its arenas.
    @inline(__always)
    @_lifetime(borrow self)
    func views(_ index: Int) -> LaneArgument<StringView> { lane(index, of: StringView.self) }
}

/// Which rows of a result are NULL: those where an argument is, and those that the kernel adds.
struct RowValidity: ~Copyable {
    private var bits: MutableBitmap

    /// Starts with the rows where no argument is NULL.
    init(_ arguments: [Column], rowCount: Int) {
        bits = MutableBitmap(count: rowCount, repeating: true)
        for argument in arguments {
            guard !argument.isConstant, let validity = argument.validity else { continue }
            var words = bits.words
            let source = validity.words
            for index in 0..<words.count { words[index] &= source[index] }
        }
    }

    /// Whether row `row` is not NULL so far.
    @inline(__always)
    func isPresent(_ row: Int) -> Bool { bits[row] }

    /// Makes row `row` NULL.
    @inline(__always)
    mutating func setNull(_ row: Int) { bits.clear(row) }

    /// The bitmap of the column.
    ///
    /// - Throws: where a row is NULL although the type of the value is NOT NULL.
    consuming func finish(_ type: DataType) throws -> Bitmap? {
        let validity = bits.finishAsValidity()
        if validity != nil, !type.isNullable {
            throw EvaluationError("unexpectedNull", "a function of type \(type) has no value for its arguments")
        }
        return validity
    }
}

/// A text or binary result under construction; rows that are not set are empty.
struct TextResult: ~Copyable {
    private var validity: RowValidity
    private var builder: StringBuilder
    /// Scratch for the text of one row.
    var buffer = TextBuffer()

    init(_ arguments: [Column], rowCount: Int) {
        validity = RowValidity(arguments, rowCount: rowCount)
        builder = StringBuilder(count: rowCount)
    }

    /// Lets views of these columns be set as they are.
    mutating func share(_ columns: [Column]) {
        for column in columns where column.type.lane == .view { builder.share(column.arenas) }
    }

    /// Whether row `row` has to be computed.
    @inline(__always)
    func isPresent(_ row: Int) -> Bool { validity.isPresent(row) }

    /// Makes row `row` NULL.
    @inline(__always)
    mutating func setNull(_ row: Int) { validity.setNull(row) }

    /// Sets row `row` to a copy of `bytes`.
    @inline(__always)
    mutating func set(_ row: Int, _ bytes: Span<UInt8>) { builder.set(row, to: bytes) }

    /// Sets row `row` to a view of a column that was shared.
    @inline(__always)
    mutating func set(_ row: Int, view: StringView) { builder.set(row, toView: view) }

    /// Sets row `row` to the scratch text and empties that.
    @inline(__always)
    mutating func setFromBuffer(_ row: Int) {
        TextResult.move(&buffer, to: &builder, row)
    }

    @inline(__always)
    private static func move(_ buffer: inout TextBuffer, to builder: inout StringBuilder, _ row: Int) {
        builder.set(row, to: buffer.bytes)
        buffer.removeAll()
    }

    /// Freezes the rows.
    consuming func finish(_ type: DataType) throws -> Column {
        let bitmap = try validity.finish(type)
        return builder.finish(type, validity: bitmap)
    }
}

/// A fixed-width result under construction; slots that are not set are zero.
struct LaneResult<Value: BitwiseCopyable>: ~Copyable {
    private var validity: RowValidity
    private var lane: MutableLane<Value>

    init(_ arguments: [Column], rowCount: Int) {
        validity = RowValidity(arguments, rowCount: rowCount)
        lane = MutableLane(count: rowCount, zeroed: true)
    }

    /// Whether row `row` has to be computed.
    @inline(__always)
    func isPresent(_ row: Int) -> Bool { validity.isPresent(row) }

    /// Makes row `row` NULL.
    @inline(__always)
    mutating func setNull(_ row: Int) { validity.setNull(row) }

    /// Sets row `row`.
    @inline(__always)
    mutating func set(_ row: Int, _ value: Value) {
        var slots = lane.span
        slots[row] = value
    }

    /// Freezes the rows.
    consuming func finish(_ type: DataType) throws -> Column {
        let bitmap = try validity.finish(type)
        return Column(type: type, count: lane.count, values: lane.finish(), validity: bitmap)
    }
}
