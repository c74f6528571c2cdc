import SluiceColumns

/// A message digest that takes its message in blocks: MD5, SHA-1 and SHA-2.
///
/// One value serves all rows of a batch: its buffers are made once.
protocol BlockDigest: SendableMetatype {
    /// Bytes that `compress` takes.
    var blockByteCount: Int { get }
    /// Bytes at the end of the last block that hold the length of the message.
    var lengthByteCount: Int { get }
    /// Starts a new message.
    mutating func reset()
    /// Takes one block.
    mutating func compress(_ block: Span<UInt8>)
    /// The bytes of the digest in order.
    func forEachByte(_ body: (UInt8) -> Void)
    /// Writes the length of the message in bits so that it ends at `end`.
    static func writeLength(_ bitCount: UInt64, into tail: inout [UInt8], endingAt end: Int)
}

extension BlockDigest {
    /// Appends the digest of a message as hexadecimal digits.
    mutating func append(digestOf message: Span<UInt8>, to buffer: inout TextBuffer) {
        reset()
        var offset = 0
        while message.count - offset >= blockByteCount {
            compress(message.extracting(offset..<offset + blockByteCount))
            offset += blockByteCount
        }
        // The rest, a one bit, zeros and the length fill one block or two.
        let restCount = message.count - offset
        let tailCount = restCount + 1 + lengthByteCount <= blockByteCount ? blockByteCount : 2 * blockByteCount
        var tail = [UInt8](repeating: 0, count: tailCount)
        for index in 0..<restCount { tail[index] = message[offset + index] }
        tail[restCount] = 0x80
        Self.writeLength(UInt64(message.count) &* 8, into: &tail, endingAt: tailCount)
        for start in stride(from: 0, to: tailCount, by: blockByteCount) {
            compress(tail.span.extracting(start..<start + blockByteCount))
        }
        var digits = TextBuffer(byteCapacity: 128)
        forEachByte { byte in
            digits.append(Self.hexDigit(byte >> 4))
            digits.append(Self.hexDigit(byte & 15))
        }
        buffer.append(digits.bytes)
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
