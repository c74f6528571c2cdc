import SluiceKernels
import SluiceSQL

/// Reads the settings `table.exec.emit.*`, which say when windows give results, and EMIT clauses, which set them for
/// one query.
enum EmitSettings {
    /// The two settings of one kind of result.
    private struct Keys {
        var enabled: String
        var delay: String
    }
    private static let early = Keys(
        enabled: "table.exec.emit.early-fire.enabled",
        delay: "table.exec.emit.early-fire.delay"
    )
    private static let late = Keys(
        enabled: "table.exec.emit.late-fire.enabled",
        delay: "table.exec.emit.late-fire.delay"
    )
    private static let lateness = "table.exec.emit.allow-lateness"
    /// The lateness under EMIT AFTER WATERMARK where nothing else is set: that of RocketMQ Streams.
    private static let defaultLateness = "1 h"

    // MARK: EMIT

    /// The context with the clause's strategies as settings.
    static func applied(_ emit: EmitClause, to context: PlanningContext) throws -> PlanningContext {
        var result = context
        let binder = ExpressionBinder(context, scope: .empty)
        for strategy in emit.strategies {
            let millis = try strategy.delay.map { try WindowArguments.millis(binder.bind($0), binder, at: $0.span) }
            let phases: [EmitClause.Phase] = strategy.phase.map { [$0] } ?? [.before, .after]
            for phase in phases {
                let keys = phase == .before ? early : late
                try result.configuration.set(keys.enabled, to: "true", at: strategy.span)
                try result.configuration.set(keys.delay, to: "\(millis ?? 0) ms", at: strategy.span)
                guard phase == .after, !hasLateness(context.configuration) else { continue }
                try result.configuration.set(lateness, to: defaultLateness, at: strategy.span)
            }
        }
        return result
    }

    private static func hasLateness(_ configuration: Configuration) -> Bool {
        configuration.text(lateness) != nil
            || configuration.positiveDurationMillis("table.exec.state.ttl") != nil
    }

    /// Refuses EMIT behind a query without a window that it could speak about.
    static func requireWindow(in plan: LogicalPlan, at span: SourceSpan) throws {
        guard !hasEmittingWindow(plan) else { return }
        throw SQLError(
            .unsupported,
            "EMIT speaks about windows in GROUP BY, and this query has none",
            at: span,
            hint: "write GROUP BY TUMBLE(...) or HOP(...), or leave EMIT out"
        )
    }

    private static func hasEmittingWindow(_ plan: LogicalPlan) -> Bool {
        if case .windowTable(let node) = plan, node.window.emit != nil { return true }
        return plan.inputs.contains(where: hasEmittingWindow)
    }

    // MARK: Settings

    /// The strategy that is configured; nil where each window is emitted once.
    static func strategy(_ configuration: Configuration, at span: SourceSpan) throws -> EmitStrategy? {
        let early = try firing(early, configuration, span)
        let late = try firing(late, configuration, span)
        guard early != nil || late != nil else { return nil }
        guard late != nil else { return EmitStrategy(early: early, late: nil, allowedLatenessMicros: 0) }
        let isGiven = configuration.text(lateness) != nil
        let millis = configuration.positiveDurationMillis(isGiven ? lateness : "table.exec.state.ttl")
        guard let millis else {
            throw SQLError(
                .invalidConfiguration,
                "results for late rows need to know how long windows are kept",
                at: span,
                hint: "SET '\(lateness)' or 'table.exec.state.ttl' to a time"
            )
        }
        if case .periodic(let micros)? = late, micros > millis * 1_000 {
            throw SQLError(
                .invalidConfiguration,
                "results for late rows wait longer than windows are kept",
                at: span,
                hint: "SET '\(Self.late.delay)' to at most '\(lateness)'"
            )
        }
        return EmitStrategy(early: early, late: late, allowedLatenessMicros: millis * 1_000)
    }

    private static func firing(
        _ keys: Keys,
        _ configuration: Configuration,
        _ span: SourceSpan
    ) throws -> EmitStrategy.Firing? {
        guard configuration.boolean(keys.enabled) else { return nil }
        guard configuration.text(keys.delay) != nil else {
            throw SQLError(
                .invalidConfiguration,
                "'\(keys.enabled)' needs '\(keys.delay)'",
                at: span,
                hint: "SET '\(keys.delay)' to a time; '0 s' gives a result for each change"
            )
        }
        return configuration.positiveDurationMillis(keys.delay).map { .periodic(micros: $0 * 1_000) } ?? .everyChange
    }
}
