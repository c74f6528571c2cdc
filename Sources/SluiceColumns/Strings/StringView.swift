import Glibc

/// A 16-byte reference to bytes: text in UTF-8, binary data or an opaque value.
///
/// Layout (little endian; after Neumann and Freitag's Umbra, 2020): 4 bytes length, 4 bytes prefix, then either 8 more
/// bytes of an inline value (length up to 12) or the address of the bytes in an arena that the owning column keeps
/// alive. Unused inline bytes are zero, so that two short values are equal exactly when both words are.
public struct StringView: BitwiseCopyable, Sendable {
    /// Length in the low half, the first four bytes in the high half.
    public let word0: UInt64
    /// Bytes 4...11 of an inline value, or the address.
    public let word1: UInt64

    /// The longest value that needs no arena, in bytes.
    public static let inlineByteCountMax = 12

    /// The empty value.
    public static let empty = StringView(word0: 0, word1: 0)

    @inlinable @inline(__always)
    init(word0: UInt64, word1: UInt64) {
        self.word0 = word0
        self.word1 = word1
    }

    /// Length in bytes.
    @inlinable @inline(__always)
    public var byteCount: Int { Int(word0 & 0xffff_ffff) }

    /// Whether the bytes are in the view itself.
    @inlinable @inline(__always)
    public var isInline: Bool { word0 & 0xffff_ffff <= 12 }

    /// The address of the bytes of a view that is not inline.
    @unsafe @inlinable @inline(__always)
    var address: UnsafePointer<UInt8> {
        // SAFETY: a view of more than 12 bytes always holds the address its maker was given.
        unsafe UnsafePointer(bitPattern: UInt(word1)).unsafelyUnwrapped
    }

    /// Makes a view of `byteCount` bytes at `start`, which must outlive it where they are more than 12.
    @unsafe @inlinable @inline(__always)
    init(start: UnsafePointer<UInt8>, byteCount: Int) {
        if byteCount > 12 {
            let prefix = UInt64(unsafe UnsafeRawPointer(start).loadUnaligned(as: UInt32.self))
            word0 = UInt64(UInt32(truncatingIfNeeded: byteCount)) | prefix << 32
            word1 = UInt64(UInt(bitPattern: start))
            return
        }
        var low: UInt64 = 0
        var high: UInt64 = 0
        // Two overlapping loads for 4...12 bytes, at most three single ones below.
        if byteCount >= 8 {
            let raw = unsafe UnsafeRawPointer(start)
            let first = unsafe raw.loadUnaligned(as: UInt64.self)
            let last = unsafe raw.loadUnaligned(fromByteOffset: byteCount - 8, as: UInt64.self)
            low = first << 32
            high = first >> 32 | (last >> UInt64((16 - byteCount) * 8)) << 32
        } else if byteCount >= 4 {
            let raw = unsafe UnsafeRawPointer(start)
            let first = UInt64(unsafe raw.loadUnaligned(as: UInt32.self))
            let last = UInt64(unsafe raw.loadUnaligned(fromByteOffset: byteCount - 4, as: UInt32.self))
            low = first << 32
            high = last >> UInt64((8 - byteCount) * 8)
        } else {
            var index = 0
            while index < byteCount {
                low |= UInt64(unsafe start[index]) << UInt64(32 + 8 * index)
                index += 1
            }
        }
        word0 = low | UInt64(UInt32(truncatingIfNeeded: byteCount))
        word1 = high
    }

    /// The bytes `range` of the value, without copying more than `inlineByteCountMax` of them.
    ///
    /// A longer part points to where the value's bytes are: it lives as long as they do.
    @inlinable @inline(__always)
    public func part(_ range: Range<Int>) -> StringView {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount)
        if !isInline {
            let start = unsafe address + range.lowerBound
            if range.count <= Self.inlineByteCountMax, byteCount - range.lowerBound >= Self.inlineByteCountMax {
                // SAFETY: twelve bytes of the value stand there; those behind the part are masked.
                let raw = unsafe UnsafeRawPointer(start)
                let first = UInt64(unsafe raw.loadUnaligned(as: UInt32.self))
                let rest = unsafe raw.loadUnaligned(fromByteOffset: 4, as: UInt64.self)
                let length = UInt64(UInt32(truncatingIfNeeded: range.count))
                let bitCount = 8 * range.count
                let kept = first & ~(UInt64.max << bitCount) & 0xffff_ffff
                return StringView(word0: length | kept << 32, word1: rest & ~(UInt64.max << max(0, bitCount - 32)))
            }
            return unsafe StringView(start: start, byteCount: range.count)
        }
        // SAFETY: the bytes of an inline value are those from the fourth of the view on.
        return unsafe withUnsafeBytes(of: self) { bytes in
            let start = unsafe bytes.baseAddress.unsafelyUnwrapped + 4 + range.lowerBound
            return unsafe StringView(start: start.assumingMemoryBound(to: UInt8.self), byteCount: range.count)
        }
    }

    /// The value with the 26 letters from `first` on in the other case; nil where it is not inline or not all ASCII.
    ///
    /// - Parameter first: `A` to get small letters, `a` to get capital ones.
    @inlinable @inline(__always)
    public func swappingCase(from first: UInt8) -> StringView? {
        guard isInline, (word0 >> 32 | word1) & 0x8080_8080_8080_8080 == 0 else { return nil }
        let start = ASCIICase.swapped(word0 >> 32, from: first) << 32
        return StringView(word0: start | word0 & 0xffff_ffff, word1: ASCIICase.swapped(word1, from: first))
    }

    /// Whether both hold the same bytes.
    ///
    /// The bytes of both must be alive.
    @inlinable @inline(__always)
    public static func equal(_ lhs: StringView, _ rhs: StringView) -> Bool {
        guard lhs.word0 == rhs.word0 else { return false }
        if lhs.word1 == rhs.word1 { return true }
        if lhs.isInline { return false }
        // SAFETY: both are long views of the same length, alive by contract.
        return unsafe memcmp(lhs.address, rhs.address, lhs.byteCount) == 0
    }
}
