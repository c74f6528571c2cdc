import SluiceColumns
import SluiceKernels
import SluiceSQL

/// CURRENT_WATERMARK in plans: a calc reads the running watermark that its rows carry.
///
/// Rows carry one from their table on, as long as no operation holds them back or makes others of them.
enum WatermarkReads {
    /// Refuses calls where rows carry no watermark.
    static func check(_ plan: LogicalPlan) throws {
        for input in plan.inputs { try check(input) }
        if case .table(let table) = plan { try check(table.plan) }
        switch plan {
        case .calc(let calc):
            guard calc.readsWatermark, !carriesWatermarks(calc.input) else { return }
            throw refusal("CURRENT_WATERMARK behind an operation that holds rows back, such as a window or a join,")
        case .join(let join):
            if join.condition?.readsWatermark == true { throw refusal("CURRENT_WATERMARK in the condition of a join") }
        case .temporalJoin(let node):
            if node.join.condition?.readsWatermark == true {
                throw refusal("CURRENT_WATERMARK in the condition of a join")
            }
        case .unnest(let unnest):
            if unnest.collection.readsWatermark { throw refusal("CURRENT_WATERMARK in UNNEST") }
        default: break
        }
    }

    private static func refusal(_ what: String) -> SQLError {
        SQLError(
            .unsupported,
            "\(what) is not supported",
            at: .none,
            hint: "compute it in a subquery over the table itself"
        )
    }

    private static func carriesWatermarks(_ plan: LogicalPlan) -> Bool {
        switch plan {
        case .watermark: return true
        case .table(let table): return carriesWatermarks(table.plan)
        case .calc(let calc): return carriesWatermarks(calc.input)
        case .unnest(let unnest): return carriesWatermarks(unnest.input)
        case .union(let union): return union.inputs.allSatisfy(carriesWatermarks)
        case .windowTable(let node):
            if case .session = node.window.shape { return false }
            return carriesWatermarks(node.input)
        default: return false
        }
    }
}

extension LogicalCalc {
    /// Whether it calls CURRENT_WATERMARK.
    var readsWatermark: Bool {
        predicate?.readsWatermark == true || projections.contains(where: \.readsWatermark)
    }
}

extension ScalarExpression {
    /// Whether any part of it is CURRENT_WATERMARK.
    var readsWatermark: Bool {
        if case .call(let call) = self, call.function.name == TemporalFunctions.currentWatermark { return true }
        return children.contains(where: \.readsWatermark)
    }

    /// The same expression over rows whose running watermark is column `column`.
    func readingWatermark(at column: Int) -> ScalarExpression {
        guard case .call(var call) = self, call.function.name == TemporalFunctions.currentWatermark else {
            return mapChildren { $0.readingWatermark(at: column) }
        }
        call.arguments = [call.arguments[0], .column(column, .notNull(.bigint))]
        return .call(call)
    }
}
