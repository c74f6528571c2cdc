import SluiceColumns

extension JSONScanner {
    /// Stores scalar text as the type of its target asks, or treats it as a bad field.
    ///
    /// Returns `end`.
    ///
    /// The rules are those of Flink's json format: numbers and booleans are taken from text, text from anything.
    @inline(never)
    mutating func convert(
        _ text: Span<UInt8>,
        _ token: JSONToken,
        _ target: Int,
        row: Int,
        at offset: Int,
        end: Int
    ) -> Int {
        if store(text, token, target, row: row) { return end }
        guard rules.ignoresParseErrors else { return fail(offset, "the value does not fit the type of its field") }
        badFieldCount += 1
        clearRows(target, from: row, to: row + 1)
        noteNull(target, row: row)
        return end
    }

    private mutating func store(_ text: Span<UInt8>, _ token: JSONToken, _ target: Int, row: Int) -> Bool {
        let lane = targets[target].lane
        switch targets[target].kind {
        case .boolean:
            let isTrue = token == .boolean || token == .string ? FieldText.isTrue(text) : false
            lanes.store(UInt8(isTrue ? 1 : 0), lane: lane, row: row)
            return true
        case .int8: return storeInteger(text, lane: lane, row: row, Int8.self)
        case .int16: return storeInteger(text, lane: lane, row: row, Int16.self)
        case .int32:
            if token == .fraction { return storeTruncated(text, lane: lane, row: row, Int32.self) }
            return storeInteger(text, lane: lane, row: row, Int32.self)
        case .int64:
            if token == .fraction { return storeTruncated(text, lane: lane, row: row, Int64.self) }
            return storeInteger(text, lane: lane, row: row, Int64.self)
        case .float:
            guard let value = FloatText.parseJavaFloat(text) else { return false }
            lanes.store(value, lane: lane, row: row)
            return true
        case .double:
            guard let value = FloatText.parseJavaDouble(text) else { return false }
            lanes.store(value, lane: lane, row: row)
            return true
        case .decimal64, .decimal128: return storeDecimal(text, token, target, row: row)
        case .string:
            lanes.store(copy(text), lane: lane, row: row)
            return true
        case .bytes:
            guard token == .string, let value = Base64Text.decode(text) else { return false }
            lanes.store(copy(value.span), lane: lane, row: row)
            return true
        case .date, .time, .timestamp64, .timestamp128, .timestampLTZ64, .timestampLTZ128:
            return storeTime(text, target, row: row)
        case .null: return true
        case .skip, .row, .list, .map: return false
        }
    }

    private mutating func copy(_ text: Span<UInt8>) -> StringView {
        if scratch.current.capacity - scratch.current.byteCount < text.count { scratch.next(holding: text.count) }
        let arena = scratch.current
        let start = arena.byteCount
        arena.append(text.bytes)
        return arena.view(at: start, byteCount: text.count)
    }

    private mutating func storeInteger<Integer: FixedWidthInteger & BitwiseCopyable>(
        _ text: Span<UInt8>,
        lane: Int,
        row: Int,
        _ type: Integer.Type
    ) -> Bool {
        guard let wide = IntegerText.parseInt64(FieldText.trimmed(text)), let value = Integer(exactly: wide) else {
            return false
        }
        lanes.store(value, lane: lane, row: row)
        return true
    }

    /// A number with a fraction or exponent as an integer: cut off, through `Double` as Jackson does.
    private mutating func storeTruncated<Integer: FixedWidthInteger & BitwiseCopyable>(
        _ text: Span<UInt8>,
        lane: Int,
        row: Int,
        _ type: Integer.Type
    ) -> Bool {
        guard let number = FloatText.parseDouble(text) else { return false }
        guard number >= Double(Integer.min), number <= Double(Integer.max) else { return false }
        // The upper bound of 64 bits rounds up as a Double, so the conversion itself still has to clamp.
        let value = Integer(exactly: number.rounded(.towardZero)) ?? Integer.max
        lanes.store(value, lane: lane, row: row)
        return true
    }

    private mutating func storeDecimal(_ text: Span<UInt8>, _ token: JSONToken, _ target: Int, row: Int) -> Bool {
        let (precision, scale, lane) = (targets[target].precision, targets[target].scale, targets[target].lane)
        let number = FieldText.trimmed(text)
        guard let value = DecimalText.parse(number, precision: precision, scale: scale) else {
            // A number that is too large is NULL in Flink; anything else is bad.
            if FloatText.parseDouble(number) == nil { return false }
            clearRows(target, from: row, to: row + 1)
            return true
        }
        if targets[target].kind == .decimal64 {
            lanes.store(Int64(truncatingIfNeeded: value), lane: lane, row: row)
        } else {
            lanes.store(value, lane: lane, row: row)
        }
        return true
    }

    private mutating func storeTime(_ text: Span<UInt8>, _ target: Int, row: Int) -> Bool {
        let (kind, lane, precision) = (targets[target].kind, targets[target].lane, targets[target].precision)
        switch kind {
        case .date:
            guard let days = TimestampText.parseDate(text) else { return false }
            lanes.store(days, lane: lane, row: row)
        case .time:
            guard let millis = TimestampText.parseTime(text, secondsOptional: false) else { return false }
            lanes.store(FieldText.truncated(timeMillis: millis, precision: precision), lane: lane, row: row)
        default:
            let isUTC = kind == .timestampLTZ64 || kind == .timestampLTZ128
            let parsed = TimestampText.parse(text, standard: rules.timestampStandard, isUTC: isUTC)
            guard let value = parsed?.truncated(toPrecision: precision) else { return false }
            if kind == .timestamp64 || kind == .timestampLTZ64 {
                guard let micros = value.micros else { return false }
                lanes.store(micros, lane: lane, row: row)
            } else {
                lanes.store(value.nanos, lane: lane, row: row)
            }
        }
        return true
    }
}
