/// Where a piece of SQL stands: a half-open range of UTF-8 byte offsets into the text that was parsed.
///
/// **Two spans are always equal** and hash alike. A tree node is what it says, not where it stands: `a + 1` in a
/// GROUP BY is the same expression as `a + 1` in the select list, and a tree that was printed and parsed again is the
/// same tree. To compare positions, compare `lowerBound` and `upperBound`.
package struct SourceSpan: Sendable, Hashable, CustomStringConvertible {
    /// Offset of the first byte.
    package var lowerBound: Int
    /// Offset just behind the last byte; never below `lowerBound`.
    package var upperBound: Int

    /// Makes a span of `lowerBound..<upperBound`.
    package init(_ lowerBound: Int, _ upperBound: Int) {
        self.lowerBound = lowerBound
        self.upperBound = max(lowerBound, upperBound)
    }

    /// The span of nodes that no text stands for.
    package static let none = SourceSpan(0, 0)

    /// Number of bytes.
    package var byteCount: Int { upperBound - lowerBound }

    /// The smallest span that holds both.
    package func union(_ other: SourceSpan) -> SourceSpan {
        SourceSpan(min(lowerBound, other.lowerBound), max(upperBound, other.upperBound))
    }

    /// The same span in a text where this text starts at byte `offset`.
    package func shifted(by offset: Int) -> SourceSpan {
        SourceSpan(lowerBound + offset, upperBound + offset)
    }

    package var description: String { "\(lowerBound)..<\(upperBound)" }

    package static func == (lhs: SourceSpan, rhs: SourceSpan) -> Bool { true }

    package func hash(into hasher: inout Hasher) {}
}
