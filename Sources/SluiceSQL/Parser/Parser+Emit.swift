/// EMIT, a clause that Flink does not have: it comes from the SQL of Blink and RocketMQ Streams.
extension Parser {
    /// Whether an EMIT clause is next; EMIT is no reserved word, so a name may be written like it.
    func emitStarts() -> Bool { next("EMIT") && (next("WITH", at: 1) || next("WITHOUT", at: 1)) }

    /// `EMIT strategy [, strategy]` if it is next.
    mutating func parseEmit() throws(SQLError) -> EmitClause? {
        guard emitStarts() else { return nil }
        let start = start
        advance()
        var strategies: [EmitClause.Strategy] = []
        repeat { strategies.append(try parseEmitStrategy()) } while take(",")
        return EmitClause(strategies: strategies, span: span(from: start))
    }

    private mutating func parseEmitStrategy() throws(SQLError) -> EmitClause.Strategy {
        let start = start
        var delay: Expression?
        if !take(["WITHOUT", "DELAY"]) {
            try expect(["WITH", "DELAY"])
            let from = self.start
            guard current.kind == .string else { throw unexpected("a delay such as '10' SECOND") }
            let text = try parseStringValue()
            let qualifier = try parseIntervalQualifier()
            let literal = Literal.interval(text: text, isNegative: false, qualifier)
            delay = Expression(.literal(literal), span: span(from: from))
        }
        var phase: EmitClause.Phase?
        if take(["BEFORE", "WATERMARK"]) {
            phase = .before
        } else if take(["AFTER", "WATERMARK"]) {
            phase = .after
        }
        return EmitClause.Strategy(delay: delay, phase: phase, span: span(from: start))
    }
}
