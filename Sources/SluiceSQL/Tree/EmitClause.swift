/// `EMIT strategy [, strategy]` behind a query: when its windows give results besides the one at their end.
package struct EmitClause: Sendable, Hashable {
    /// Which part of a window's life a strategy speaks about.
    package enum Phase: String, Sendable, Hashable {
        /// Before the watermark passes the window's end.
        case before = "BEFORE"
        /// After that.
        case after = "AFTER"
    }

    /// `{WITH DELAY 'n' unit | WITHOUT DELAY} [BEFORE WATERMARK | AFTER WATERMARK]`.
    package struct Strategy: Sendable, Hashable {
        /// An interval literal; nil for WITHOUT DELAY.
        package var delay: Expression?
        /// Nil for both.
        package var phase: Phase?
        package var span: SourceSpan
    }

    /// At least one.
    package var strategies: [Strategy]
    package var span: SourceSpan
}
