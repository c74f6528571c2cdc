import SluiceColumns
import SluiceKernels
import SluiceSQL

/// A window function in GROUP BY, the older way to write windows: `GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE)`.
struct GroupWindow {
    /// What an auxiliary function asks for.
    enum Part { case start, end, rowtime, proctime }

    /// TUMBLE, HOP or SESSION with its arguments.
    var name: String
    var arguments: [ScalarExpression]
    /// Index of window_start in the row; window_end and window_time follow.
    var startColumn: Int
    var timeType: DataType

    /// Whether the call of an auxiliary function has this window's arguments.
    func matches(_ window: String, _ call: FunctionCall, _ binder: ExpressionBinder) throws -> Bool {
        guard window == name, call.arguments.count == arguments.count else { return false }
        return try zip(call.arguments, arguments).allSatisfy { try binder.bind($0.value) == $1 }
    }

    /// The column of the row that holds what was asked for.
    func column(_ part: Part) -> ScalarExpression {
        switch part {
        case .start: .column(startColumn, LogicalWindowTable.boundType)
        case .end: .column(startColumn + 1, LogicalWindowTable.boundType)
        case .rowtime, .proctime: .column(startColumn + 2, timeType)
        }
    }

    /// The window and part that a name such as `TUMBLE_START` stands for.
    static func auxiliary(_ name: String) -> (window: String, part: Part)? {
        for window in ["TUMBLE", "HOP", "SESSION"] where name.hasPrefix(window + "_") {
            switch name.dropFirst(window.count + 1) {
            case "START": return (window, .start)
            case "END": return (window, .end)
            case "ROWTIME": return (window, .rowtime)
            case "PROCTIME": return (window, .proctime)
            default: return nil
            }
        }
        return nil
    }
}
