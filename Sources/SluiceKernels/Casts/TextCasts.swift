import SluiceColumns

/// Conversions to CHAR and VARCHAR: every type has a text.
enum TextCasts {
    static func make(_ request: CastKernels.Request) throws -> ScalarKernel {
        let isLegacy = request.context.usesLegacyCasts
        let length = TextLength(request.to, isCutting: !isLegacy)
        let type = request.type
        if request.from.isCharacter { return { arguments, _ in length.applied(to: arguments[0], type) } }
        let form: TextRenderer.Form = isLegacy ? .legacyCast : .cast
        let renderer = try TextRenderer(request.from, timeZone: request.context.timeZone, as: form)
        let isUnbounded = length.isUnbounded
        return { arguments, rowCount in
            let text = renderer.rendered(arguments[0], isUnbounded ? type : DataType(.string))
            return isUnbounded ? text : length.applied(to: text, type)
        }
    }
}

/// The length of a CHAR or VARCHAR, in code points.
struct TextLength: Sendable {
    private let length: Int
    private let isPadded: Bool
    private let isCutting: Bool

    init(_ type: LogicalType, isCutting: Bool = true) {
        self.isCutting = isCutting
        switch type {
        case .char(let length): (self.length, isPadded) = (length, true)
        case .varchar(let length) where isCutting: (self.length, isPadded) = (length, false)
        default: (self.length, isPadded) = (LogicalType.maxLength, false)
        }
    }

    /// Whether every text fits as it is.
    var isUnbounded: Bool { !isPadded && length == LogicalType.maxLength }

    /// Cuts longer texts, and for CHAR fills shorter ones with blanks.
    func applied(to column: Column, _ type: DataType) -> Column {
        if isUnbounded || !needsChange(column) { return column.retyped(type) }
        let slotCount = column.slotCount
        var builder = StringBuilder(count: slotCount, sharing: column.arenas)
        do {
            let views = column.views
            let texts = column.strings
            var buffer = TextBuffer()
            for slot in 0..<slotCount {
                let text = texts[slot]
                let count = UnicodeText.codePointCount(text)
                let isKept = count < length ? !isPadded : count == length || !isCutting
                if isKept || column.isNull(slot) {
                    builder.set(slot, toView: views[slot])
                } else if count > length {
                    builder.set(
                        slot,
                        to: text.extracting(0..<UnicodeText.byteOffset(ofCodePoint: length, in: text))
                    )
                } else {
                    buffer.removeAll()
                    buffer.append(text)
                    for _ in count..<length { buffer.append(0x20) }
                    builder.set(slot, to: buffer.bytes)
                }
            }
        }
        let padded = builder.finish(type, validity: column.validity)
        return column.isConstant ? padded.asConstant(count: column.count) : padded
    }

    private func needsChange(_ column: Column) -> Bool {
        let texts = column.strings
        for slot in 0..<column.slotCount {
            // No more bytes than the bound means no more code points either.
            if !isPadded && texts.byteCount(slot) <= length { continue }
            if column.isNull(slot) { continue }
            let count = UnicodeText.codePointCount(texts[slot])
            if count > length || (isPadded && count < length) { return true }
        }
        return false
    }
}

extension Column {
    /// A column of one slot as a constant of `count` rows.
    func asConstant(count: Int) -> Column { .constant(value(0), type, count: count) }
}

/// Conversions to BINARY and VARBINARY.
enum BinaryCasts {
    static func make(_ request: CastKernels.Request) -> ScalarKernel {
        let type = request.type
        let (length, isPadded) =
            switch request.to {
            case .binary(let length): (length, true)
            case .varbinary(let length): (length, false)
            default: (LogicalType.maxLength, false)
            }
        return { arguments, _ in
            let column = arguments[0]
            if !isPadded && length == LogicalType.maxLength { return column.retyped(type) }
            let slotCount = column.slotCount
            var builder = StringBuilder(count: slotCount, sharing: column.arenas)
            do {
                let views = column.views
                let texts = column.strings
                var buffer = TextBuffer()
                for slot in 0..<slotCount {
                    let byteCount = texts.byteCount(slot)
                    if byteCount == length || (byteCount < length && !isPadded) || column.isNull(slot) {
                        builder.set(slot, toView: views[slot])
                    } else if byteCount > length {
                        builder.set(slot, to: texts[slot].extracting(0..<length))
                    } else {
                        buffer.removeAll()
                        buffer.append(texts[slot])
                        for _ in byteCount..<length { buffer.append(0) }
                        builder.set(slot, to: buffer.bytes)
                    }
                }
            }
            let result = builder.finish(type, validity: column.validity)
            return column.isConstant ? result.asConstant(count: column.count) : result
        }
    }
}
