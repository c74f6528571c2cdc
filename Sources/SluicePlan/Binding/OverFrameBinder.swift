import SluiceColumns
import SluiceKernels
import SluiceSQL

/// Binds the frame of an OVER window.
struct OverFrameBinder {
    private let binder: ExpressionBinder

    init(_ binder: ExpressionBinder) { self.binder = binder }

    /// The frame of `function` in a window.
    ///
    /// Without one written it is all rows up to the last that is equal in the order; ROW_NUMBER counts rows.
    func bind(_ window: WrittenWindow, _ function: AggregateFunction) throws -> OverFrame {
        let hasOwn = OverFunctions.all.contains { $0.name == function.name }
        guard let frame = window.frame else {
            return OverFrame(function.name == RankingFunction.rowNumber.rawValue ? .rows : .range)
        }
        guard !hasOwn else {
            throw SQLError(
                .invalidDefinition,
                "\(function.name) takes no ROWS or RANGE",
                at: frame.span,
                hint: "leave the frame out"
            )
        }
        switch frame.end {
        case nil: break
        case .some(.currentRow): break
        default: throw unsupported("a frame that does not end with the current row", frame.span)
        }
        let unit: OverFrame.Unit = frame.unit == .rows ? .rows : .range
        switch frame.start {
        case .unboundedPreceding: return OverFrame(unit)
        case .preceding(let distance):
            return OverFrame(unit, preceding: try unit == .rows ? rows(distance) : micros(distance))
        default: throw unsupported("a frame that does not start with PRECEDING rows", frame.span)
        }
    }

    private func unsupported(_ what: String, _ span: SourceSpan) -> SQLError {
        SQLError(
            .unsupported,
            "\(what) is not supported",
            at: span,
            hint: "write ROWS BETWEEN n PRECEDING AND CURRENT ROW, or RANGE with an INTERVAL"
        )
    }

    private func rows(_ distance: Expression) throws -> Int64 {
        let bound = try binder.bind(distance)
        let isWhole = [.tinyint, .smallint, .int, .bigint].contains(bound.type.logical)
        guard isWhole, case .integer(let count)? = binder.foldedLiteral(bound), count >= 0 else {
            throw SQLError(
                .typeMismatch,
                "ROWS needs a constant whole number that is not negative",
                at: distance.span
            )
        }
        return count
    }

    private func micros(_ distance: Expression) throws -> Int64 {
        let bound = try binder.bind(distance)
        guard case .intervalDayTime = bound.type.logical else {
            throw SQLError(
                .typeMismatch,
                "RANGE needs an interval of days to seconds, this is \(bound.type.logical)",
                at: distance.span,
                hint: "write RANGE BETWEEN INTERVAL '1' MINUTE PRECEDING AND CURRENT ROW"
            )
        }
        guard case .integer(let millis)? = binder.foldedLiteral(bound), millis >= 0 else {
            throw SQLError(
                .typeMismatch,
                "RANGE needs a constant interval that is not negative",
                at: distance.span
            )
        }
        return millis * 1_000
    }
}
