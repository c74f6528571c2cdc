import SluiceColumns

/// A message digest that takes its message in blocks: MD5, SHA-1 and SHA-2.
protocol BlockDigest: SendableMetatype {
    /// Bytes that `compress` takes.
    static var blockByteCount: Int { get }
    /// Bytes at the end of the last block that hold the length of the message.
    static var lengthByteCount: Int { get }
    /// Whether the length is written with its least byte first.
    static var isLittleEndian: Bool { get }
    /// Starts a new message.
    mutating func reset()
    /// Takes one block.
    mutating func compress(_ block: Span<UInt8>)
    /// Appends the digest as hexadecimal digits.
    func appendDigits(to buffer: inout TextBuffer)
}

/// The digests of the rows of one batch; its buffers are made once.
///
/// A short text costs one block whatever its length: 64 steps of MD5 or SHA-256, 80 of SHA-1 or SHA-512, each of which
/// needs the one before. That is why these functions take more than 100 ns per row.
struct RowDigests<Digest: BlockDigest> {
    private var digest: Digest
    /// The last block or two of a message.
    private var tail: [UInt8]

    init(_ digest: Digest) {
        self.digest = digest
        tail = [UInt8](repeating: 0, count: 2 * Digest.blockByteCount)
    }

    /// Appends the digest of a message as hexadecimal digits.
    mutating func append(digestOf message: Span<UInt8>, to buffer: inout TextBuffer) {
        let blockByteCount = Digest.blockByteCount
        digest.reset()
        var offset = 0
        while message.count - offset >= blockByteCount {
            digest.compress(message.extracting(offset..<offset + blockByteCount))
            offset += blockByteCount
        }
        let tailCount = fillTail(message.extracting(offset..<message.count), messageByteCount: message.count)
        let blocks = tail
        let bytes = blocks.span
        digest.compress(bytes.extracting(0..<blockByteCount))
        if tailCount > blockByteCount { digest.compress(bytes.extracting(blockByteCount..<tailCount)) }
        digest.appendDigits(to: &buffer)
    }

    /// Writes the rest of a message, a one bit, zeros and the length; gives the bytes of the one block or two.
    private mutating func fillTail(_ rest: Span<UInt8>, messageByteCount: Int) -> Int {
        let isShort = rest.count + 1 + Digest.lengthByteCount <= Digest.blockByteCount
        let count = isShort ? Digest.blockByteCount : 2 * Digest.blockByteCount
        let bitCount = UInt64(messageByteCount) &* 8
        var bytes = tail.mutableSpan
        for index in 0..<rest.count { bytes[index] = rest[index] }
        bytes[rest.count] = 0x80
        for index in rest.count + 1..<count { bytes[index] = 0 }
        for byte in 0..<8 {
            let place = Digest.isLittleEndian ? count - 8 + byte : count - 1 - byte
            bytes[place] = UInt8(truncatingIfNeeded: bitCount &>> UInt64(8 * byte))
        }
        return count
    }
}

extension FixedWidthInteger where Self: UnsignedInteger {
    /// The bits turned to the left, those that fall out coming in on the right.
    @inline(__always)
    func turnedLeft(_ count: Self) -> Self { self &<< count | self &>> (Self(Self.bitWidth) &- count) }

    /// The bits turned to the right.
    @inline(__always)
    func turnedRight(_ count: Self) -> Self { self &>> count | self &<< (Self(Self.bitWidth) &- count) }
}

extension Span<UInt8> {
    /// The word that begins at byte `offset`, its greatest byte first.
    @inline(__always)
    func bigEndianWord<Word: FixedWidthInteger & UnsignedInteger>(at offset: Int, _ word: Word.Type) -> Word {
        var word: Word = 0
        for byte in 0..<Word.bitWidth / 8 { word = word &<< 8 | Word(truncatingIfNeeded: self[offset + byte]) }
        return word
    }
}

extension TextBuffer {
    /// Appends the last `digitCount` hexadecimal digits of a word.
    mutating func append(lowerHexadecimal word: UInt64, digitCount: Int) {
        append(word, digitCount: digitCount, bitsPerDigit: 4, ten: UInt8(ascii: "a"))
    }
}
