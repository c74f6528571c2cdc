/// Eight bytes of text handled as one word, lowest address in the lowest byte.
///
/// This is the whole of the word-at-a-time arithmetic on text: finding digits, and turning them into a number.
struct EightBytes {
    var word: UInt64

    /// Reads `source[offset..<offset + 8]`; the caller has checked that they exist.
    init(_ source: Span<UInt8>, at offset: Int) {
        // SAFETY: the load checks its bounds, and every bit pattern is a UInt64.
        word = UInt64(littleEndian: unsafe source.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Writes a word to `target[offset..<offset + 8]`; the caller has checked that they exist.
    static func store(_ word: UInt64, into target: inout MutableSpan<UInt8>, at offset: Int) {
        // SAFETY: the store checks its bounds, and every bit pattern is eight UInt8.
        var bytes = unsafe target.mutableBytes
        bytes.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
    }

    /// Whether all eight bytes are ASCII digits.
    var areDigits: Bool {
        let values = word ^ 0x3030_3030_3030_3030
        return (((values & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080 == 0
    }

    /// The number that eight ASCII digits spell, first digit most significant.
    var number: UInt64 {
        let digits = word & 0x0F0F_0F0F_0F0F_0F0F
        let pairs = (digits &* 10 &+ (digits >> 8)) & 0x00FF_00FF_00FF_00FF
        let quads = (pairs &* 100 &+ (pairs >> 16)) & 0x0000_FFFF_0000_FFFF
        return (quads &* 10_000 &+ (quads >> 32)) & 0xFFFF_FFFF
    }

    /// Matches the bytes against a form of digits and literal bytes.
    ///
    /// - Parameters:
    ///   - template: the literal bytes, and "0" where a digit stands.
    ///   - limits: 0x76 where a digit stands and 0x7F where a literal stands.
    /// - Returns: the digit values in their places and 0 in the literals' places, or nil when the form differs.
    func values(template: UInt64, limits: UInt64) -> UInt64? {
        let values = word ^ template
        let exceeds = ((values & 0x7F7F_7F7F_7F7F_7F7F) &+ limits) | values
        return exceeds & 0x8080_8080_8080_8080 == 0 ? values : nil
    }
}
