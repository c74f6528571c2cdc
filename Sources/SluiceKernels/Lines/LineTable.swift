import SluiceColumns

/// Lines as typed columns: the texts of a form's fields, converted column by column.
package final class LineTable {
    /// A field that is wanted.
    package struct Wanted: Sendable {
        /// The field of the form.
        package var name: String
        /// What its text is converted to.
        package var type: DataType
        /// Makes a wish.
        package init(_ name: String, _ type: DataType) {
            self.name = name
            self.type = type
        }
    }

    private let parser: any LineParser
    private let wanted: [Wanted]
    private let conversions: [LineConversion]

    /// Makes the table of one kernel or reader.
    ///
    /// - Parameter timePatterns: Java's date patterns, tried in order for timestamps; those of the form where there
    ///   are none.
    /// - Throws: `FunctionError` where the form has no such field, a type cannot be read from text, or a pattern is
    ///   broken.
    package init(
        _ form: any LineForm,
        _ wanted: [Wanted],
        timePatterns: [String] = [],
        context: EvaluationContext = EvaluationContext()
    ) throws {
        self.wanted = wanted
        parser = try form.makeParser(for: wanted.map(\.name))
        let patterns = try (timePatterns.isEmpty ? form.timePatterns : timePatterns).map { pattern in
            do {
                return try DatePattern(pattern, dialect: .dateTimeFormatter)
            } catch {
                throw FunctionError("\(error)")
            }
        }
        conversions = try wanted.map { try LineConversion(to: $0.type, patterns, context) }
    }

    /// The fields of a column of texts.
    package func parse(_ lines: Column) throws -> ParsedLines {
        var parsed = parser.texts(of: lines)
        for (index, conversion) in conversions.enumerated() {
            let texts = parsed.columns[index]
            let values = try conversion.values(of: texts)
            parsed.columns[index] = values
            guard values !== texts, values.validity != nil else { continue }
            for row in 0..<values.count where values.isNull(row) && !texts.isNull(row) {
                parsed.failures.append(failure(texts, row, index))
            }
        }
        return parsed
    }

    private func failure(_ texts: Column, _ row: Int, _ field: Int) -> LineFailure {
        let shown = String((texts.value(row).stringValue ?? "").prefix(100))
        return LineFailure(
            row: row,
            field: field,
            reason: "the field '\(wanted[field].name)' has '\(shown)', which is no \(wanted[field].type.logical)"
        )
    }
}

/// From the text of a field to a value of its type; a text that is none becomes NULL.
struct LineConversion {
    private enum Kind {
        case text
        case kernel(ScalarKernel)
        case time([DatePattern])
    }

    private let type: DataType
    private let kind: Kind

    init(to type: DataType, _ patterns: [DatePattern], _ context: EvaluationContext) throws {
        self.type = type.nullable(true)
        if type.logical.isText {
            kind = .text
            return
        }
        let kernel = try CastKernels.make(from: DataType(.string), to: self.type, mode: .tryCast, context: context)
        switch type.logical {
        case .timestamp, .timestampLTZ: kind = patterns.isEmpty ? .kernel(kernel) : .time(patterns)
        default: kind = .kernel(kernel)
        }
    }

    func values(of texts: Column) throws -> Column {
        switch kind {
        case .text: return texts.type == type ? texts : texts.retyped(type)
        case .kernel(let kernel): return try kernel([texts], texts.count)
        case .time(let patterns):
            if type.lane == .int64 {
                return times(texts, patterns, zero: Int64(0)) { Int64(exactly: floorDivide($0, 1_000)) }
            }
            return times(texts, patterns, zero: Int128(0)) { $0 }
        }
    }

    /// By the first pattern that fits.
    ///
    /// TIMESTAMP takes the local time that the text says, TIMESTAMP_LTZ the instant, in UTC where the text does not
    /// say.
    @inline(__always)
    private func times<Slot: BitwiseCopyable>(
        _ texts: Column,
        _ patterns: [DatePattern],
        zero: Slot,
        _ slot: (_ nanos: Int128) -> Slot?
    ) -> Column {
        let isInstant = if case .timestampLTZ = type.logical { true } else { false }
        let precision =
            switch type.logical {
            case .timestamp(let precision), .timestampLTZ(let precision): precision
            default: 3
            }
        let rowCount = texts.count
        var lane = MutableLane<Slot>(count: rowCount)
        var failed: [Int] = []
        do {
            var target = lane.span
            let columns = [texts]
            let spans = columns.text(0)
            for row in 0..<rowCount {
                target[row] = zero
                if texts.isNull(row) { continue }
                var found: Slot?
                for pattern in patterns where found == nil {
                    guard let parsed = pattern.parse(spans[row]) else { continue }
                    let ahead = isInstant ? Int128(parsed.offsetSeconds ?? 0) * 1_000_000_000 : 0
                    found = slot(TemporalCasts.truncated(parsed.local.nanos - ahead, precision))
                }
                if let found { target[row] = found } else { failed.append(row) }
            }
        }
        return Column(
            type: type,
            count: rowCount,
            values: lane.finish(),
            validity: Loops.clearing(failed, in: texts.validity, slotCount: rowCount)
        )
    }
}
