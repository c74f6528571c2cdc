import SluiceColumns

extension TemporalFunctions {
    /// The form that strings have where no pattern is given.
    private static let defaultPattern = "yyyy-MM-dd HH:mm:ss"

    static let formatFunctions: [ScalarFunction] = [
        ScalarFunction(
            "DATE_FORMAT",
            category: "temporal",
            signature: "DATE_FORMAT(timestamp | string, pattern)",
            summary: "The timestamp, or the one that the string of the form yyyy-MM-dd HH:mm:ss means, written in the "
                + "form of a Java date pattern.",
            example: (expression: "DATE_FORMAT(TIMESTAMP '2024-02-29 12:34:56', 'yyyy/MM/dd')", result: "2024/02/29"),
            resolve: { arguments in
                let source = ArgumentRule("a TIMESTAMP or a string") {
                    ArgumentRule.timestamp.coerce($0) ?? ArgumentRule.text.coerce($0)
                }
                let types = try ArgumentList([source, .text]).types("DATE_FORMAT", arguments)
                return ResolvedSignature(types, DataType(.string))
            },
            makeKernel: { call in
                call.argumentTypes[0].logical.isText ? textFormatKernel(call) : try timestampFormatKernel(call)
            }
        ),
        ScalarFunction(
            "FROM_UNIXTIME",
            category: "temporal",
            signature: "FROM_UNIXTIME(integer [, pattern])",
            summary: "The instant so many seconds after 1970-01-01 00:00:00 UTC, in the session's zone, written in the "
                + "form of a Java date pattern.",
            example: ("FROM_UNIXTIME(44)", "1970-01-01 00:00:44"),
            takes: ArgumentList([.integer, .text], optionalCount: 1),
            gives: .nullable(.string),
            compile: { call in
                let zone = try sessionZone(call)
                let patterns = DatePatternCache(.simpleDateFormat)
                let fallback = Column.constant(.string(defaultPattern), .notNull(.string), count: 1)
                return StrictKernel.make(call) { arguments, rowCount in
                    let columns = arguments.count == 2 ? arguments : arguments + [fallback]
                    let seconds = columns.lane(0, of: Int64.self)
                    let forms = columns.text(1)
                    var result = TextResult(arguments, rowCount: rowCount)
                    for row in 0..<rowCount where result.isPresent(row) {
                        let millis = seconds[row] &* 1_000
                        try append(millis, zone, patterns.checkedPattern(forms[row]), to: &result.buffer)
                        result.setFromBuffer(row)
                    }
                    return try result.finish(call.type)
                }
            }
        ),
        ScalarFunction(
            "UNIX_TIMESTAMP",
            category: "temporal",
            signature: "UNIX_TIMESTAMP([string [, pattern]])",
            summary: "The seconds since 1970-01-01 00:00:00 UTC: now, or of the time that the string means in the "
                + "session's zone. Without a meaning the least BIGINT.",
            example: ("UNIX_TIMESTAMP('1970-01-01 00:00:44')", "44"),
            determinism: .perQuery,
            takes: ArgumentList([.text, .text], optionalCount: 2),
            gives: .strict(.bigint),
            compile: { call in try unixKernel(call) }
        ),
    ]

    /// Appends an instant in a zone.
    private static func append(
        _ utcMillis: Int64,
        _ zone: TimeZoneRules,
        _ pattern: DatePattern,
        to buffer: inout TextBuffer
    ) {
        let offset = zone.offsetSeconds(atUTC: floorDivide(utcMillis, 1_000))
        let local = utcMillis &+ Int64(offset) &* 1_000
        let days = floorDivide(local, 86_400_000)
        let timestamp = LocalTimestamp(
            daysSinceEpoch: Int(days),
            nanosOfDay: (local &- days &* 86_400_000) &* 1_000_000
        )
        pattern.format(timestamp, offsetSeconds: offset, into: &buffer)
    }

    private static func timestampFormatKernel(_ call: ResolvedCall) throws -> ScalarKernel {
        let zone = try sessionZone(call)
        let patterns = DatePatternCache(.dateTimeFormatter, formats: true)
        var isZoned = false
        if case .timestampLTZ = call.argumentTypes[0].logical { isZoned = true }
        let isWide = call.argumentTypes[0].lane == .int128
        return StrictKernel.make(call) { arguments, rowCount in
            let forms = arguments.text(1)
            let isFixed = arguments[1].isConstant
            var known: DatePattern?
            var result = TextResult(arguments, rowCount: rowCount)
            for row in 0..<rowCount where result.isPresent(row) {
                if known == nil || !isFixed { known = try patterns.checkedPattern(forms[row]) }
                var timestamp =
                    isWide
                    ? LocalTimestamp(nanos: arguments.lane(0, of: Int128.self)[row])
                    : LocalTimestamp(micros: arguments.lane(0, of: Int64.self)[row])
                if isZoned {
                    let seconds = Int64(timestamp.daysSinceEpoch) &* 86_400 &+ timestamp.nanosOfDay / 1_000_000_000
                    timestamp = timestamp.adding(seconds: zone.offsetSeconds(atUTC: seconds))
                }
                known?.format(timestamp, into: &result.buffer)
                result.setFromBuffer(row)
            }
            return try result.finish(call.type)
        }
    }

    private static func textFormatKernel(_ call: ResolvedCall) -> ScalarKernel {
        let inputs = DatePatternCache(.simpleDateFormat)
        let patterns = DatePatternCache(.simpleDateFormat)
        let inputForm = Array(defaultPattern.utf8)
        return StrictKernel.make(call) { arguments, rowCount in
            let texts = arguments.text(0)
            let forms = arguments.text(1)
            var result = TextResult(arguments, rowCount: rowCount)
            for row in 0..<rowCount where result.isPresent(row) {
                let pattern = try patterns.checkedPattern(forms[row])
                guard let parsed = inputs.pattern(inputForm.span)?.parse(texts[row]) else {
                    result.setNull(row)
                    continue
                }
                pattern.format(parsed.local, into: &result.buffer)
                result.setFromBuffer(row)
            }
            return try result.finish(call.type)
        }
    }

    private static func unixKernel(_ call: ResolvedCall) throws -> ScalarKernel {
        let zone = try sessionZone(call)
        if call.argumentTypes.isEmpty {
            let clock = call.context.clock
            return { _, rowCount in
                .constant(.integer(floorDivide(clock(), 1_000_000)), call.type, count: rowCount)
            }
        }
        let patterns = DatePatternCache(.simpleDateFormat)
        let fallback = Column.constant(.string(defaultPattern), .notNull(.string), count: 1)
        return StrictKernel.make(call) { arguments, rowCount in
            let columns = arguments.count == 2 ? arguments : arguments + [fallback]
            let texts = columns.text(0)
            let forms = columns.text(1)
            var result = LaneResult<Int64>(arguments, rowCount: rowCount)
            for row in 0..<rowCount where result.isPresent(row) {
                let pattern = try patterns.checkedPattern(forms[row])
                guard let millis = pattern.parse(texts[row])?.utcMillis(in: zone) else {
                    result.set(row, .min)
                    continue
                }
                result.set(row, millis / 1_000)
            }
            return try result.finish(call.type)
        }
    }
}

extension ParsedTimestamp {
    /// The instant in milliseconds: by the offset of the text where it has one, else in `zone`.
    func utcMillis(in zone: TimeZoneRules) -> Int64? {
        guard let millis = local.millis else { return nil }
        if let offsetSeconds { return millis &- Int64(offsetSeconds) &* 1_000 }
        return zone.laterUTCMillis(localMillis: millis)
    }
}
