import SluiceColumns

/// A compiled LIKE pattern.
///
/// The pattern is cut at every `%` into segments of bytes and single-character wildcards. The first segment must begin
/// the
/// text and the last must end it; those between are found from left to right, which needs no going back.
struct LikePattern: Sendable {
    /// A byte that must be there, or one code point of any kind.
    private enum Element: Sendable, Equatable {
        case byte(UInt8)
        case anyCharacter
    }

    private var segments: [[Element]]
    private var literals: [[UInt8]?]

    /// Compiles `pattern`.
    ///
    /// - Parameter escape: the character that takes the meaning from a following `%`, `_` or itself; nil for none.
    /// - Throws: `EvaluationError` where the escape character stands before anything else.
    init(_ pattern: Span<UInt8>, escape: UInt8?) throws {
        segments = [[]]
        var index = 0
        while index < pattern.count {
            let byte = pattern[index]
            if byte == escape {
                guard index + 1 < pattern.count, Self.isSpecial(pattern[index + 1]) || pattern[index + 1] == escape
                else {
                    throw EvaluationError("badPattern", "invalid escape sequence in a LIKE pattern at byte \(index)")
                }
                index += 1
                segments[segments.count - 1].append(.byte(pattern[index]))
            } else if byte == UInt8(ascii: "%") {
                segments.append([])
            } else if byte == UInt8(ascii: "_") {
                segments[segments.count - 1].append(.anyCharacter)
            } else {
                segments[segments.count - 1].append(.byte(byte))
            }
            index += 1
        }
        literals = segments.map { segment in
            var bytes: [UInt8] = []
            for element in segment {
                guard case .byte(let byte) = element else { return nil }
                bytes.append(byte)
            }
            return bytes
        }
    }

    /// The sieve of the pattern: all of it, up to what `_` does not stand for.
    var sieve: SievePart {
        var parts: [SievePart] = [.start]
        for (index, segment) in segments.enumerated() {
            if index > 0 { parts.append(.anything) }
            if let bytes = literals[index] {
                if !bytes.isEmpty { parts.append(.literal(bytes)) }
                continue
            }
            for element in segment {
                switch element {
                case .byte(let byte): parts.append(.literal([byte]))
                case .anyCharacter: parts.append(.character(.any))
                }
            }
        }
        return .sequence(parts + [.end])
    }

    private static func isSpecial(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "%") || byte == UInt8(ascii: "_") }

    /// Whether the whole of `text` fits the pattern.
    func matches(_ text: Span<UInt8>) -> Bool {
        let last = segments.count - 1
        guard var position = end(of: 0, in: text, at: 0) else { return false }
        if last == 0 { return position == text.count }
        for segment in 1..<max(last, 1) {
            guard let found = find(segment, in: text, from: position) else { return false }
            position = found
        }
        return fitsAtEnd(last, of: text, notBefore: position)
    }

    /// Where a segment that begins at `start` ends; nil where it does not fit there.
    @inline(__always)
    private func end(of segment: Int, in text: Span<UInt8>, at start: Int) -> Int? {
        if let bytes = literals[segment] {
            guard text.count - start >= bytes.count else { return nil }
            for index in 0..<bytes.count where text[start + index] != bytes[index] { return nil }
            return start + bytes.count
        }
        var position = start
        for element in segments[segment] {
            guard position < text.count else { return nil }
            switch element {
            case .byte(let byte):
                guard text[position] == byte else { return nil }
                position += 1
            case .anyCharacter:
                if Self.isLineEnd(text, position) { return nil }
                position += 1
                while position < text.count && UnicodeText.isContinuation(text[position]) { position += 1 }
            }
        }
        return position
    }

    /// Whether `_` does not stand for the character: those that end a line for `java.util.regex`.
    @inline(__always)
    private static func isLineEnd(_ text: Span<UInt8>, _ position: Int) -> Bool {
        let byte = text[position]
        if byte == 0x0A || byte == 0x0D { return true }
        guard byte == 0xC2 || byte == 0xE2 else { return false }
        let point = UnicodeText.codePoint(at: position, in: text)?.0
        return point == 0x85 || point == 0x2028 || point == 0x2029
    }

    /// The end of the first occurrence of a segment at or after `start`.
    @inline(__always)
    private func find(_ segment: Int, in text: Span<UInt8>, from start: Int) -> Int? {
        if segments[segment].isEmpty { return start }
        var position = start
        if let bytes = literals[segment] {
            let first = bytes[0]
            let lastStart = text.count - bytes.count
            while position <= lastStart {
                if text[position] == first, let end = end(of: segment, in: text, at: position) { return end }
                position += 1
            }
            return nil
        }
        while position < text.count {
            if !UnicodeText.isContinuation(text[position]), let end = end(of: segment, in: text, at: position) {
                return end
            }
            position += 1
        }
        return nil
    }

    private func fitsAtEnd(_ segment: Int, of text: Span<UInt8>, notBefore start: Int) -> Bool {
        if let bytes = literals[segment] {
            return text.count - start >= bytes.count && end(of: segment, in: text, at: text.count - bytes.count) != nil
        }
        // A segment with wildcards has as many code points as elements that do not continue one.
        var position = start
        while position <= text.count {
            if end(of: segment, in: text, at: position) == text.count { return true }
            position += 1
            while position < text.count && UnicodeText.isContinuation(text[position]) { position += 1 }
        }
        return false
    }
}

