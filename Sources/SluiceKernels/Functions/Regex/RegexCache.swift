import SluiceColumns

/// The programs of the patterns that a kernel has seen: a constant pattern is compiled once, a column of patterns as
/// often as they differ.
final class RegexCache {
    /// What a pattern turned out to be.
    private enum Entry {
        case program(RegexProgram)
        case invalid
        case unsupported(String)
    }

    private static let entryCountMax = 256
    private let translate: ([UInt8]) throws(RegexError) -> [UInt8]
    private var last: [UInt8] = []
    private var lastEntry: Entry?
    private var entries: [[UInt8]: Entry] = [:]

    /// - Parameter translate: from the source to a pattern of PCRE2; Java's language by default.
    init(
        _ translate: @escaping ([UInt8]) throws(RegexError) -> [UInt8] = { source throws(RegexError) in
            try JavaPattern.translated(source)
        }
    ) {
        self.translate = translate
    }

    /// The program of a pattern; nil where it is none.
    ///
    /// - Throws: `EvaluationError` where Java knows the pattern and this engine does not.
    func program(_ pattern: Span<UInt8>) throws -> RegexProgram? {
        let entry: Entry
        if let lastEntry, ByteSearch.equal(pattern, last) {
            entry = lastEntry
        } else {
            entry = lookUp(pattern)
        }
        switch entry {
        case .program(let program): return program
        case .invalid: return nil
        case .unsupported(let what):
            throw EvaluationError(
                "unsupportedPattern",
                "the pattern '\(String(copying: pattern))' uses what is not supported: \(what)"
            )
        }
    }

    private func lookUp(_ pattern: Span<UInt8>) -> Entry {
        last.removeAll(keepingCapacity: true)
        for index in 0..<pattern.count { last.append(pattern[index]) }
        let entry = entries[last] ?? compile(last)
        if entries.count >= RegexCache.entryCountMax { entries.removeAll(keepingCapacity: true) }
        entries[last] = entry
        lastEntry = entry
        return entry
    }

    private func compile(_ pattern: [UInt8]) -> Entry {
        do {
            return .program(try RegexProgram(try translate(pattern)))
        } catch {
            switch error {
            case .invalid: return .invalid
            case .unsupported(let what): return .unsupported(what)
            }
        }
    }
}

/// The programs of a column of patterns, row by row; that of a constant pattern is looked up once.
struct RegexColumn {
    private let cache: RegexCache
    private let isConstant: Bool
    /// The program of a constant pattern; nil where the pattern is none, or not constant.
    let constant: RegexProgram?

    /// - Throws: as `RegexCache.program`, for a constant pattern.
    init(_ cache: RegexCache, _ column: Column, _ patterns: borrowing TextArgument) throws {
        self.cache = cache
        isConstant = column.isConstant
        constant = column.isConstant ? try cache.program(patterns[0]) : nil
    }

    /// The program of a row's pattern; nil where it is none.
    ///
    /// - Throws: as `RegexCache.program`.
    @inline(__always)
    func program(_ pattern: Span<UInt8>) throws -> RegexProgram? {
        isConstant ? constant : try cache.program(pattern)
    }
}

extension RegexProgram {
    /// Where to look for the next match after the last one, as Java's `find()` goes on: an empty match moves one
    /// character; nil behind the end.
    func nextStart(_ text: Span<UInt8>) -> Int? {
        guard let whole = range(0) else { return nil }
        if !whole.isEmpty { return whole.upperBound }
        return whole.upperBound < text.count ? StringFunctions.characterEnd(text, whole.upperBound) : nil
    }
}
