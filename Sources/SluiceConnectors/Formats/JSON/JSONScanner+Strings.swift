import SluiceColumns

/// Arenas for text that does not stand in the input as it is meant.
struct JSONScratch: ~Copyable {
    private var pool: [Arena] = []
    private(set) var current: Arena
    /// Arenas that values of the batch point into.
    private(set) var used: [Arena] = []

    private static let chunkByteCount = 1 << 17

    init() { current = Arena(byteCount: Self.chunkByteCount, purpose: .buffers) }

    /// A new arena with room for `byteCount` bytes, the current one from then on.
    @discardableResult
    mutating func next(holding byteCount: Int) -> Arena {
        let old = current
        let next = chunk(holding: byteCount)
        current = next
        if old.byteCount > 0 { used.append(old) } else { recycle(old) }
        return next
    }

    /// Gives the arenas of a batch away.
    mutating func takeUsed() -> [Arena] {
        var taken = used
        used = []
        if current.byteCount > 0 {
            taken.append(current)
            current = chunk(holding: 0)
        }
        for arena in taken where pool.count < 16 && arena.capacity == Self.chunkByteCount { pool.append(arena) }
        return taken
    }

    private mutating func recycle(_ arena: Arena) {
        if pool.count < 16 && arena.capacity == Self.chunkByteCount { pool.append(arena) }
    }

    private mutating func chunk(holding byteCount: Int) -> Arena {
        if byteCount <= Self.chunkByteCount {
            for index in pool.indices {
                if Arena.recycle(&pool[index]) { return pool.remove(at: index) }
            }
        }
        return Arena(byteCount: max(byteCount, Self.chunkByteCount), purpose: .buffers)
    }
}

extension JSONScanner {
    /// Reads a string that is wanted; `offset` is behind its opening quote.
    ///
    /// `end` is -1 where it is no string.
    ///
    /// The view points into the block, or into a scratch arena where the text has escapes.
    @inline(__always)
    mutating func string(_ offset: Int, _ bytes: PaddedBytes) -> (view: StringView, end: Int) {
        var position = offset
        var wide: UInt32 = 0
        while true {
            let mask = bytes.stringEndMask32(position, UInt8(ascii: "\""), UInt8(ascii: "\\"))
            wide |= bytes.wideMask32(position) & (mask ^ (mask &- 1))
            if mask == 0 {
                position &+= 32
                if position > bytes.count { return (.empty, fail(bytes.count, "a string without an end")) }
                continue
            }
            position &+= mask.trailingZeroBitCount
            let byte = bytes[min(position, bytes.count)]
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") || (byte == 0 && position >= bytes.count) || byte == 0x0a {
                return unescapedString(offset, position, bytes)
            }
            position &+= 1
        }
        if wide != 0, !UnicodeText.isValid(bytes.span(offset..<position)) {
            return (.empty, fail(offset, "the text is not UTF-8"))
        }
        let byteCount = position &- offset
        if byteCount > StringView.inlineByteCountMax { usesBlock = true }
        return (bytes.view(offset, byteCount: byteCount), position &+ 1)
    }

    /// Copies a string with escapes; the first `escape - offset` bytes have none.
    @inline(never)
    mutating func unescapedString(_ offset: Int, _ escape: Int, _ bytes: PaddedBytes) -> (view: StringView, end: Int) {
        var copied = Self.copyUnescaped(offset, into: scratch.current, bytes)
        if copied.needsRoom {
            let end = skipString(escape, bytes)
            if end < 0 { return (.empty, -1) }
            scratch.next(holding: end &- offset &+ 64)
            copied = Self.copyUnescaped(offset, into: scratch.current, bytes)
        }
        if copied.end < 0 { return (.empty, fail(-1 &- copied.end, copied.reason)) }
        if copied.hasWideBytes, !UnicodeText.isValid(bytes.span(offset..<copied.end &- 1)) {
            return (.empty, fail(offset, "the text is not UTF-8"))
        }
        return (scratch.current.keep(byteCount: copied.byteCount), copied.end)
    }

    /// What `copyUnescaped` did.
    private struct Copied {
        /// Behind the closing quote; -1 - offset of what is wrong.
        var end: Int
        /// Bytes written behind the end of the arena.
        var byteCount = 0
        /// Whether bytes beyond ASCII were seen.
        var hasWideBytes = false
        /// Whether the arena was too small.
        var needsRoom = false
        /// What is wrong.
        var reason: StaticString = ""
    }

    @inline(__always)
    private static func copyUnescaped(_ offset: Int, into arena: borrowing Arena, _ bytes: PaddedBytes) -> Copied {
        var tail = arena.tail
        var position = offset
        var wide: UInt32 = 0
        while true {
            let mask = bytes.stringEndMask32(position, UInt8(ascii: "\""), UInt8(ascii: "\\"))
            // All 32 where no bit is set, in one word operation without a branch.
            let runByteCount = mask.trailingZeroBitCount
            wide |= bytes.wideMask32(position) & (mask ^ (mask &- 1))
            if tail.capacity &- tail.count < 64 { return Copied(end: 0, needsRoom: true) }
            tail.append32(bytes, at: position, byteCount: runByteCount)
            position &+= runByteCount
            if position >= bytes.count { return Copied(end: -1 &- bytes.count, reason: "a string without an end") }
            if mask == 0 { continue }
            let byte = bytes[position]
            if byte == UInt8(ascii: "\\") {
                let letter = bytes[position &+ 1]
                let simple = JSONText.simpleEscape(letter)
                if simple != 0 {
                    tail.append(simple)
                    position &+= 2
                    continue
                }
                let unit = JSONText.unicodeEscape(position, bytes)
                if unit.end < 0 { return Copied(end: -1 &- position, reason: "an unknown escape sequence in a string") }
                for index in 0..<unit.utf8.count {
                    tail.append(UInt8(truncatingIfNeeded: unit.utf8.word >> UInt32(8 &* index)))
                }
                position = unit.end
            } else if byte == UInt8(ascii: "\"") {
                break
            } else if byte == 0x0a {
                return Copied(end: -1 &- position, reason: "a string without an end")
            } else {
                tail.append(byte)
                position &+= 1
            }
        }
        return Copied(end: position &+ 1, byteCount: tail.count, hasWideBytes: wide != 0)
    }
}
