import CPCRE2
import SluiceColumns

/// Why a pattern cannot be used.
enum RegexError: Error {
    /// It is no pattern, neither here nor in Java.
    case invalid
    /// Java knows it, but what is in the description cannot be done here.
    case unsupported(String)
}

/// Where and why a pattern is none, as PCRE2 sees it.
struct RegexSyntaxError: Error {
    /// What is wrong, without a full stop.
    let reason: String
    /// The byte of the pattern at which it was noticed.
    let offset: Int
    /// The error of PCRE2.
    fileprivate let number: Int32
}

/// What a search within bounds came to.
enum RegexOutcome {
    case match, noMatch
    /// The text needs more steps than a line may take.
    case tooManySteps
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
    convenience init(_ pattern: [UInt8]) throws(RegexError) {
        let code: OpaquePointer
        do {
            code = try RegexProgram.compiled(pattern, 0)
        } catch {
            // 125 and 187: a look-behind that may have several lengths, which Java bounds.
            if error.number == 125 || error.number == 187 {
                throw .unsupported("a look-behind that may match different lengths")
            }
            throw .invalid
        }
        self.init(code: code)
    }

    /// Compiles a pattern of PCRE2 whose plain parentheses only group, for `search`.
    convenience init(linePattern pattern: [UInt8]) throws(RegexSyntaxError) {
        self.init(
            code: try RegexProgram.compiled(pattern, UInt32(PCRE2_NO_AUTO_CAPTURE) | UInt32(PCRE2_USE_OFFSET_LIMIT))
        )
    }

    private static func compiled(_ pattern: [UInt8], _ more: UInt32) throws(RegexSyntaxError) -> OpaquePointer {
        let settings = pcre2_compile_context_create_8(nil)
        defer { pcre2_compile_context_free_8(settings) }
        pcre2_set_newline_8(settings, UInt32(PCRE2_NEWLINE_ANY))
        var number: Int32 = 0
        var offset = 0
        let options = UInt32(PCRE2_UTF) | UInt32(PCRE2_MATCH_INVALID_UTF) | UInt32(PCRE2_NEVER_BACKSLASH_C) | more
        if let code = pcre2_compile_8(pattern, pattern.count, options, &number, &offset, settings) { return code }
        var text = [UInt8](repeating: 0, count: 256)
        let count = Int(pcre2_get_error_message_8(number, &text, text.count))
        throw RegexSyntaxError(
            reason: String(decoding: text.prefix(max(0, count)), as: UTF8.self),
            offset: offset,
            number: number
        )
    }

    private init(code: OpaquePointer) {
        // A lack of these few bytes is a lack of any memory: the process could not go on.
        guard let match = pcre2_match_data_create_from_pattern_8(code, nil),
            let context = pcre2_match_context_create_8(nil)
        else { preconditionFailure("no memory for a regular expression") }
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

    /// The first starts of a search, which may take more steps than the others: most patterns fit there or nowhere.
    private static let generousStartCountMax = 32
    /// Bytes that may be looked at from the first starts, and from all others, as far as the matcher counts them: it
    /// counts a step for each time that it enters a repetition, which may then read all of the line.
    private static let generousReadMax = 1 << 28
    private static let readMax = 1 << 30
    /// The most and the least steps for one start.
    private static let startStepsMax = 20_000
    private static let startStepsMin = 300

    /// Looks for the first match within bounds that no text can exceed: for a program made by `init(linePattern:)`.
    ///
    /// In texts of more than 32 KiB a match that begins late is not looked for; they count as too many steps.
    func search(in text: Span<UInt8>) -> RegexOutcome {
        let byteCount = max(1, text.count)
        let generous = RegexProgram.generousStartCountMax
        let steps = RegexProgram.generousReadMax / (generous * byteCount)
        let outcome = search(in: text, from: 0, upTo: generous, steps: steps)
        if outcome != .noMatch || byteCount <= generous { return outcome }
        let last = generous + min(byteCount, RegexProgram.readMax / byteCount)
        let late = search(in: text, from: generous, upTo: last, steps: 1_000_000 / byteCount)
        return late == .noMatch && last < byteCount ? .tooManySteps : late
    }

    private func search(in text: Span<UInt8>, from start: Int, upTo last: Int, steps: Int) -> RegexOutcome {
        pcre2_set_offset_limit_8(context, last)
        let limit = min(max(steps, RegexProgram.startStepsMin), RegexProgram.startStepsMax)
        pcre2_set_match_limit_8(context, UInt32(limit))
        return search(in: text, from: start)
    }

    private func search(in text: Span<UInt8>, from start: Int) -> RegexOutcome {
        let result = text.withUnsafeBufferPointer { bytes in
            var none: UInt8 = 0
            return withUnsafePointer(to: &none) { empty in
                pcre2_match_8(code, bytes.baseAddress ?? empty, bytes.count, start, 0, match, context)
            }
        }
        if result >= 0 { return .match }
        return result == PCRE2_ERROR_NOMATCH ? .noMatch : .tooManySteps
    }

    /// The number of the group called `name`; nil where there is none.
    func group(named name: String) -> Int? {
        let number = pcre2_substring_number_from_name_8(code, Array(name.utf8) + [0])
        return number > 0 ? Int(number) : nil
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