/// `text LIKE pattern [ESCAPE character]`.
enum LikeFunction {
    static let function = ScalarFunction(
        "LIKE",
        category: "comparison",
        signature: "string1 LIKE string2 [ESCAPE character]",
        summary: "Whether the text fits a pattern in which % stands for any characters and _ for one.",
        example: ("'sluice' LIKE 's%e'", "TRUE"),
        resolve: { try resolve($0) },
        makeKernel: { try makeKernel($0) }
    )

    private static func resolve(_ arguments: [ArgumentInfo]) throws -> ResolvedSignature {
        guard arguments.count == 2 || arguments.count == 3 else {
            throw FunctionError("LIKE takes a text, a pattern and perhaps an escape character")
        }
        for (index, argument) in arguments.enumerated() where !argument.type.logical.isCharacter {
            throw FunctionError("cannot apply LIKE to \(argument.type.logical)", argument: index)
        }
        return ResolvedSignature(
            arguments.map(\.type),
            DataType(.boolean, nullable: arguments.contains { $0.type.isNullable })
        )
    }

    private static func makeKernel(_ call: ResolvedCall) throws -> ScalarKernel {
        let type = call.type
        return { arguments, rowCount in
            for argument in arguments where Loops.isNullConstant(argument) { return .allNull(type, count: rowCount) }
            if arguments[1].isConstant && (arguments.count == 2 || arguments[2].isConstant) {
                return try constantPattern(arguments, rowCount, type)
            }
            return try varyingPattern(arguments, rowCount, type)
        }
    }

    private static func pattern(_ arguments: [Column], _ row: Int) throws -> LikePattern {
        var escape: UInt8?
        if arguments.count == 3 {
            let column = arguments[2]
            let text = column.strings[column.isConstant ? 0 : row]
            guard text.count <= 1 else {
                throw EvaluationError("badPattern", "the escape of LIKE must be one character")
            }
            escape = text.count == 1 ? text[0] : nil
        }
        let column = arguments[1]
        return try LikePattern(column.strings[column.isConstant ? 0 : row], escape: escape)
    }

    private static func constantPattern(_ arguments: [Column], _ rowCount: Int, _ type: DataType) throws -> Column {
        let pattern = try pattern(arguments, 0)
        let column = arguments[0]
        var lane = MutableLane<UInt8>(count: column.slotCount)
        do {
            var target = lane.span
            let texts = column.strings
            for slot in 0..<column.slotCount { target[slot] = pattern.matches(texts[slot]) ? 1 : 0 }
        }
        return Column(
            type: type,
            count: rowCount,
            values: lane.finish(),
            validity: column.validity,
            isConstant: column.isConstant
        )
    }

    private static func varyingPattern(_ arguments: [Column], _ rowCount: Int, _ type: DataType) throws -> Column {
        var lane = MutableLane<UInt8>(count: rowCount, zeroed: true)
        var failed: [Int] = []
        do {
            var target = lane.span
            let column = arguments[0]
            let texts = column.strings
            for row in 0..<rowCount {
                if arguments.contains(where: { $0.isNull(row) }) {
                    failed.append(row)
                    continue
                }
                let text = texts[column.isConstant ? 0 : row]
                target[row] = try pattern(arguments, row).matches(text) ? 1 : 0
            }
        }
        return Column(
            type: type,
            count: rowCount,
            values: lane.finish(),
            validity: Loops.clearing(failed, in: nil, slotCount: rowCount)
        )
    }
}
