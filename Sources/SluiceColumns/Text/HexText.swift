/// Hexadecimal digits.
public enum HexText {
    /// The digit of 0...15, in upper case.
    @inlinable @inline(__always)
    public static func upperDigit(_ value: UInt8) -> UInt8 { value < 10 ? value &+ 0x30 : value &+ 0x37 }

    /// The value of a digit of either case; nil for other bytes.
    @inlinable @inline(__always)
    public static func value(_ byte: UInt8) -> UInt8? {
        if byte &- 0x30 < 10 { return byte &- 0x30 }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }
}
