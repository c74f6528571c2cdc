import SluiceColumns

/// Conversions from text.
enum ParseCasts {
    static func make(_ request: CastKernels.Request) throws -> ScalarKernel {
        switch request.to {
        case .boolean: return parse(request, zero: 0 as UInt8) { boolean($0) }
        case .tinyint: return parse(request, zero: 0 as Int8) { integer($0).flatMap { Int8(exactly: $0) } }
        case .smallint: return parse(request, zero: 0 as Int16) { integer($0).flatMap { Int16(exactly: $0) } }
        case .int: return parse(request, zero: 0 as Int32) { integer($0).flatMap { Int32(exactly: $0) } }
        case .bigint: return parse(request, zero: 0 as Int64) { integer($0) }
        case .float: return parse(request, zero: 0 as Float) { FloatText.parseJavaFloat($0) }
        case .double: return parse(request, zero: 0 as Double) { FloatText.parseJavaDouble($0) }
        case .decimal(let precision, let scale):
            let shape = DecimalShape(precision, scale)
            if shape.isNarrow {
                return parse(request, zero: 0 as Int64) {
                    DecimalConversion.parseCast($0, into: shape).map { Int64(truncatingIfNeeded: $0) }
                }
            }
            return parse(request, zero: 0 as Int128) { DecimalConversion.parseCast($0, into: shape) }
        case .date: return parse(request, zero: 0 as Int32) { TimestampText.parseDateCast($0) }
        case .time(let precision):
            return parse(request, zero: 0 as Int32) {
                TimestampText.parseTimeCast($0).map { TemporalCasts.truncated($0, precision) }
            }
        case .timestamp(let precision): return timestamp(request, precision, nil)
        case .timestampLTZ(let precision):
            return timestamp(request, precision, try ZoneRules.named(request.context.timeZone))
        default: throw FunctionError("cannot cast \(request.from) to \(request.to)")
        }
    }

    private static func integer(_ text: Span<UInt8>) -> Int64? { IntegerCast.parse(text) }

    private static func timestamp(
        _ request: CastKernels.Request,
        _ precision: Int,
        _ zone: TimeZoneRules?
    ) -> ScalarKernel {
        if request.type.lane == .int64 {
            return parse(request, zero: 0 as Int64) { text -> Int64? in
                guard let local = TimestampText.parseCast(text) else { return nil }
                let micros = Int64(
                    truncatingIfNeeded: floorDivide(TemporalCasts.truncated(local.nanos, precision), 1_000)
                )
                return zone.map { TemporalCasts.utcMicros(micros, $0) } ?? micros
            }
        }
        return parse(request, zero: 0 as Int128) { text -> Int128? in
            guard let local = TimestampText.parseCast(text) else { return nil }
            let nanos = TemporalCasts.truncated(local.nanos, precision)
            return zone.map { TemporalCasts.utcNanos(nanos, $0) } ?? nanos
        }
    }

    /// `true`, `t`, `yes`, `y`, `1` and their opposites, in any case, without blanks.
    private static func boolean(_ text: Span<UInt8>) -> UInt8? {
        guard text.count >= 1, text.count <= 5 else { return nil }
        var lowered: UInt64 = 0
        for index in 0..<text.count { lowered = lowered << 8 | UInt64(text[index] | 0x20) }
        switch (lowered, text.count) {
        case (0x74, 1), (0x79, 1), (0x31, 1), (0x796573, 3), (0x74727565, 4): return text[0] == 0x11 ? nil : 1
        case (0x66, 1), (0x6E, 1), (0x30, 1), (0x6E6F, 2), (0x66616C7365, 5): return text[0] == 0x10 ? nil : 0
        default: return nil
        }
    }

    /// Parses every valid row; a row that cannot be parsed fails the cast, or is NULL for TRY_CAST.
    @inline(__always)
    private static func parse<Output: BitwiseCopyable>(
        _ request: CastKernels.Request,
        zero: Output,
        _ body: @escaping (Span<UInt8>) -> Output?
    ) -> ScalarKernel {
        let type = request.type
        let fails = request.fails
        return { arguments, rowCount in
            let column = arguments[0]
            let slotCount = column.slotCount
            var lane = MutableLane<Output>(count: slotCount)
            var failed: [Int] = []
            do {
                var target = lane.span
                let texts = column.strings
                for slot in 0..<slotCount {
                    if let value = body(texts[slot]) {
                        target[slot] = value
                        continue
                    }
                    target[slot] = zero
                    // A NULL row holds the empty text; it has nothing to parse.
                    if column.isNull(slot) { continue }
                    if fails && rowCount > 0 { throw failure(texts[slot], type) }
                    failed.append(slot)
                }
            }
            return Column(
                type: type,
                count: rowCount,
                values: lane.finish(),
                validity: Loops.clearing(failed, in: column.validity, slotCount: slotCount),
                isConstant: column.isConstant
            )
        }
    }

    private static func failure(_ text: Span<UInt8>, _ type: DataType) -> EvaluationError {
        var shown: [UInt8] = []
        for index in 0..<min(text.count, 100) { shown.append(text[index]) }
        return EvaluationError("badCast", "cannot cast '\(String(decoding: shown, as: UTF8.self))' to \(type.logical)")
    }
}

/// Time zones by name.
enum ZoneRules {
    /// The rules of a zone.
    ///
    /// - Throws: `FunctionError` where the name is unknown.
    static func named(_ name: String) throws -> TimeZoneRules {
        do {
            return try TimeZoneRules(named: name)
        } catch {
            throw FunctionError(error.description, hint: "use an IANA name such as Europe/Berlin")
        }
    }
}
