/// An internet address of version 4 or 6.
public struct IPAddress: Sendable, Hashable {
    /// Whether it is of version 4.
    public let isVersion4: Bool
    /// The number of the address: 32 bits in version 4, 128 in version 6.
    public let number: UInt128

    private init(isVersion4: Bool, number: UInt128) {
        self.isVersion4 = isVersion4
        self.number = number
    }

    /// How many bits the addresses of the version have.
    public var bitCount: Int { isVersion4 ? 32 : 128 }

    /// Reads four decimal numbers without leading zeros, or one of the forms of RFC 4291; nil for other text.
    public init?(_ text: Span<UInt8>) {
        if ByteScan.firstOffset(of: UInt8(ascii: ":"), in: text) < text.count {
            guard let number = IPAddress.version6(text) else { return nil }
            self.init(isVersion4: false, number: number)
        } else {
            guard let number = IPAddress.version4(text) else { return nil }
            self.init(isVersion4: true, number: number)
        }
    }

    private static func version4(_ text: Span<UInt8>) -> UInt128? {
        var number: UInt128 = 0
        var part: UInt128 = 0
        var digitCount = 0
        var dotCount = 0
        for index in 0..<text.count {
            let byte = text[index]
            if byte == UInt8(ascii: ".") {
                guard digitCount > 0, dotCount < 3 else { return nil }
                number = number << 8 | part
                (part, digitCount) = (0, 0)
                dotCount += 1
            } else {
                // A leading zero is refused: some programs read such a part as octal.
                guard byte &- 0x30 < 10, digitCount == 0 || part > 0 else { return nil }
                part = part * 10 + UInt128(byte &- 0x30)
                digitCount += 1
                guard part <= 255 else { return nil }
            }
        }
        guard dotCount == 3, digitCount > 0 else { return nil }
        return number << 8 | part
    }

    private static func version6(_ text: Span<UInt8>) -> UInt128? {
        var number: UInt128 = 0
        var groupCount = 0
        /// How many groups stand before `::`.
        var gap: Int?
        var index = 0
        if text.count >= 2, text[0] == colon, text[1] == colon { (gap, index) = (0, 2) }
        while index < text.count {
            let end = groupEnd(text, from: index)
            if end < text.count, text[end] == UInt8(ascii: ".") {
                guard groupCount <= 6, let tail = version4(text.extracting(index..<text.count)) else { return nil }
                number = number << 32 | tail
                groupCount += 2
                break
            }
            guard end > index, end - index <= 4, groupCount < 8 else { return nil }
            var group: UInt128 = 0
            for place in index..<end { group = group << 4 | UInt128(HexText.value(text[place]) ?? 0) }
            number = number << 16 | group
            groupCount += 1
            index = end
            if index == text.count { break }
            guard text[index] == colon, index + 1 < text.count else { return nil }
            index += 1
            if text[index] == colon {
                guard gap == nil else { return nil }
                gap = groupCount
                index += 1
            }
        }
        guard let gap else { return groupCount == 8 ? number : nil }
        guard groupCount < 8 else { return nil }
        let lowBits = 16 * (groupCount - gap)
        let low = number & ((UInt128(1) << lowBits) - 1)
        return (number >> lowBits) << (128 - 16 * gap) | low
    }

    private static let colon = UInt8(ascii: ":")

    private static func groupEnd(_ text: Span<UInt8>, from start: Int) -> Int {
        var end = start
        while end < text.count, HexText.value(text[end]) != nil { end += 1 }
        return end
    }
}

extension IPAddress {
    /// Whether the address is among those kept for private, link-local or loopback use (RFC 1918, 3927, 4193, 4291);
    /// an IPv4 address written as one of version 6 counts as what it stands for.
    public var isPrivate: Bool {
        if !isVersion4 {
            if number >> 32 == 0xFFFF { return IPAddress(isVersion4: true, number: number & 0xFFFF_FFFF).isPrivate }
            return number == 1 || number >> 121 == 0xFC >> 1 || number >> 118 == 0xFE80 >> 6
        }
        let first = number >> 24
        return first == 10 || first == 127 || number >> 20 == 0xAC1 || number >> 16 == 0xC0A8
            || number >> 16 == 0xA9FE
    }

    /// Appends the form of RFC 5952: lower case, the longest run of zero groups as `::`.
    public func append(to buffer: inout TextBuffer) {
        if isVersion4 { return IPAddress.appendVersion4(number, to: &buffer) }
        if number >> 32 == 0xFFFF {
            buffer.append(IPAddress.colon)
            buffer.append(IPAddress.colon)
            IPAddress.appendHex(0xFFFF, to: &buffer)
            buffer.append(IPAddress.colon)
            return IPAddress.appendVersion4(number & 0xFFFF_FFFF, to: &buffer)
        }
        let zeros = longestZeroRun
        var index = 0
        while index < 8 {
            if index == zeros.lowerBound, !zeros.isEmpty {
                buffer.append(IPAddress.colon)
                buffer.append(IPAddress.colon)
                index = zeros.upperBound
                continue
            }
            if index > 0, index != zeros.upperBound || zeros.isEmpty { buffer.append(IPAddress.colon) }
            IPAddress.appendHex(group(index), to: &buffer)
            index += 1
        }
    }

    private func group(_ index: Int) -> UInt16 { UInt16(truncatingIfNeeded: number >> (112 - 16 * index)) }

    /// The first of the longest runs of at least two zero groups; empty where there is none.
    private var longestZeroRun: Range<Int> {
        var longest = 0..<0
        var start = 0
        for index in 0..<8 {
            if group(index) != 0 { start = index + 1 }
            let run = start..<index + 1
            if run.count > max(1, longest.count) { longest = run }
        }
        return longest
    }

    private static func appendHex(_ group: UInt16, to buffer: inout TextBuffer) {
        var shift: UInt16 = 12
        while shift > 0, group >> shift == 0 { shift -= 4 }
        while true {
            let digit = UInt8(truncatingIfNeeded: group >> shift & 15)
            buffer.append(digit < 10 ? digit + 0x30 : digit + 0x57)
            if shift == 0 { return }
            shift -= 4
        }
    }

    private static func appendVersion4(_ number: UInt128, to buffer: inout TextBuffer) {
        var shift: UInt128 = 24
        while true {
            buffer.append(integer: Int64(truncatingIfNeeded: number >> shift & 0xFF))
            if shift == 0 { return }
            buffer.append(UInt8(ascii: "."))
            shift -= 8
        }
    }
}
