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
        var position = marks.next(offset, bytes)
        // A window that was left behind may have held bytes beyond ASCII.
        var mayBeWide = marks.hasWideBytes
        while bytes[position] != UInt8(ascii: "\"") {
            if bytes[position] == UInt8(ascii: "\\") { return unescapedString(offset, position, bytes) }
            if bytes[position] == 0x0a || position >= bytes.count {
                return (.empty, fail(position, "a string without an end"))
            }
            position = marks.next(position, bytes)
            mayBeWide = true
        }
        if mayBeWide, !UnicodeText.isValid(bytes.span(offset..<position)) {
            return (.empty, fail(offset, "the text is not UTF-8"))
        }
        let byteCount = position &- offset
        if byteCount > StringView.inlineByteCountMax { usesBlock = true }
        return (bytes.view(offset, byteCount: byteCount), position &+ 1)
    }

    /// Copies a string with escapes; the first `escape - offset` bytes have none.
    @inline(never)
    mutating func unescapedString(_ offset: Int, _ escape: Int, _ bytes: PaddedBytes) -> (view: StringView, end: Int) {
        var copied = Self.copyUnescaped(offset, into: scratch.current, &marks, bytes)
        if copied.needsRoom {
            let end = skipString(escape, bytes)
            if end < 0 { return (.empty, -1) }
            scratch.next(holding: end &- offset &+ 64)
            copied = Self.copyUnescaped(offset, into: scratch.current, &marks, bytes)
        }
        if copied.end < 0 { return (.empty, fail(-1 &- copied.end, copied.reason)) }
        if copied.mayBeWide, !UnicodeText.isValid(bytes.span(offset..<copied.end &- 1)) {
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
        /// Whether there may be bytes beyond ASCII.
        var mayBeWide = false
        /// Whether the arena was too small.
        var needsRoom = false
        /// What is wrong.
        var reason: StaticString = ""
    }

    @inline(__always)
    private static func copyUnescaped(
        _ offset: Int,
        into arena: borrowing Arena,
        _ marks: inout ByteMarks,
        _ bytes: PaddedBytes
    ) -> Copied {
        var tail = arena.tail
        var position = offset
        var mayBeWide = false
        while true {
            let runEnd = marks.next(position, bytes)
            mayBeWide = mayBeWide || marks.hasWideBytes
            if tail.capacity &- tail.count < runEnd &- position &+ 64 { return Copied(end: 0, needsRoom: true) }
            while runEnd &- position > 32 {
                tail.append32(bytes, at: position, byteCount: 32)
                position &+= 32
            }
            tail.append32(bytes, at: position, byteCount: runEnd &- position)
            position = runEnd
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
            } else if byte == 0x0a || position >= bytes.count {
                return Copied(end: -1 &- position, reason: "a string without an end")
            }
        }
        return Copied(end: position &+ 1, byteCount: tail.count, mayBeWide: mayBeWide)
    }
}
