import CHyperscan
import Glibc
import SluiceColumns

/// Many patterns compiled into one automaton of Hyperscan, and what one thread needs to search with it.
///
/// This file is the wall around the C library. Not `Sendable`: it belongs to one operator.
final class PatternDatabase {
    private let patterns: OpaquePointer
    private let scan: OpaquePointer
    /// Numbers of the patterns that Hyperscan does not take, which are not looked for.
    let refused: [Int]
    /// The pattern behind each number that Hyperscan gives.
    private let numbers: [Int]
    /// Bytes of the automaton.
    let byteCount: Int
    /// Whether it comes from a file.
    let isFromFile: Bool

    /// Why there is no Hyperscan here; nil where there is.
    static var failure: String? { sluice_hyperscan_load().map { String(cString: $0) } }

    /// Patterns that are left out one by one; where more are refused, all are.
    private static let refusedCountMax = 64
    /// An automaton that took longer is kept in a file.
    static let unkeptNanos: UInt64 = 200_000_000

    /// Compiles patterns of `SievePart`, or finds what was compiled before in a file of `folder`.
    ///
    /// - Parameter unkeptNanos: of processor time; what is compiled faster is not kept.
    /// - Throws: `EvaluationError` where there is no Hyperscan.
    init(
        _ sources: [[UInt8]],
        folder: String?,
        unkeptNanos: UInt64 = PatternDatabase.unkeptNanos
    ) throws(EvaluationError) {
        if let failure = PatternDatabase.failure { throw EvaluationError("patternScan", failure) }
        var numbers = Array(sources.indices)
        var refused: [Int] = []
        let path = folder.map { "\($0)/\(PatternDatabase.name(sources)).hs" }
        var found = path.flatMap { sluice_hyperscan_read($0) }
        isFromFile = found != nil
        let start = PatternDatabase.threadNanos()
        while found == nil, !numbers.isEmpty {
            var failing: Int32 = -1
            found = PatternDatabase.compiled(numbers.map { sources[$0] }, &failing)
            if found != nil { break }
            guard failing >= 0, refused.count < PatternDatabase.refusedCountMax else {
                refused += numbers
                numbers = []
                break
            }
            refused.append(numbers.remove(at: Int(failing)))
        }
        // An automaton of fewer patterns would be found under a name that says otherwise.
        if let path, let folder, let found, !isFromFile, refused.isEmpty,
            PatternDatabase.threadNanos() - start >= unkeptNanos
        {
            PatternDatabase.makeFolder(folder)
            _ = sluice_hyperscan_write(found, path)
        }
        var failing: Int32 = -1
        guard let patterns = found ?? PatternDatabase.compiled([Array("\\x00{63}".utf8)], &failing),
            let scan = sluice_hyperscan_scan_create(patterns)
        else { throw EvaluationError("patternScan", "no memory for \(sources.count) patterns") }
        self.patterns = patterns
        self.scan = scan
        self.numbers = numbers
        self.refused = refused
        byteCount = sluice_hyperscan_byte_count(patterns)
    }

    deinit {
        sluice_hyperscan_scan_free(scan)
        sluice_hyperscan_free(patterns)
    }

    /// Searches a text; the number of patterns that fit somewhere.
    ///
    /// - Throws: `EvaluationError` where the text is too long to be searched.
    @inline(__always)
    func search(_ text: Span<UInt8>) throws(EvaluationError) -> Int {
        let count = text.withUnsafeBufferPointer { sluice_hyperscan_scan_run(scan, $0.baseAddress, $0.count) }
        if count < 0 { throw EvaluationError("patternScan", "a text of \(text.count) bytes cannot be searched") }
        return count
    }

    /// One of the patterns that the last search found.
    func found(_ index: Int) -> Int { numbers[Int(sluice_hyperscan_scan_found(scan, index))] }

    private static func compiled(_ sources: [[UInt8]], _ failing: inout Int32) -> OpaquePointer? {
        var text: [CChar] = []
        for source in sources {
            for byte in source { text.append(CChar(bitPattern: byte)) }
            text.append(0)
        }
        return sluice_hyperscan_compile(text, text.count, sources.count, &failing)
    }

    /// A digest of the patterns, of Hyperscan's version and of the processor.
    private static func name(_ sources: [[UInt8]]) -> String {
        var content = Array(String(cString: sluice_hyperscan_platform()).utf8)
        for source in sources { content += [0] + source }
        var digest = MessageDigest()
        var buffer = TextBuffer()
        digest.append(.sha256, of: content.span, to: &buffer)
        return buffer.text
    }

    /// Makes a folder that nobody else reads, with those above it; where that fails, no file will be made.
    private static func makeFolder(_ path: String) {
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex { makeFolder(String(path[..<slash])) }
        mkdir(path, 0o700)
    }

    private static func threadNanos() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
