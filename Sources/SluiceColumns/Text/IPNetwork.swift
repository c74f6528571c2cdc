/// A range of addresses that share their first bits, such as `10.0.0.0/8`.
public struct IPNetwork: Sendable {
    private let base: IPAddress
    private let freeBits: Int

    /// Whether its addresses are of version 4.
    public var isVersion4: Bool { base.isVersion4 }
    /// How many first bits its addresses share.
    public var prefixBitCount: Int { base.bitCount - freeBits }
    /// The number of its first address.
    public var first: UInt128 { (base.number >> freeBits) << freeBits }
    /// The number of its last address.
    public var last: UInt128 { freeBits == 128 ? .max : first | ((UInt128(1) << freeBits) - 1) }

    /// Reads an address, a slash and the number of shared bits, or an address alone; nil for other text.
    public init?(_ text: Span<UInt8>) {
        let slash = ByteScan.firstOffset(of: UInt8(ascii: "/"), in: text)
        guard let base = IPAddress(text.extracting(0..<slash)) else { return nil }
        self.base = base
        if slash == text.count {
            freeBits = 0
            return
        }
        let digits = text.extracting(slash + 1..<text.count)
        guard 1...3 ~= digits.count else { return nil }
        var length = 0
        for index in 0..<digits.count {
            guard digits[index] &- 0x30 < 10 else { return nil }
            length = length * 10 + Int(digits[index] &- 0x30)
        }
        guard length <= base.bitCount else { return nil }
        freeBits = base.bitCount - length
    }

    /// Whether the address is in the range; never for the other version.
    public func contains(_ address: IPAddress) -> Bool {
        address.isVersion4 == base.isVersion4 && address.number >> freeBits == base.number >> freeBits
    }
}
