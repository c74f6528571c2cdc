/// A growing buffer of UTF-8 bytes that every formatter of values writes to.
///
/// Unlike `[UInt8]`, appending one value checks for room and uniqueness once, not once per byte. `removeAll()` keeps
/// the memory, so one buffer serves a whole column without allocating again.
public struct TextBuffer: Sendable {
    /// Bytes at and after `count` are scratch: they hold whatever earlier appends left there.
    @usableFromInline var storage: [UInt8]

    @usableFromInline var byteCount: Int

    /// How many bytes have been appended.
    @inlinable public var count: Int { byteCount }

    /// Makes an empty buffer with room for `byteCapacity` bytes.
    public init(byteCapacity: Int = 256) {
        storage = [UInt8](repeating: 0, count: byteCapacity)
        byteCount = 0
    }

    /// Whether nothing has been appended.
    @inlinable public var isEmpty: Bool { count == 0 }

    /// The bytes appended so far.
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get { storage.span.extracting(0..<count) }
    }

    /// The bytes as an array of their own.
    public var byteArray: [UInt8] { Array(storage[0..<count]) }

    /// The bytes as a `String`; for messages and tests, not for rows.
    public var text: String { String(decoding: storage[0..<count], as: UTF8.self) }

    /// Forgets the bytes and keeps the memory.
    @inlinable
    public mutating func removeAll() {
        byteCount = 0
    }

    /// Forgets the bytes after the first `newCount`.
    public mutating func truncate(to newCount: Int) {
        precondition(newCount >= 0)
        precondition(newCount <= count)
        byteCount = newCount
    }

    /// Appends one byte.
    @inlinable
    public mutating func append(_ byte: UInt8) {
        let offset = extend(by: 1)
        storage[offset] = byte
    }

    /// Appends the bytes of a span.
    public mutating func append(_ source: Span<UInt8>) {
        let offset = extend(by: source.count)
        // SAFETY: there is room for the bytes behind `offset`, and a span cannot lie in storage that is being changed.
        unsafe source.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            unsafe storage.withUnsafeMutableBufferPointer { target in
                unsafe target.baseAddress.unsafelyUnwrapped.advanced(by: offset).update(from: start, count: bytes.count)
            }
        }
    }

    /// Appends text; for headers and messages, not for rows.
    public mutating func append(_ text: String) {
        for byte in text.utf8 {
            append(byte)
        }
    }

    /// Makes room for `addedCount` more bytes and counts them as appended; the caller writes them.
    ///
    /// - Returns: the offset of the first of them.
    @inlinable
    mutating func extend(by addedCount: Int) -> Int {
        let offset = byteCount
        byteCount += addedCount
        if byteCount > storage.count { grow() }
        return offset
    }

    @usableFromInline
    mutating func grow() {
        let grown = max(byteCount, storage.count * 2)
        storage.append(contentsOf: repeatElement(0, count: grown - storage.count))
    }
}
