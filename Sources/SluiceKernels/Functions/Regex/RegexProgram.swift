import CPCRE2
import SluiceColumns

/// Why a pattern cannot be used.
enum RegexError: Error {
    /// It is no pattern, neither here nor in Java.
    case invalid
    /// Java knows it, but what is in the description cannot be done here.
    case unsupported(String)
}

/// A compiled regular expression with the place for its last match: PCRE2 with its compiler to machine code.
///
/// This file is the wall around the C library. Not `Sendable`: a program belongs to one kernel. The pattern is in
/// the language of PCRE2; `JavaPattern` translates Java's.
final class RegexProgram {
    /// The work of one match from one start, in steps of the matcher: enough for sane patterns on lines of a megabyte.
    private static let matchStepsMax: UInt32 = 200_000
    private static let stackByteCountMax = 1 << 20

    private let code: OpaquePointer
    private let match: OpaquePointer
    private let context: OpaquePointer
    private let stack: OpaquePointer?
    private let hasMachineCode: Bool

    /// Groups of the pattern, the whole match not counted.
    let groupCount: Int

    /// Compiles a pattern of PCRE2.
    init(_ pattern: [UInt8]) throws(RegexError) {
        let settings = pcre2_compile_context_create_8(nil)
        defer { pcre2_compile_context_free_8(settings) }
        pcre2_set_newline_8(settings, UInt32(PCRE2_NEWLINE_ANY))
        var errorNumber: Int32 = 0
        var errorOffset = 0
        let options = UInt32(PCRE2_UTF) | UInt32(PCRE2_MATCH_INVALID_UTF) | UInt32(PCRE2_NEVER_BACKSLASH_C)
        guard let code = pcre2_compile_8(pattern, pattern.count, options, &errorNumber, &errorOffset, settings) else {
            // 125 and 187: a look-behind that may have several lengths, which Java bounds.
            if errorNumber == 125 || errorNumber == 187 {
                throw .unsupported("a look-behind that may match different lengths")
            }
            throw .invalid
        }
        guard let match = pcre2_match_data_create_from_pattern_8(code, nil),
            let context = pcre2_match_context_create_8(nil)
        else {
            pcre2_code_free_8(code)
            throw .unsupported("no memory")
        }
        self.code = code
        self.match = match
        self.context = context
        pcre2_set_match_limit_8(context, RegexProgram.matchStepsMax)
        hasMachineCode = pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE)) == 0
        stack = hasMachineCode ? pcre2_jit_stack_create_8(1 << 15, RegexProgram.stackByteCountMax, nil) : nil
        if let stack { pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack)) }
        var count: UInt32 = 0
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
        groupCount = Int(count)
    }

    deinit {
        if let stack { pcre2_jit_stack_free_8(stack) }
        pcre2_match_context_free_8(context)
        pcre2_match_data_free_8(match)
        pcre2_code_free_8(code)
    }

    /// Looks for the first match at or after byte `start`; `range(_:)` then tells where it is.
    ///
    /// - Throws: `EvaluationError` where the pattern needs more steps for this text than a row may take.
    func find(in text: Span<UInt8>, from start: Int = 0) throws(EvaluationError) -> Bool {
        let result = text.withUnsafeBufferPointer { bytes in
            var none: UInt8 = 0
            return withUnsafePointer(to: &none) { empty in
                pcre2_match_8(code, bytes.baseAddress ?? empty, bytes.count, start, 0, match, context)
            }
        }
        if result > 0 { return true }
        if result == PCRE2_ERROR_NOMATCH || result == 0 { return result == 0 }
        throw EvaluationError(
            "regexLimit",
            "a regular expression takes too long for a text of \(text.count) bytes (\(result))"
        )
    }

    /// The bytes of a group (0 is the whole) of the last match; nil where the group took no part.
    func range(_ group: Int) -> Range<Int>? {
        guard group >= 0, group <= groupCount, let offsets = pcre2_get_ovector_pointer_8(match) else { return nil }
        let (start, end) = (offsets[2 * group], offsets[2 * group + 1])
        // A group that took no part has the largest offset for both.
        guard start <= end, start != Int.max, start >= 0 else { return nil }
        return Int(start)..<Int(end)
    }
}
