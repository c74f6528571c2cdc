import SluiceColumns

/// Arenas for text that does not stand in the input as it is meant.
struct JSONScratch: ~Copyable {
    private var pool: [Arena] = []
    private(set) var current: Arena
    /// Arenas that values of the batch point into.
    private(set) var used: [Arena] = []

    private static let chunkByteCount = 1 << 17

    init() { current = Arena(byteCount: Self.chunkByteCount, purpose: .buffers) }

    /// An arena with room for 32 more bytes that holds the bytes from `start` on, whose offset in it is returned.
    mutating func move(from start: Int) -> (arena: Arena, start: Int) {
        let old = current
        let moving = old.byteCount - start
        let next = chunk(holding: moving * 2 + 64)
        next.append(start..<old.byteCount, of: old)
        old.truncate(to: start)
        current = next
        if old.byteCount > 0 { used.append(old) } else { recycle(old) }
        return (next, 0)
    }

    /// A new arena with room for `byteCount` bytes.
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
    /// Reads a string that is wanted; `offset` is behind its opening quote. `end` is -1 where it is no string.
    ///
    /// The view points into the block, or into a scratch arena where the text has escapes.
    @inline(__always)
    mutating func string(_ offset: Int, _ bytes: PaddedBytes) -> (view: StringView, end: Int) {
        var position = offset
        var seen: UInt64 = 0
        while true {
            let mask = bytes.stringEndMask(position, UInt8(ascii: "\""), UInt8(ascii: "\\"))
            seen |= bytes.word64(position) | bytes.nextWord64(position)
            if mask == 0 {
                position &+= 16
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
        // `seen` may have looked beyond the end: only then is the text looked at again.
        if seen & 0x8080_8080_8080_8080 != 0, !UnicodeText.isValid(bytes.span(offset..<position)) {
            return (.empty, fail(offset, "the text is not UTF-8"))
        }
        let byteCount = position &- offset
        if byteCount > StringView.inlineByteCountMax { usesBlock = true }
        return (bytes.view(offset, byteCount: byteCount), position &+ 1)
    }

    /// Copies a string with escapes; the first `escape - offset` bytes have none.
    @inline(never)
    mutating func unescapedString(_ offset: Int, _ escape: Int, _ bytes: PaddedBytes) -> (view: StringView, end: Int) {
        var arena = scratch.current
        var start = arena.byteCount
        var position = offset
        var seen: UInt64 = 0
        while true {
            if arena.capacity &- arena.byteCount < 32 { (arena, start) = scratch.move(from: start) }
            let mask =
                position &+ 16 <= escape ? 0 : bytes.stringEndMask(position, UInt8(ascii: "\""), UInt8(ascii: "\\"))
            let runByteCount = mask == 0 ? 16 : mask.trailingZeroBitCount
            seen |= bytes.word64(position) | bytes.nextWord64(position)
            arena.append16(bytes, at: position, byteCount: runByteCount)
            position &+= runByteCount
            if position >= bytes.count { return (.empty, unended(bytes.count, arena, start)) }
            if mask == 0 { continue }
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") {
                position = unescape(position, into: arena, bytes)
                if position < 0 {
                    arena.truncate(to: start)
                    return (.empty, -1)
                }
            } else if byte == 0x0a {
                return (.empty, unended(position, arena, start))
            } else {
                arena.append(byte: byte)
                position &+= 1
            }
        }
        let byteCount = arena.byteCount &- start
        if seen & 0x8080_8080_8080_8080 != 0, !UnicodeText.isValid(bytes.span(offset..<position)) {
            arena.truncate(to: start)
            return (.empty, fail(offset, "the text is not UTF-8"))
        }
        let view = arena.view(at: start, byteCount: byteCount)
        if view.isInline { arena.truncate(to: start) }
        return (view, position &+ 1)
    }

    private mutating func unended(_ offset: Int, _ arena: Arena, _ start: Int) -> Int {
        arena.truncate(to: start)
        return fail(offset, "a string without an end")
    }

    /// Appends what the escape at `offset` stands for; at most 4 bytes.
    @inline(__always)
    private mutating func unescape(_ offset: Int, into arena: Arena, _ bytes: PaddedBytes) -> Int {
        let letter = bytes[offset &+ 1]
        let simple = JSONText.simpleEscape(letter)
        if simple != 0 {
            arena.append(byte: simple)
            return offset &+ 2
        }
        guard letter == UInt8(ascii: "u") else { return fail(offset, "an unknown escape sequence in a string") }
        guard let unit = JSONText.hexUnit(bytes, offset &+ 2) else {
            return fail(offset, "\\u needs four hexadecimal digits")
        }
        var scalar = unit
        var end = offset &+ 6
        if unit & 0xfc00 == 0xd800, bytes[end] == UInt8(ascii: "\\"), bytes[end &+ 1] == UInt8(ascii: "u"),
            let low = JSONText.hexUnit(bytes, end &+ 2), low & 0xfc00 == 0xdc00
        {
            scalar = 0x1_0000 &+ ((unit & 0x3ff) << 10 | (low & 0x3ff))
            end &+= 6
        }
        JSONText.appendUTF8(scalar) { arena.append(byte: $0) }
        return end
    }
}
